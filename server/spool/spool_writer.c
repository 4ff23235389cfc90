/* Appending to a file of the spool: the loop fills one buffer while the pool writes the other. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "spool/spool_private.h"

enum { QUEUE_BYTES = 256 * 1024, PART_BYTES_MOST = 1024 * 1024 };

struct spool_writer {
	struct spool_entry *entry;
	int descriptor;
	struct buf filling, leaving; /* leaving: the pool's while `working` */
	int64_t at;		     /* of the file; the pool's while `working` */
	bool new_in_folder;	     /* its name is not durable yet */
	bool working, calling, paused, abandoned;
	struct trouble why; /* status OK: all is well */

	bool job_syncs;
	int job_error;

	void (*resume)(void *arg);
	void *resume_arg;
	bool sync_wanted, sync_ended;
	void (*synced)(void *arg, int64_t bytes, const struct trouble *why);
	void *synced_arg;
	void (*finished)(void *arg, int64_t bytes, const struct trouble *why);
	void *finished_arg;
};

static enum status open_at(struct spool *s, struct spool_writer *w, struct spool_name name,
			   int64_t at, struct trouble *why)
{
	char text[SPOOL_FILE_NAME_BYTES];
	struct stat st;
	spool_file_name(name, text);
	w->descriptor = openat(spool_folder(s), text, O_RDWR | (at == 0 ? O_CREAT : 0) | O_CLOEXEC,
			       0600);
	if (w->descriptor < 0 || fstat(w->descriptor, &st) != 0)
		return spool_disk_trouble(why, "a file of the spool cannot be written");
	if (st.st_size < at)
		return trouble_code(why, E_INTERNAL, "spool_failed",
				    "a file of the spool has lost its end");
	if (st.st_size > at && ftruncate(w->descriptor, at) != 0)
		return spool_disk_trouble(why, "a file of the spool cannot be cut");
	return OK;
}

enum status spool_append(struct spool *s, struct spool_name name, int64_t at,
			 void (*resume)(void *arg), void *arg, struct spool_writer **writer,
			 struct trouble *why)
{
	struct spool_entry *e = spool_find(s, name);
	struct spool_writer opened = {.at = at, .resume = resume, .resume_arg = arg};
	enum status st = spool_usable(s, why);
	if (st < 0)
		return st;
	if (e == NULL && at > 0)
		return trouble_code(why, E_GONE, "file_not_kept",
				    "the file is not kept on this server");
	must(e == NULL || !e->written);
	if (e == NULL && !spool_make_room(s, 0))
		return trouble_code(why, E_LIMIT, "spool_full", "the spool is full");
	st = open_at(s, &opened, name, at, why);
	if (st < 0) {
		if (opened.descriptor >= 0)
			close(opened.descriptor);
		return st;
	}
	opened.new_in_folder = e == NULL;
	if (e == NULL)
		e = spool_entry_new(s, name);
	else
		spool_entry_hold(e);
	spool_entry_grew(e, at - e->bytes);
	e->written = true;
	opened.entry = e;
	*writer = memory_new(sizeof(**writer));
	**writer = opened;
	buf_init(&(*writer)->filling, QUEUE_BYTES + PART_BYTES_MOST);
	buf_init(&(*writer)->leaving, QUEUE_BYTES + PART_BYTES_MOST);
	return OK;
}

static void free_writer(struct spool_writer *w)
{
	/* What was announced and never written takes no room. */
	if (!w->entry->removed)
		spool_entry_grew(w->entry, w->at - w->entry->bytes);
	w->entry->written = false;
	spool_entry_release(&w->entry);
	close(w->descriptor);
	buf_fini(&w->filling);
	buf_fini(&w->leaving);
	memory_free(w);
}

/* The pool's part */

