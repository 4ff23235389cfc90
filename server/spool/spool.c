#include "spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "spool/spool_private.h"

#define KEEP_BYTES_STANDARD ((int64_t)10 << 30)

enum { KEEP_DAYS_STANDARD = 7, PATH_BYTES = 4096, BUCKETS = 16384 };

#define DAY_US ((int64_t)86400 * 1000000)

/** Between the two epochs: 1970-01-01 and 2000-01-01. */
#define EPOCH_SECONDS ((int64_t)946684800)

struct spool {
	struct loop *loop;
	int64_t bytes_most, keep_us;
	int folder, lock; /* descriptors; -1: none */
	char path[PATH_BYTES];
	struct trouble unusable;
	struct spool_entry *oldest, *newest;
	struct spool_entry *named[BUCKETS];
	int64_t bytes, files;
	int64_t last_number;
};

static const char *const kind_names[] = {
	[SPOOL_UPLOAD] = "upload", [SPOOL_TUS] = "tus", [SPOOL_PASSING] = "passing"};

/** What has lost its name and waits for its unlink(). */
#define GONE "gone"

struct loop *spool_loop(const struct spool *s)
{
	return s->loop;
}

int spool_folder(const struct spool *s)
{
	return s->folder;
}

const char *spool_folder_path(const struct spool *s)
{
	return s->path;
}

enum status spool_disk_trouble(struct trouble *why, const char *doing)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return trouble_code(why, E_LIMIT, "spool_full", "the spool's disk is full");
	enum status st = trouble_code(why, E_INTERNAL, "spool_failed", "%s: %s", doing,
				      strerror(errno));
	log_warn("spool.failed", LOG_TEXT("err", why->words));
	return st;
}

/* The list, oldest first */

static void unlink_entry(struct spool_entry *e)
{
	struct spool *s = e->spool;
	*(e->older != NULL ? &e->older->newer : &s->oldest) = e->newer;
	*(e->newer != NULL ? &e->newer->older : &s->newest) = e->older;
	e->older = e->newer = NULL;
}

static void append_entry(struct spool_entry *e)
{
	struct spool *s = e->spool;
	e->older = s->newest;
	e->newer = NULL;
	*(s->newest != NULL ? &s->newest->newer : &s->oldest) = e;
	s->newest = e;
}

/* By name: a list of 200,000 is too long to be looked through while everybody waits */

static size_t bucket_of(struct spool_name name)
{
	return ((uint64_t)name.number * 4 + name.kind) % BUCKETS;
}

static void name_entry(struct spool_entry *e)
{
	struct spool_entry **place = &e->spool->named[bucket_of(e->name)];
	e->next_named = *place;
	*place = e;
}

static void unname_entry(struct spool_entry *e)
{
	struct spool_entry **place = &e->spool->named[bucket_of(e->name)];
	while (*place != e)
		place = &(*place)->next_named;
	*place = e->next_named;
}

struct spool_entry *spool_find(const struct spool *s, struct spool_name name)
{
	struct spool_entry *e = s->named[bucket_of(name)];
	while (e != NULL && (e->name.kind != name.kind || e->name.number != name.number))
		e = e->next_named;
	return e;
}

struct spool_entry *spool_entry_new(struct spool *s, struct spool_name name)
{
	struct spool_entry *e = memory_new(sizeof(*e));
	*e = (struct spool_entry){.spool = s, .name = name, .since = clock_now(), .holds = 1};
	append_entry(e);
	name_entry(e);
	s->files++;
	return e;
}

void spool_entry_hold(struct spool_entry *e)
{
	e->holds++;
}

void spool_entry_release(struct spool_entry **e)
{
	struct spool_entry *given = *e;
	*e = NULL;
	must(given->holds > 0);
	if (--given->holds == 0 && given->removed)
		memory_free(given);
}

void spool_file_name(struct spool_name name, char text[SPOOL_FILE_NAME_BYTES])
{
	(void)snprintf(text, SPOOL_FILE_NAME_BYTES, "%s-%lld", kind_names[name.kind],
		       (long long)name.number);
}

/* Removing */

struct removal {
	int folder;
	char name[SPOOL_FILE_NAME_BYTES];
};

static void remove_on_the_pool(void *arg)
{
	struct removal *r = arg;
	/* What cannot be removed now is swept at the next start. */
	(void)unlinkat(r->folder, r->name, 0);
}

static void removed(void *arg)
{
	memory_free(arg);
}

