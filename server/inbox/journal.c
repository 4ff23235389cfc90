#include "inbox/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "inbox/journal_files.h"
#include "inbox/journal_record.h"

#define BYTES_MOST_STANDARD ((int64_t)1 << 30)
#define FILE_BYTES_STANDARD ((int64_t)16 << 20)

/** The pool's while it writes. */
struct writing {
	struct journal *journal;
	struct journal_file *file;
	const struct inbox_item *const *items;
	size_t count;
	int64_t at, bytes; /**< where it begins, and what it will take */
	int error;
	bool is_cut; /**< after an error: nothing of it is left */
	void (*done)(void *arg, const struct trouble *why);
	void *arg;
};

/** The pool's while it reads; its bytes are the items' until they are dropped. */
struct reading {
	struct journal *journal;
	struct journal_file *file;
	int64_t at, end;  /**< the stretch that may be read; then `at` is where reading ended */
	uint64_t records; /**< of the stretch */
	char *bytes;
	size_t room;
	struct inbox_item items[INBOX_BATCH];
	const struct inbox_item *pointers[INBOX_BATCH];
	size_t count, broken;
	bool is_lost; /**< no record could be found in what was left of the stretch */
	void (*done)(void *arg, const struct inbox_item *const *items, size_t count);
	void *arg;
};

struct journal {
	struct loop *loop;
	struct journal_disk disk;
	struct journal_files files;
	int64_t bytes_most, file_bytes;
	struct journal_file *open; /**< is written to; NULL: the next write begins one */
	struct writing writing;
	struct reading reading;
	bool is_writing;
	bool is_fetching; /**< on the pool */
	bool is_reading;  /**< until the drop */
};

/* What is there */

bool journal_usable(const struct journal *j)
{
	return j->files.folder >= 0;
}

bool journal_writing(const struct journal *j)
{
	return j->is_writing;
}

uint64_t journal_unread(const struct journal *j)
{
	uint64_t records = 0;
	for (const struct journal_file *p = j->files.oldest; p != NULL; p = p->next)
		records += p->records;
	return records;
}

int64_t journal_bytes(const struct journal *j)
{
	int64_t bytes = j->is_writing ? j->writing.bytes : 0;
	for (const struct journal_file *p = j->files.oldest; p != NULL; p = p->next)
		bytes += p->bytes;
	return bytes;
}

/* Removing */

static void forget(struct journal *j, struct journal_file *gone)
{
	if (j->open == gone)
		j->open = NULL;
	journal_files_remove(&j->files, gone);
}

static void forget_dropped(struct journal *j)
{
	struct journal_file *p, *next;
	for (p = j->files.oldest; p != NULL; p = next) {
		next = p->next;
		bool is_written = j->is_writing && j->writing.file == p;
		bool is_read = j->is_reading && j->reading.file == p;
		if (p->records == 0 && !is_written && !is_read)
			forget(j, p);
	}
}

/* Writing */

static ssize_t system_write(int descriptor, const void *bytes, size_t len, off_t at)
{
	return pwrite(descriptor, bytes, len, at);
}

static int system_sync(int descriptor)
{
	return fsync(descriptor);
}

