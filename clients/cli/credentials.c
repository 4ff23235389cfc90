#include "cli/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static struct slice without_end(struct slice line)
{
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return slice_trim(line);
}

static struct slice without_slash(struct slice server)
{
	while (server.len > 0 && server.at[server.len - 1] == '/')
		server.len--;
	return server;
}

/** "server key", or "key" for any server. */
static struct slice key_of_line(struct slice line, struct slice server)
{
	size_t blank = 0;
	while (blank < line.len && line.at[blank] != ' ' && line.at[blank] != '\t')
		blank++;
	if (blank == line.len)
		return line;
	struct slice named = without_slash((struct slice){line.at, blank});
	if (!slice_equal_ignoring_case(named, without_slash(server)))
		return SLICE("");
	return slice_trim(slice_from(line, blank));
}

struct slice credentials_in(struct slice text, struct slice server)
{
	struct slice line;
	while (slice_next_part(&text, '\n', &line)) {
		line = without_end(line);
		if (line.len == 0 || line.at[0] == '#')
			continue;
		struct slice key = key_of_line(line, server);
		if (key.len > 0)
			return key;
	}
	return SLICE("");
}

/** Visible ASCII only: anything else would break out of the header line. */
static enum status take_key(struct slice key, struct credentials *found, struct trouble *why)
{
	if (key.len >= sizeof(found->key))
		return trouble(why, E_DENIED, "the key is longer than %d bytes",
			       CREDENTIALS_KEY_BYTES - 1);
	for (size_t i = 0; i < key.len; i++) {
		if (key.at[i] <= ' ' || key.at[i] > '~')
			return trouble(why, E_DENIED, "the key holds a character no key has");
	}
	memcpy(found->key, key.at, key.len);
	found->key[key.len] = '\0';
	return OK;
}

static enum status check_file(int descriptor, const char *path, struct trouble *why)
{
	struct stat facts;
	if (fstat(descriptor, &facts) != 0)
		return trouble(why, E_DENIED, "%s: %s", path, strerror(errno));
	if (!S_ISREG(facts.st_mode))
		return trouble(why, E_DENIED, "%s is not a regular file", path);
	if (facts.st_uid != geteuid() && facts.st_uid != 0)
		return trouble(why, E_DENIED, "%s belongs to another user", path);
	if ((facts.st_mode & 077) != 0)
		return trouble(why, E_DENIED,
			       "%s may be read by others (mode %04o): run chmod 600 on it", path,
			       (unsigned)(facts.st_mode & 07777));
	return OK;
}

static enum status read_key(int descriptor, const char *path, bool required, struct slice server,
			    struct credentials *found, struct trouble *why)
{
	char text[CREDENTIALS_BYTES];
	size_t len = 0;
	ssize_t got = 1;
	while (len < sizeof(text) && got > 0) {
		got = read(descriptor, text + len, sizeof(text) - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		return trouble(why, E_DENIED, "%s: %s", path, strerror(errno));
	struct slice key = credentials_in((struct slice){text, len}, server);
	if (key.len == 0 && !required)
		return OK;
	if (key.len == 0)
		return trouble(why, E_DENIED, "%s has no key for %.*s", path, SLICE_ARGS(server));
	enum status st = take_key(key, found, why);
	explicit_bzero(text, sizeof(text));
	return st;
}

/** `required`: a file somebody named must be there; the usual place may be empty. */
static enum status key_from_file(const char *path, bool required, struct slice server,
				 struct credentials *found, struct trouble *why)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0) {
		if (!required && (errno == ENOENT || errno == ENOTDIR))
			return OK;
		return trouble(why, E_DENIED, "%s: %s", path, strerror(errno));
	}
	enum status st = check_file(descriptor, path, why);
	if (st == OK)
		st = read_key(descriptor, path, required, server, found, why);
	close(descriptor);
	return st;
}

static bool is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

static enum status key_from_usual_place(const struct credential_places *places, struct slice server,
					struct credentials *found, struct trouble *why)
{
	char path[PATH_MAX];
	const char *root = is_set(places->config) ? places->config : places->home;
	const char *below = is_set(places->config) ? "" : "/.config";
	if (!is_set(root))
		return OK;
	int len = snprintf(path, sizeof(path), "%s%s/plaudit/credentials", root, below);
	if (len < 0 || (size_t)len >= sizeof(path))
		return OK;
	return key_from_file(path, false, server, found, why);
}

enum status credentials_find(const struct credential_places *places, const char *server,
			     struct credentials *found, struct trouble *why)
{
	struct slice wanted = slice_of(server);
	found->key[0] = '\0';
	if (is_set(places->file))
		return key_from_file(places->file, true, wanted, found, why);
	enum status st = key_from_usual_place(places, wanted, found, why);
	if (st < 0 || found->key[0] != '\0' || !is_set(places->key))
		return st;
	return take_key(slice_of(places->key), found, why);
}
