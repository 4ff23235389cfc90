/* Reading files of the spool, and making one on a pool thread. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/spool_private.h"

enum { PATH_BYTES = 32 };

struct spool_file {
	struct spool_entry *entry;
	int descriptor;
	char path[PATH_BYTES];
	char *part;
	bool reading, released;
	int64_t at;
	ssize_t got;
	int error;
	void (*done)(void *arg, struct slice part, const struct trouble *why);
	void *arg;
};

/** Half a file would be read as a whole one. */
static enum status still_whole(int descriptor, const struct spool_entry *e, struct trouble *why)
{
	struct stat st;
	if (fstat(descriptor, &st) == 0 && st.st_size == e->bytes)
		return OK;
	return trouble_code(why, E_GONE, "file_not_kept",
			    "somebody has changed the file on this server's disk");
}

enum status spool_hold(struct spool *s, struct spool_name name, struct spool_file **file,
		       struct trouble *why)
{
	char text[SPOOL_FILE_NAME_BYTES];
	struct spool_entry *e = spool_find(s, name);
	enum status st = spool_usable(s, why);
	if (st < 0)
		return st;
	if (e == NULL)
		return trouble_code(why, E_GONE, "file_not_kept",
				    "the file is not kept on this server");
	spool_file_name(name, text);
	int descriptor = openat(spool_folder(s), text, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0 && errno == ENOENT)
		return trouble_code(why, E_GONE, "file_not_kept",
				    "somebody has removed the file from this server's disk");
	if (descriptor < 0)
		return spool_disk_trouble(why, "a kept file cannot be opened");
	st = still_whole(descriptor, e, why);
	if (st < 0) {
		close(descriptor);
		return st;
	}
	struct spool_file *f = memory_new(sizeof(*f));
	f->entry = e;
	f->descriptor = descriptor;
	(void)snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", descriptor);
	spool_entry_hold(e);
	*file = f;
	return OK;
}

static void free_file(struct spool_file *f)
{
	close(f->descriptor);
	memory_free(f->part);
	spool_entry_release(&f->entry);
	memory_free(f);
}

void spool_release(struct spool_file **file)
{
	struct spool_file *f = *file;
	*file = NULL;
	f->released = true;
	if (!f->reading)
		free_file(f);
}

int64_t spool_file_bytes(const struct spool_file *f)
{
	return f->entry->bytes;
}

const char *spool_file_path(const struct spool_file *f)
{
	return f->path;
}

static void read_on_the_pool(void *arg)
{
	struct spool_file *f = arg;
	do
		f->got = pread(f->descriptor, f->part, SPOOL_PART_BYTES, f->at);
	while (f->got < 0 && errno == EINTR);
	f->error = f->got < 0 ? errno : 0;
}

static void was_read(void *arg)
{
	struct spool_file *f = arg;
	struct trouble why;
	f->reading = false;
	if (f->released) {
		free_file(f);
	} else if (f->error != 0) {
		errno = f->error;
		(void)spool_disk_trouble(&why, "a kept file cannot be read");
		f->done(f->arg, SLICE_NONE, &why);
	} else {
		f->done(f->arg, (struct slice){f->part, (size_t)f->got}, NULL);
	}
}

void spool_read(struct spool_file *f, int64_t at,
		void (*done)(void *arg, struct slice part, const struct trouble *why), void *arg)
{
	must(!f->reading && !f->released);
	if (f->part == NULL)
		f->part = memory_new(SPOOL_PART_BYTES);
	f->at = at;
	f->done = done;
	f->arg = arg;
	f->reading = true;
	loop_offload(spool_loop(f->entry->spool), read_on_the_pool, was_read, f);
}

/* Making a file */

struct spool_output {
	struct spool_entry *entry;
	FILE *stream;
};

enum status spool_output_open(struct spool *s, int64_t expected, struct spool_output **output,
			      struct trouble *why)
{
	struct spool_name name = {SPOOL_PASSING, spool_number(s)};
	char text[SPOOL_FILE_NAME_BYTES];
	enum status st = spool_usable(s, why);
	if (st < 0)
		return st;
	if (!spool_make_room(s, expected))
		return trouble_code(why, E_LIMIT, "spool_full", "the spool is full");
	spool_file_name(name, text);
	int descriptor = openat(spool_folder(s), text, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
				0600);
	FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w+") : NULL;
	if (stream == NULL) {
		st = spool_disk_trouble(why, "no file can be made in the spool");
		if (descriptor >= 0)
			close(descriptor);
		return st;
	}
	struct spool_output *o = memory_new(sizeof(*o));
	*o = (struct spool_output){.entry = spool_entry_new(s, name), .stream = stream};
	*output = o;
	return OK;
}

FILE *spool_output_stream(const struct spool_output *o)
{
	return o->stream;
}

void spool_output_close(struct spool_output **output, struct spool_name *name)
{
	struct spool_output *o = *output;
	struct trouble why;
	*output = NULL;
	(void)fseeko(o->stream, 0, SEEK_END);
	int64_t bytes = ftello(o->stream);
	fclose(o->stream);
	/* It is there already: what it takes too much, others give up later. */
	if (bytes > 0 && !o->entry->removed && spool_reserve(o->entry, bytes, &why) < 0)
		spool_entry_grew(o->entry, bytes);
	*name = o->entry->name;
	spool_entry_release(&o->entry);
	memory_free(o);
}
