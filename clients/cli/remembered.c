#include "cli/remembered.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"

enum { NAME_DIGEST_BYTES = 16 };

void remembered_init(struct remembered *r, const char *state, const char *home, struct slice what)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char name[2 * NAME_DIGEST_BYTES + 1];
	unsigned len = 0;
	bool has_state = state != NULL && state[0] == '/';
	r->path[0] = '\0';
	if (!has_state && (home == NULL || home[0] != '/'))
		return;
	must(EVP_Digest(what.at, what.len, sum, &len, EVP_sha256(), NULL) == 1);
	for (unsigned i = 0; i < NAME_DIGEST_BYTES; i++)
		snprintf(name + 2 * i, 3, "%02x", (unsigned)sum[i]);
	int written = snprintf(r->path, sizeof(r->path), "%s%s/plaudit/uploads/%s",
			       has_state ? state : home, has_state ? "" : "/.local/state", name);
	if (written < 0 || (size_t)written >= sizeof(r->path))
		r->path[0] = '\0';
}

bool remembered_find(const struct remembered *r, char *room, size_t size)
{
	FILE *f = r->path[0] != '\0' ? fopen(r->path, "re") : NULL;
	if (f == NULL)
		return false;
	bool found = fgets(room, (int)size, f) != NULL;
	fclose(f);
	if (!found)
		return false;
	room[strcspn(room, "\n")] = '\0';
	return slice_starts_with(slice_of(room), SLICE("/v1/"));
}

/** Every directory on the way, as private as the XDG specification wants them. */
static void make_folders(const char *path)
{
	char part[REMEMBERED_PATH_BYTES];
	for (size_t i = 1; path[i] != '\0'; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		(void)mkdir(part, 0700); /* what is missing shows when the file is opened */
	}
}

bool remembered_keep(const struct remembered *r, const char *place)
{
	if (r->path[0] == '\0')
		return false;
	make_folders(r->path);
	int descriptor = open(r->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (descriptor < 0)
		return false;
	bool good = dprintf(descriptor, "%s\n", place) > 0;
	return close(descriptor) == 0 && good;
}

void remembered_forget(const struct remembered *r)
{
	if (r->path[0] != '\0')
		(void)unlink(r->path);
}
