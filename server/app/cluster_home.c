#include "app/cluster_home.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/child.h"
#include "app/cluster.h"
#include "base/buf.h"

enum {
	SOCKET_PATH_LIMIT = 100, /* of sun_path's 108, with some air */
	LOG_KEEP_BYTES = 16 << 20,
	INITDB_LIMIT_MS = 120000,
	TEXT_LIMIT_BYTES = 4096,
};

static enum status path_in(char path[PATH_MAX], const char *directory, const char *name,
			   struct trouble *why)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", directory, name);

	if (len < 0 || len >= PATH_MAX)
		return trouble(why, E_LIMIT, "the path %.80s... is too long", directory);
	return OK;
}

static enum status cannot(struct trouble *why, const char *verb, const char *path)
{
	return trouble(why, E_INPUT, "cannot %s %s: %s", verb, path, strerror(errno));
}

static enum status write_text(const char *path, mode_t mode, const struct buf *text,
			      struct trouble *why)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	bool done;

	if (file < 0)
		return cannot(why, "write", path);
	done = fchmod(file, mode) == 0 && write(file, text->at, text->len) == (ssize_t)text->len;
	(void)close(file);
	return done ? OK : cannot(why, "write", path);
}

/** The first line of a small file; "" where there is none. */
static void read_line(const char *path, char *line, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? 0 : read(file, line, size - 1);

	line[got > 0 ? got : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (file >= 0)
		(void)close(file);
}

/* ---- the directory and its lock ---- */

static enum status make_directories(const char *path, mode_t mode, struct trouble *why)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part) || path[0] == '\0')
		return trouble(why, E_INPUT, "\"%.80s\" cannot be a directory", path);
	memcpy(part, path, strlen(path) + 1);
	for (char *at = part + 1;; at++) {
		char was = *at;
		if (was != '/' && was != '\0')
			continue;
		*at = '\0';
		if (mkdir(part, mode) == 0)
			(void)chmod(part, mode); /* whatever the umask says */
		else if (errno != EEXIST)
			return cannot(why, "make the directory", part);
		if (was == '\0')
			break;
		*at = was;
	}
	return OK;
}

static enum status settle(struct cluster_home *home, const char *directory, struct trouble *why)
{
	enum status st = account_of_user(geteuid(), &home->self, why);

	if (st < 0)
		return st;
	st = make_directories(directory, home->self.user == 0 ? 0755 : 0700, why);
	if (st < 0)
		return st;
	if (realpath(directory, home->directory) == NULL)
		return cannot(why, "enter", directory);
	return path_in(home->pgdata, home->directory, "pgdata", why);
}

static void write_our_pid(int file)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	/* for people and for the message of the second one; nothing depends on it */
	if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)len, 0) != len)
		return;
}

/** A lock of the open file, so that asking for it (home_find) does not take it. */
static enum status take_lock(struct cluster_home *home, struct trouble *why)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_MAX], holder[24];
	enum status st = path_in(path, home->directory, "lock", why);

	if (st < 0)
		return st;
	home->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (home->lock < 0)
		return cannot(why, "open", path);
	/* Whoever can read it could hold a read lock, and keep us from starting. */
	if (fchmod(home->lock, 0600) != 0)
		return cannot(why, "change the mode of", path);
	if (fcntl(home->lock, F_OFD_SETLK, &whole) != 0) {
		read_line(path, holder, sizeof(holder));
		return trouble(why, E_CONFLICT, "another plauditd (pid %s) already has %s", holder,
			       home->directory);
	}
	write_our_pid(home->lock);
	return OK;
}

static enum status open_log(struct cluster_home *home, struct trouble *why)
{
	char path[PATH_MAX], old[PATH_MAX];
	struct stat about;
	enum status st = path_in(path, home->directory, "postgresql.log", why);