/** The name is free at once; giving back a large file's blocks takes the disk its time. */
static void forget(struct spool_entry *e)
{
	struct spool *s = e->spool;
	struct removal *r = memory_new(sizeof(*r));
	char name[SPOOL_FILE_NAME_BYTES];
	spool_file_name(e->name, name);
	r->folder = s->folder;
	(void)snprintf(r->name, sizeof(r->name), GONE "-%lld", (long long)++s->last_number);
	if (renameat(s->folder, name, s->folder, r->name) != 0)
		(void)snprintf(r->name, sizeof(r->name), "%s", name);
	loop_offload(s->loop, remove_on_the_pool, removed, r);
	unlink_entry(e);
	unname_entry(e);
	s->bytes -= e->bytes;
	s->files--;
	e->removed = true;
	if (e->holds == 0)
		memory_free(e);
}

void spool_remove(struct spool *s, struct spool_name name)
{
	struct spool_entry *e = spool_find(s, name);
	if (e != NULL)
		forget(e);
}

static struct spool_entry *oldest_to_drop(const struct spool *s)
{
	struct spool_entry *e = s->oldest;
	while (e != NULL && (e->name.kind != SPOOL_UPLOAD || e->holds > 0))
		e = e->newer;
	return e;
}

static void drop(struct spool_entry *e)
{
	log_info("spool.dropped", LOG_NUMBER("upload", e->name.number),
		 LOG_NUMBER("bytes", e->bytes));
	forget(e);
}

bool spool_make_room(struct spool *s, int64_t bytes)
{
	while (s->bytes + bytes > s->bytes_most || s->files > SPOOL_FILES_MOST) {
		struct spool_entry *e = oldest_to_drop(s);
		if (e == NULL)
			return false;
		drop(e);
	}
	return true;
}

void spool_entry_grew(struct spool_entry *e, int64_t bytes)
{
	e->bytes += bytes;
	e->spool->bytes += bytes;
}

enum status spool_reserve(struct spool_entry *e, int64_t bytes, struct trouble *why)
{
	struct spool *s = e->spool;
	if (e->removed)
		return trouble_code(why, E_GONE, "file_not_kept", "the file was removed");
	if (bytes > 0 && e->bytes + bytes > spool_file_most(s))
		return trouble_code(why, E_LIMIT, "file_too_large",
				    "a file of more than %lld bytes has no place in the spool",
				    (long long)spool_file_most(s));
	if (bytes > 0 && !spool_make_room(s, bytes))
		return trouble_code(why, E_LIMIT, "spool_full", "the spool is full");
	spool_entry_grew(e, bytes);
	return OK;
}

void spool_tidy(struct spool *s)
{
	int64_t until = clock_now() - s->keep_us;
	struct spool_entry *e;
	while ((e = oldest_to_drop(s)) != NULL && e->since < until)
		drop(e);
}

/* What is there */

enum status spool_usable(const struct spool *s, struct trouble *why)
{
	if (s->folder < 0 && why != NULL)
		*why = s->unusable;
	return s->folder < 0 ? s->unusable.status : OK;
}

const char *spool_place(const struct spool *s, char room[SPOOL_PLACE_BYTES])
{
	if (s->folder < 0)
		return NULL;
	(void)snprintf(room, SPOOL_PLACE_BYTES, "/proc/self/fd/%d", s->folder);
	return room;
}

struct spool_counts spool_counts(const struct spool *s)
{
	return (struct spool_counts){s->bytes, s->bytes_most, s->files};
}

int64_t spool_file_most(const struct spool *s)
{
	return s->bytes_most / 2;
}

int64_t spool_number(struct spool *s)
{
	return ++s->last_number;
}

bool spool_has(const struct spool *s, struct spool_name name)
{
	return spool_find(s, name) != NULL;
}

size_t spool_list(const struct spool *s, enum spool_kind kind, int64_t *numbers, size_t most)
{
	size_t found = 0;
	for (struct spool_entry *e = s->oldest; e != NULL && found < most; e = e->newer)
		if (e->name.kind == kind)
			numbers[found++] = e->name.number;
	return found;
}

enum status spool_rename(struct spool *s, struct spool_name from, struct spool_name to,
			 struct trouble *why)
{
	struct spool_entry *e = spool_find(s, from);
	char old[SPOOL_FILE_NAME_BYTES], new[SPOOL_FILE_NAME_BYTES];
	if (e == NULL)
		return trouble_code(why, E_GONE, "file_not_kept", "the file is not kept here");
	spool_remove(s, to);
	spool_file_name(from, old);
	spool_file_name(to, new);
	if (renameat(s->folder, old, s->folder, new) != 0)
		return spool_disk_trouble(why, "a file cannot be renamed");
	unlink_entry(e);
	unname_entry(e);
	e->name = to;
	name_entry(e);
	e->since = clock_now();
	append_entry(e);
	return OK;
}

/* The beginning: what the last time left */

/** "upload-17"; false for what is not ours. */
static bool name_from(struct slice text, struct spool_name *name)
{
	struct slice kind;
	if (!slice_next_part(&text, '-', &kind) || text.at == NULL ||
	    !slice_to_int64(text, &name->number) || name->number <= 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(kind_names); i++) {
		name->kind = (enum spool_kind)i;
		if (slice_is(kind, kind_names[i]))
			return true;
	}
	return false;
}