static int write_all(const struct journal_disk *disk, int descriptor, struct slice bytes, off_t at)
{
	while (bytes.len > 0) {
		ssize_t done = disk->write(descriptor, bytes.at, bytes.len, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? errno : ENOSPC;
		bytes = slice_from(bytes, (size_t)done);
		at += done;
	}
	return 0;
}

static void write_on_the_pool(void *arg)
{
	struct writing *w = arg;
	const struct journal *j = w->journal;
	struct buf bytes;
	buf_init(&bytes, (size_t)w->bytes);
	for (size_t i = 0; i < w->count; i++)
		journal_record_put(&bytes, w->items[i]);
	w->error = write_all(&j->disk, w->file->descriptor, buf_slice(&bytes), w->at);
	if (w->error == 0 && (j->disk.sync(w->file->descriptor) != 0 ||
			      (w->at == 0 && j->disk.sync(j->files.folder) != 0)))
		w->error = errno;
	buf_fini(&bytes);
	/* Nobody was told that it is there, and its room may be all there is. */
	w->is_cut = w->error != 0 && ftruncate(w->file->descriptor, w->at) == 0;
}

static enum status disk_trouble(struct trouble *why, int error, bool is_cut)
{
	log_error("inbox.journal_failed", LOG_TEXT("err", strerror(error)),
		  LOG_NUMBER("is_cut", is_cut));
	if (error == ENOSPC || error == EDQUOT)
		return trouble_code(why, E_BUSY, "inbox_full", "the journal's disk is full");
	return trouble_code(why, E_INTERNAL, "journal_failed", "the journal cannot be written");
}

static void written(void *arg)
{
	struct writing w = *(struct writing *)arg;
	struct journal *j = w.journal;
	struct trouble why;
	j->is_writing = false;
	if (w.error == 0) {
		w.file->bytes += w.bytes;
		w.file->records += w.count;
		w.done(w.arg, NULL);
		return;
	}
	/* What the kernel has dropped of it a second fsync() would call written. */
	j->open = NULL;
	forget_dropped(j);
	(void)disk_trouble(&why, w.error, w.is_cut);
	w.done(w.arg, &why);
}

static enum status open_file(struct journal *j, struct trouble *why)
{
	if (j->open == NULL || j->open->bytes >= j->file_bytes)
		j->open = journal_files_begin(&j->files);
	return j->open != NULL ? OK : disk_trouble(why, errno, true);
}

static enum status may_write(struct journal *j, int64_t bytes, struct trouble *why)
{
	if (j->files.folder < 0)
		return trouble_code(why, E_BUSY, "inbox_full",
				    "PostgreSQL is away, and this server cannot keep files");
	if (journal_bytes(j) + bytes > j->bytes_most)
		return trouble_code(why, E_BUSY, "inbox_full", "the journal is full");
	return open_file(j, why);
}

struct refusal {
	struct trouble why;
	void (*done)(void *arg, const struct trouble *why);
	void *arg;
	struct journal *journal;
};

static void refuse(void *arg)
{
	struct refusal r = *(struct refusal *)arg;
	memory_free(arg);
	r.journal->is_writing = false;
	r.done(r.arg, &r.why);
}

void journal_write(struct journal *j, const struct inbox_item *const *items, size_t count,
		   void (*done)(void *arg, const struct trouble *why), void *arg)
{
	struct refusal refused = {.done = done, .arg = arg, .journal = j};
	int64_t bytes = 0;
	must(!j->is_writing && count > 0);
	for (size_t i = 0; i < count; i++)
		bytes += (int64_t)journal_record_bytes(items[i]);
	if (may_write(j, bytes, &refused.why) < 0) {
		struct refusal *later = memory_new(sizeof(*later));
		*later = refused;
		j->writing.bytes = 0;
		j->is_writing = true;
		loop_later(j->loop, refuse, later);
		return;
	}
	j->writing = (struct writing){.journal = j,
				      .file = j->open,
				      .items = items,
				      .count = count,
				      .at = j->open->bytes,
				      .bytes = bytes,
				      .done = done,
				      .arg = arg};
	j->is_writing = true;
	loop_offload(j->loop, write_on_the_pool, written, &j->writing);
}

/* Reading */

/** Bytes of the stretch, as many as there are; where none can be read it is damaged. */
static struct slice fetch(struct reading *r, size_t most)
{
	size_t wanted = r->end - r->at < (int64_t)most ? (size_t)(r->end - r->at) : most;
	struct slice got = {NULL, 0};
	if (wanted > r->room) {
		r->bytes = memory_resize(r->bytes, wanted, 1);
		r->room = wanted;
	}
	while (got.len < wanted) {
		ssize_t done = pread(r->file->descriptor, r->bytes + got.len, wanted - got.len,
				     r->at + (off_t)got.len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			break;
		got.len += (size_t)done;
	}
	got.at = r->bytes;
	return got;
}

/** The length of the record they begin with; 0: there is no whole one. */
static size_t whole_record(struct slice bytes)
{
	size_t length = bytes.len < JOURNAL_HEAD_BYTES ? 0 : journal_record_length(bytes);
	return length <= bytes.len ? length : 0;
}

static void read_on_the_pool(void *arg)
{
	struct reading *r = arg;
	struct slice rest = fetch(r, JOURNAL_READ_BYTES);
	if (rest.len == JOURNAL_READ_BYTES && journal_record_length(rest) > rest.len)
		rest = fetch(r, journal_record_length(rest));
	bool is_part = r->at + (int64_t)rest.len < r->end;
	while (r->at < r->end && r->count + r->broken < INBOX_BATCH) {
		size_t length = whole_record(rest);
		if (length == 0 && is_part && r->count + r->broken > 0)
			return; /* the next time begins with it */
		if (length == 0) {
			r->is_lost = true;
			r->at = r->end;
			return;
		}
		if (journal_record_get((struct slice){rest.at, length}, &r->items[r->count])) {
			r->pointers[r->count] = &r->items[r->count];
			r->count++;
		} else {
			r->broken++;
		}
		r->at += (int64_t)length;
		rest = slice_from(rest, length);
	}
}

/** Of what was read, and is not to be read again. */
static uint64_t records_read(const struct reading *r)
{
	return r->is_lost ? r->records : r->count + r->broken;
}

static void finished_reading(void *arg)
{
	struct reading *r = arg;
	r->journal->is_fetching = false;
	if (r->is_lost || r->broken > 0) {
		log_error("inbox.journal_damaged", LOG_NUMBER("file", r->file->number),
			  LOG_NUMBER("records", records_read(r) - r->count));
		r->file->is_damaged = true;
	}
	r->done(r->arg, r->pointers, r->count);
}

void journal_read(struct journal *j,
		  void (*done)(void *arg, const struct inbox_item *const *items, size_t count),
		  void *arg)
{
	struct journal_file *p = j->files.oldest;
	struct reading *r = &j->reading;
	must(!j->is_reading);
	while (p->records == 0)
		p = p->next;
	r->journal = j;
	r->file = p;
	r->at = p->at;
	r->end = p->bytes;
	r->records = p->records;
	r->count = r->broken = 0;
	r->is_lost = false;
	r->done = done;
	r->arg = arg;
	j->is_reading = j->is_fetching = true;
	loop_offload(j->loop, read_on_the_pool, finished_reading, r);
}

void journal_drop(struct journal *j)
{
	struct reading *r = &j->reading;
	must(j->is_reading);
	r->file->at = r->at;
	r->file->records -= records_read(r);
	j->is_reading = false;
	forget_dropped(j);
	if (r->room > JOURNAL_READ_BYTES || journal_unread(j) == 0) {
		memory_free(r->bytes);
		r->bytes = NULL;
		r->room = 0;
	}
}

struct journal *journal_new(const struct journal_settings *settings)
{
	static const struct journal_disk system_disk = {system_write, system_sync};
	struct journal *j = memory_new(sizeof(*j));
	j->loop = settings->loop;
	j->disk = settings->disk != NULL ? *settings->disk : system_disk;
	j->bytes_most = settings->bytes_most > 0 ? settings->bytes_most : BYTES_MOST_STANDARD;
	j->file_bytes = settings->file_bytes > 0 ? settings->file_bytes : FILE_BYTES_STANDARD;
	journal_files_open(&j->files, j->loop, settings->folder);
	forget_dropped(j); /* torn within their first record */
	return j;
}

void journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	must(!j->is_writing && !j->is_fetching);
	journal_files_close(&j->files);
	memory_free(j->reading.bytes);
	memory_free(j);
}