static int write_all(int descriptor, struct slice bytes, int64_t *at)
{
	while (bytes.len > 0) {
		ssize_t done = pwrite(descriptor, bytes.at, bytes.len, *at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		bytes = slice_from(bytes, (size_t)done);
		*at += done;
	}
	return 0;
}

static void work(void *arg)
{
	struct spool_writer *w = arg;
	w->job_error = write_all(w->descriptor, buf_slice(&w->leaving), &w->at);
	if (w->job_error != 0 || !w->job_syncs)
		return;
	if (fdatasync(w->descriptor) != 0 ||
	    (w->new_in_folder && fsync(spool_folder(w->entry->spool)) != 0))
		w->job_error = errno;
	else
		w->new_in_folder = false;
}

/* The loop's part */

static void step(struct spool_writer *w);

static void worked(void *arg)
{
	struct spool_writer *w = arg;
	w->working = false;
	buf_clear(&w->leaving);
	if (w->job_syncs)
		w->sync_ended = true;
	if (w->job_error != 0) {
		errno = w->job_error;
		w->why.status = spool_disk_trouble(&w->why, "the spool cannot be written");
	}
	step(w);
}

static void start_work(struct spool_writer *w)
{
	struct buf spent = w->leaving;
	w->leaving = w->filling;
	w->filling = spent;
	w->job_syncs = w->sync_wanted;
	w->sync_wanted = false;
	w->working = true;
	loop_offload(spool_loop(w->entry->spool), work, worked, w);
}

static const struct trouble *trouble_of(const struct spool_writer *w)
{
	return w->why.status < 0 ? &w->why : NULL;
}

static void tell_synced(struct spool_writer *w)
{
	void (*synced)(void *arg, int64_t bytes, const struct trouble *why) = w->synced;
	w->sync_ended = w->sync_wanted = false;
	w->synced = NULL;
	synced(w->synced_arg, w->at, trouble_of(w));
}

static void tell_finished(struct spool_writer *w)
{
	void (*finished)(void *arg, int64_t bytes, const struct trouble *why) = w->finished;
	void *arg = w->finished_arg;
	struct trouble why = w->why;
	int64_t bytes = w->at;
	free_writer(w);
	finished(arg, bytes, why.status < 0 ? &why : NULL);
}

/** Tells what is to be told; whoever is told may write, sync, or abandon. */
static void tell(struct spool_writer *w)
{
	w->calling = true;
	/* The answer is taken before the next job may move `at`. */
	if (!w->abandoned && w->synced != NULL && (w->sync_ended || w->why.status < 0))
		tell_synced(w);
	if (!w->abandoned && w->paused && (w->filling.len < QUEUE_BYTES || w->why.status < 0)) {
		w->paused = false;
		w->resume(w->resume_arg);
	}
	w->calling = false;
}

static void step(struct spool_writer *w)
{
	if (w->working || w->calling)
		return;
	tell(w);
	bool well = w->why.status == OK && !w->abandoned;
	if (well && !w->working && (w->filling.len > 0 || w->sync_wanted))
		start_work(w);
	if (w->working)
		return;
	if (w->abandoned)
		free_writer(w);
	else if (w->finished != NULL)
		tell_finished(w);
}

static void step_later(void *arg)
{
	struct spool_writer *w = arg;
	w->working = false;
	step(w);
}

enum flow spool_write(struct spool_writer *w, struct slice part)
{
	must(!w->paused && w->finished == NULL && part.len <= PART_BYTES_MOST);
	if (w->why.status == OK)
		w->why.status = spool_reserve(w->entry, (int64_t)part.len, &w->why);
	if (w->why.status < 0)
		return FLOW_STOP;
	buf_add(&w->filling, part);
	if (!w->working && !w->calling)
		start_work(w);
	w->paused = w->filling.len >= QUEUE_BYTES;
	return w->paused ? FLOW_PAUSE : FLOW_MORE;
}

void spool_writer_trouble(const struct spool_writer *w, struct trouble *why)
{
	*why = w->why;
}

/** Nothing is under way that would come back to step(). */
static void come_back(struct spool_writer *w)
{
	if (w->working || w->calling)
		return;
	w->working = true;
	loop_later(spool_loop(w->entry->spool), step_later, w);
}

void spool_sync(struct spool_writer *w,
		void (*done)(void *arg, int64_t bytes, const struct trouble *why), void *arg)
{
	must(w->synced == NULL && w->finished == NULL);
	w->synced = done;
	w->synced_arg = arg;
	w->sync_wanted = true;
	come_back(w);
}

void spool_finish(struct spool_writer **writer,
		  void (*done)(void *arg, int64_t bytes, const struct trouble *why), void *arg)
{
	struct spool_writer *w = *writer;
	*writer = NULL;
	must(w->synced == NULL);
	w->paused = false;
	w->finished = done;
	w->finished_arg = arg;
	come_back(w);
}

void spool_abandon(struct spool_writer **writer)
{
	struct spool_writer *w = *writer;
	*writer = NULL;
	if (w == NULL)
		return;
	w->abandoned = true;
	if (!w->working && !w->calling)
		free_writer(w);
}