static bool is_left_over(struct slice text)
{
	return slice_starts_with(text, SLICE(GONE "-")) ||
	       slice_starts_with(text, SLICE("passing-"));
}

static void take_in(struct spool *s, const char *file)
{
	struct spool_name name;
	struct stat st;
	struct slice text = slice_of(file);
	if (is_left_over(text)) {
		(void)unlinkat(s->folder, file, 0);
		return;
	}
	if (!name_from(text, &name) || fstatat(s->folder, file, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return;
	struct spool_entry *e = spool_entry_new(s, name);
	e->holds = 0;
	e->bytes = st.st_size;
	e->since = (st.st_mtim.tv_sec - EPOCH_SECONDS) * 1000000 + st.st_mtim.tv_nsec / 1000;
	s->bytes += e->bytes;
}

static int by_age(const void *a, const void *b)
{
	const struct spool_entry *x = *(struct spool_entry *const *)a;
	const struct spool_entry *y = *(struct spool_entry *const *)b;
	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return x->name.number < y->name.number ? -1 : x->name.number > y->name.number;
}

static void put_in_order(struct spool *s)
{
	struct spool_entry **all = memory_resize(NULL, (size_t)s->files + 1,
						 sizeof(struct spool_entry *));
	size_t len = 0;
	for (struct spool_entry *e = s->oldest; e != NULL; e = e->newer)
		all[len++] = e;
	qsort(all, len, sizeof(all[0]), by_age);
	s->oldest = s->newest = NULL;
	for (size_t i = 0; i < len; i++)
		append_entry(all[i]);
	memory_free(all);
}

static enum status look_around(struct spool *s, struct trouble *why)
{
	int again = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again >= 0 ? fdopendir(again) : NULL;
	const struct dirent *one;
	if (list == NULL) {
		enum status st = spool_disk_trouble(why, "the spool cannot be listed");
		if (again >= 0)
			close(again);
		return st;
	}
	while ((one = readdir(list)) != NULL)
		take_in(s, one->d_name);
	closedir(list);
	put_in_order(s);
	return OK;
}

static enum status open_folder(struct spool *s, const char *path, struct trouble *why)
{
	char words[PATH_BYTES + 40];
	(void)snprintf(words, sizeof(words), "the spool %s cannot be used", path);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return spool_disk_trouble(why, words);
	if (s->folder >= 0)
		close(s->folder);
	s->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0 || faccessat(s->folder, ".", W_OK | X_OK, 0) != 0)
		return spool_disk_trouble(why, words);
	return OK;
}

/** Numbers are of one database, and what one server sweeps another could be writing. */
static enum status open_own_folder(struct spool *s, const struct spool_settings *settings,
				   struct trouble *why)
{
	enum status st = open_folder(s, settings->directory, why);
	if (st < 0)
		return st;
	int len = snprintf(s->path, PATH_BYTES, "%s/%s", settings->directory, settings->database);
	if (len < 0 || len >= PATH_BYTES)
		return trouble(why, E_INPUT, "the spool's path is too long");
	st = open_folder(s, s->path, why);
	if (st < 0)
		return st;
	s->lock = openat(s->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return spool_disk_trouble(why, "the spool cannot be locked");
	if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
		return trouble(why, E_CONFLICT, "another server uses the spool %s", s->path);
	return look_around(s, why);
}

static void give_up(struct spool *s, const struct trouble *why)
{
	log_warn("spool.unavailable", LOG_TEXT("err", why->words));
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
	(void)trouble_code(&s->unusable, E_BUSY, "spool_unavailable",
			   "this server cannot keep files now");
}

struct spool *spool_new(const struct spool_settings *settings)
{
	struct spool *s = memory_new(sizeof(*s));
	struct trouble why;
	int days = settings->keep_days > 0 ? settings->keep_days : KEEP_DAYS_STANDARD;
	s->loop = settings->loop;
	s->bytes_most = settings->bytes_most > 0 ? settings->bytes_most : KEEP_BYTES_STANDARD;
	s->keep_us = days * DAY_US;
	s->folder = s->lock = -1;
	if (settings->directory == NULL || settings->database == NULL) {
		(void)trouble(&why, E_INPUT, "no directory is set");
		give_up(s, &why);
	} else if (open_own_folder(s, settings, &why) < 0) {
		give_up(s, &why);
	} else {
		spool_tidy(s);
		(void)spool_make_room(s, 0);
	}
	return s;
}

void spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	while (s->oldest != NULL) {
		struct spool_entry *e = s->oldest;
		must(e->holds == 0);
		unlink_entry(e);
		memory_free(e);
	}
	if (s->folder >= 0)
		close(s->folder);
	if (s->lock >= 0)
		close(s->lock);
	memory_free(s);
}