	if (st == OK)
		st = path_in(old, home->directory, "postgresql.log.1", why);
	if (st < 0)
		return st;
	if (stat(path, &about) == 0 && about.st_size > LOG_KEEP_BYTES)
		(void)rename(path, old);
	home->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	return home->log < 0 ? cannot(why, "open", path) : OK;
}

/* ---- the account and the programs ---- */

static enum status choose_account(struct cluster_home *home, struct trouble *why)
{
	struct stat about;
	bool exists = stat(home->pgdata, &about) == 0;

	if (home->self.user != 0) {
		home->account = home->self;
		if (exists && about.st_uid != home->self.user)
			return trouble(why, E_INPUT, "%s belongs to another account (user id %u)",
				       home->pgdata, (unsigned)about.st_uid);
		return OK;
	}
	if (exists && about.st_uid != 0)
		return account_of_user(about.st_uid, &home->account, why);
	if (account_named("postgres", &home->account, why) < 0)
		return trouble(why, E_INPUT,
			       "PostgreSQL does not run as root and there is no account "
			       "\"postgres\" to run it as");
	return OK;
}

static enum status check_reachable(const struct cluster_home *home, struct trouble *why)
{
	char barrier[PATH_MAX];
	enum status st = account_barrier(&home->account, home->directory, barrier, why);

	if (st < 0 || barrier[0] == '\0')
		return st;
	return trouble_code(
		why, E_INPUT, "directory_closed",
		"the account \"%s\" may not enter %.100s, so PostgreSQL cannot run below "
		"it; use a directory it can reach, or chmod o+x that one",
		home->account.name, barrier);
}

/** Of "/usr/lib/postgresql/15/bin/postgres": 15. */
static int major_of(const char *path)
{
	return (int)strtol(path + strlen("/usr/lib/postgresql/"), NULL, 10);
}

static int newest_installed(int wanted, char programs[PATH_MAX])
{
	glob_t found = {0};
	int best = 0;

	if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			int major = major_of(found.gl_pathv[i]);
			if (major <= best || (wanted != 0 && major != wanted))
				continue;
			best = major;
			(void)snprintf(programs, PATH_MAX, "/usr/lib/postgresql/%d/bin", major);
		}
	globfree(&found);
	return best;
}

/** PG_BINDIR, else the major version that made pgdata, else the newest. */
static enum status find_programs(struct cluster_home *home, struct trouble *why)
{
	const char *given = getenv("PG_BINDIR");
	char path[PATH_MAX], version[16];
	enum status st = path_in(path, home->pgdata, "PG_VERSION", why);

	if (st < 0)
		return st;
	if (given != NULL && given[0] != '\0') {
		(void)snprintf(home->programs, sizeof(home->programs), "%s", given);
		return OK;
	}
	read_line(path, version, sizeof(version));
	if (newest_installed((int)strtol(version, NULL, 10), home->programs) != 0)
		return OK;
	if (version[0] != '\0')
		return trouble(why, E_INPUT,
			       "%s was made by PostgreSQL %s, which is not installed; install "
			       "postgresql-%s or move the data with pg_upgrade",
			       home->pgdata, version, version);
	return trouble(why, E_INPUT,
		       "no PostgreSQL server under /usr/lib/postgresql; install the package "
		       "postgresql or set PG_BINDIR");
}

/* ---- socket, who may connect ---- */

static enum status give_directory(const struct cluster_home *home, const char *path,
				  struct trouble *why)
{
	struct stat about;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return cannot(why, "make the directory", path);
	if (lstat(path, &about) != 0 || !S_ISDIR(about.st_mode))
		return trouble(why, E_INPUT, "%s is not a directory", path);
	if (about.st_uid != home->account.user &&
	    lchown(path, home->account.user, home->account.group) != 0)
		return cannot(why, "change the owner of", path);
	return OK;
}

static bool is_ours(const struct cluster_home *home, const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 && S_ISDIR(about.st_mode) &&
	       about.st_uid == home->account.user && (about.st_mode & 077) == 0;
}

/** libpq takes a comma for the end of one host and the begin of the next. */
static bool fits_a_socket(const char *directory)
{
	return strlen(directory) + strlen("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT &&
	       strchr(directory, ',') == NULL;
}

static enum status set_socket(struct cluster_home *home, const char *path, struct trouble *why)
{
	size_t len = strlen(path);

	if (len >= sizeof(home->socket))
		return trouble(why, E_LIMIT, "%.60s... is too long for a socket", path);
	memcpy(home->socket, path, len + 1);
	return OK;
}

static enum status short_socket(struct cluster_home *home, const char *note, struct trouble *why)
{
	char made[] = "/tmp/plaudit-XXXXXX";
	struct buf line;
	enum status st;

	home->short_socket = true;
	read_line(note, home->socket, sizeof(home->socket));
	if (is_ours(home, home->socket))
		return OK;
	if (mkdtemp(made) == NULL)
		return cannot(why, "make a directory like", made);
	(void)snprintf(home->socket, sizeof(home->socket), "%s", made);
	buf_init(&line, TEXT_LIMIT_BYTES);
	buf_print(&line, "%s\n", made);
	st = write_text(note, 0644, &line, why);
	buf_fini(&line);
	return st == OK ? give_directory(home, made, why) : st;
}

static enum status make_socket_directory(struct cluster_home *home, struct trouble *why)
{
	char path[PATH_MAX], note[PATH_MAX];
	enum status st = path_in(path, home->directory, "socket", why);

	if (st == OK)
		st = path_in(note, home->directory, "socket_dir", why);
	if (st < 0)
		return st;
	if (!fits_a_socket(path))
		return short_socket(home, note, why);
	(void)unlink(note);
	st = set_socket(home, path, why);
	return st == OK ? give_directory(home, path, why) : st;
}

static void allow(struct buf *ident, const char *name)
{
	static const char *const roles[] = {"postgres", CLUSTER_OWNER, CLUSTER_RUNTIME};

	for (size_t i = 0; i < COUNT_OF(roles); i++)
		buf_print(ident, "plaudit \"%s\" %s\n", name, roles[i]);
}

static enum status write_who_may_connect(const struct cluster_home *home, struct trouble *why)
{
	char path[PATH_MAX];
	struct buf text;
	enum status st = path_in(path, home->directory, "pg_hba.conf", why);

	buf_init(&text, TEXT_LIMIT_BYTES);
	buf_add_text(&text, "# written at every start\nlocal all all peer map=plaudit\n");
	if (st == OK)
		st = write_text(path, 0644, &text, why);
	buf_clear(&text);
	buf_add_text(&text, "# written at every start\n");
	allow(&text, "root");
	if (home->self.user != 0)
		allow(&text, home->self.name);
	if (home->account.user != home->self.user)
		allow(&text, home->account.name);
	if (st == OK)
		st = path_in(path, home->directory, "pg_ident.conf", why);
	if (st == OK)
		st = write_text(path, 0644, &text, why);
	buf_fini(&text);
	return st;
}

/* ---- initdb ---- */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static enum status run_initdb(const struct cluster_home *home, const char *into,
			      struct trouble *why)
{
	char program[PATH_MAX];
	const char *const arguments[] = {program,
					 "--pgdata",
					 into,
					 "--username=postgres",
					 "--auth=peer",
					 "--data-checksums",
					 "--encoding=UTF8",
					 "--locale=C.UTF-8",
					 "--no-instructions",
					 NULL};
	const struct child_plan plan = {.account = &home->account,
					.arguments = arguments,
					.output = home->log,
					.death_signal = SIGTERM};
	struct trouble how = {0};
	pid_t child = 0;
	enum status st = path_in(program, home->programs, "initdb", why);

	if (st == OK)
		st = child_start(&plan, &child, why);
	if (st < 0)
		return st;
	switch (child_wait(child, INITDB_LIMIT_MS, &how)) {
	case CHILD_SUCCEEDED:
		return OK;
	case CHILD_RUNS:
		(void)kill(child, SIGKILL);
		(void)child_wait(child, INITDB_LIMIT_MS, &how);
		break;
	case CHILD_FAILED:
		break;
	}
	return trouble(why, E_INTERNAL, "initdb %s; its words are in %s/postgresql.log", how.words,
		       home->directory);
}

/** Made beside and renamed, so that a pgdata is a whole one, however initdb ended. */
static enum status make_pgdata(const struct cluster_home *home, struct trouble *why)
{
	char fresh[PATH_MAX];
	enum status st = path_in(fresh, home->directory, "pgdata.new", why);

	if (st < 0 || access(home->pgdata, F_OK) == 0)
		return st;
	if (nftw(fresh, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		return cannot(why, "remove", fresh);
	st = give_directory(home, fresh, why);
	if (st == OK)
		st = run_initdb(home, fresh, why);
	if (st == OK && rename(fresh, home->pgdata) != 0)
		return cannot(why, "rename", fresh);
	return st;
}

/* ---- public ---- */

enum status home_open(struct cluster_home *home, const char *directory, struct trouble *why)
{
	enum status st;

	*home = (struct cluster_home){.lock = -1, .log = -1};
	st = settle(home, directory, why);
	if (st == OK)
		st = take_lock(home, why);
	if (st == OK)
		st = choose_account(home, why);
	if (st == OK)
		st = check_reachable(home, why);
	if (st == OK)
		st = find_programs(home, why);
	if (st == OK)
		st = open_log(home, why);
	if (st == OK)
		st = make_socket_directory(home, why);
	if (st == OK)
		st = write_who_may_connect(home, why);
	if (st == OK)
		st = make_pgdata(home, why);
	return st;
}

static bool somebody_holds(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool held = file >= 0 && fcntl(file, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;

	if (file >= 0)
		(void)close(file);
	return held;
}

enum status home_find(struct cluster_home *home, const char *directory, struct trouble *why)
{
	char path[PATH_MAX];
	enum status st;

	*home = (struct cluster_home){.lock = -1, .log = -1};
	if (realpath(directory, home->directory) == NULL)
		return trouble(why, E_GONE, "there is no directory %s", directory);
	st = path_in(path, home->directory, "lock", why);
	if (st < 0)
		return st;
	if (!somebody_holds(path))
		return trouble(why, E_GONE, "no plauditd runs a cluster in %s", home->directory);
	st = path_in(path, home->directory, "socket_dir", why);
	if (st < 0)
		return st;
	read_line(path, home->socket, sizeof(home->socket));
	if (home->socket[0] != '\0')
		return OK;
	st = path_in(path, home->directory, "socket", why);
	return st == OK ? set_socket(home, path, why) : st;
}

pid_t home_leftover(const struct cluster_home *home)
{
	char path[PATH_MAX], line[24], directory[PATH_MAX];
	ssize_t len;
	long pid;

	if (path_in(path, home->pgdata, "postmaster.pid", NULL) < 0)
		return 0;
	read_line(path, line, sizeof(line));
	pid = strtol(line, NULL, 10);
	if (pid <= 0)
		return 0;
	/* the number may long be somebody else's: a server stands in its pgdata */
	(void)snprintf(path, sizeof(path), "/proc/%ld/cwd", pid);
	len = readlink(path, directory, sizeof(directory) - 1);
	if (len <= 0)
		return 0;
	directory[len] = '\0';
	return strcmp(directory, home->pgdata) == 0 ? (pid_t)pid : 0;
}

void home_close(struct cluster_home *home)
{
	if (home->short_socket)
		(void)rmdir(home->socket);
	if (home->log >= 0)
		(void)close(home->log);
	if (home->lock >= 0)
		(void)close(home->lock);
	*home = (struct cluster_home){.lock = -1, .log = -1};
}
