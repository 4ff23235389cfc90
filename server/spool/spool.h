/** Uploaded files on this server's disk: written as they come, read in parts, kept for a while.
 *
 * A file has a kind and a number. Those of kind SPOOL_UPLOAD are whole and stay for `keep_days`
 * and within `bytes_most`, the oldest dropped first, never one in use. The others belong to
 * somebody who removes them; SPOOL_PASSING ones are swept at the start.
 * Blocking: spool_new() and spool_free() only, before the loop runs and after. Everything
 * else works on libuv's pool; in the loop's thread there are at most open(), ftruncate(), rename()
 * and close(). Promise: a `done` is called exactly once and never before the starting function has
 * returned, unless the file was released or its writer abandoned before. Errors: E_GONE
 * file_not_kept · E_LIMIT spool_full · E_BUSY spool_unavailable (the directory cannot be used; it
 * is never fatal) · E_INTERNAL spool_failed (the disk). Limits: bytes_most in all, SPOOL_FILES_MOST
 * files; a writer holds 1 MiB and one part at most, a reader one part.
 */
#pragma once

#include <stdio.h>

#include "base/flow.h"
#include "base/slice.h"
#include "base/status.h"
#include "loop/loop.h"

enum { SPOOL_FILES_MOST = 200000, SPOOL_PART_BYTES = 256 * 1024 };

enum spool_kind {
	SPOOL_UPLOAD, /**< the file of an upload, by its number */
	SPOOL_TUS,    /**< a resumable upload that is being received or counted, by its number */
	SPOOL_PASSING /**< while this process needs it, by spool_number() */
};

struct spool_name {
	enum spool_kind kind;
	int64_t number;
};

#define SPOOL_NAME_UPLOAD(upload_id) ((struct spool_name){SPOOL_UPLOAD, (upload_id)})

/** 0 takes the default in brackets. */
struct spool_settings {
	struct loop *loop;
	const char *directory; /**< NULL: no spool; what needs one says so */
	const char *database;  /**< whose files: the name of a folder within */
	int64_t bytes_most;    /**< (10 GiB) */
	int keep_days;	       /**< (7) */
	int64_t most_per_cent; /**< of bytes_most a single file may have (50) */
};

struct spool_counts {
	int64_t bytes, bytes_most, files;
};

struct spool;

/** Never NULL: where the directory cannot be used everything answers so, and the log says it. One
 * server at a time uses a directory. */
struct spool *spool_new(const struct spool_settings *settings);
/** When every file is released and every writer is gone. */
void spool_free(struct spool *s);
enum status spool_usable(const struct spool *s, struct trouble *why) NODISCARD;
enum { SPOOL_PLACE_BYTES = 32 };
/** A path of the folder, for files without a name (O_TMPFILE) that are nobody's but their maker's:
 * the spool neither counts nor sweeps them. NULL where it cannot be used, else `room`. */
const char *spool_place(const struct spool *s, char room[SPOOL_PLACE_BYTES]);
struct spool_counts spool_counts(const struct spool *s);
/** The folder, for files without a name that belong to nobody else; valid as long as the spool. */
const char *spool_folder_path(const struct spool *s);
int64_t spool_file_most(const struct spool *s); /**< bytes of one file: half of bytes_most */
/** Now and then: drops what has been kept long enough. */
void spool_tidy(struct spool *s);

/** A number nobody has, for SPOOL_PASSING. */
int64_t spool_number(struct spool *s);
bool spool_has(const struct spool *s, struct spool_name name);
/** The numbers of a kind, oldest first; how many of them were written to `numbers`. */
size_t spool_list(const struct spool *s, enum spool_kind kind, int64_t *numbers, size_t most);
/** At once for whoever looks; on the disk when nobody uses it any more. */
void spool_remove(struct spool *s, struct spool_name name);
/** An older file of the name `to` is removed. Who reads or writes it goes on. */
enum status spool_rename(struct spool *s, struct spool_name from, struct spool_name to,
			 struct trouble *why) NODISCARD;

/* Reading */

struct spool_file;

/** The file stays until it is released, whatever becomes of its name. */
enum status spool_hold(struct spool *s, struct spool_name name, struct spool_file **file,
		       struct trouble *why) NODISCARD;
/** Nulls the owner's pointer; a read under way is not answered any more. */
void spool_release(struct spool_file **file);
int64_t spool_file_bytes(const struct spool_file *f);
/** For work on a pool thread: valid until the release. It may be gone from the folder: open it
 * by this path ("/proc/self/fd/17") alone. */
const char *spool_file_path(const struct spool_file *f);
/** At most SPOOL_PART_BYTES from `at` on; empty at the end. One read at a time; the part is valid
 * during done(arg, part, NULL), or done(arg, SLICE_NONE, why). */
void spool_read(struct spool_file *f, int64_t at,
		void (*done)(void *arg, struct slice part, const struct trouble *why), void *arg);

/* Writing */

struct spool_writer;

/** Appends behind the first `at` bytes; what the file has beyond them is cut off. 0 makes the file
 * where there is none. `resume` comes after each FLOW_PAUSE. One writer a file. */
enum status spool_append(struct spool *s, struct spool_name name, int64_t at,
			 void (*resume)(void *arg), void *arg, struct spool_writer **writer,
			 struct trouble *why) NODISCARD;
/** Copies the part. FLOW_STOP: it failed for good, spool_sync() and spool_finish() say why. */
enum flow spool_write(struct spool_writer *w, struct slice part) NODISCARD;
/** Why it stopped. */
void spool_writer_trouble(const struct spool_writer *w, struct trouble *why);
/** done(arg, bytes, NULL): the first `bytes` of the file, all that was written before this call,
 * will be there after a power cut. One at a time. */
void spool_sync(struct spool_writer *w,
		void (*done)(void *arg, int64_t bytes, const struct trouble *why), void *arg);
/** Writes the rest and ends: done(arg, bytes of the file, NULL or why). Nulls the pointer. */
void spool_finish(struct spool_writer **w,
		  void (*done)(void *arg, int64_t bytes, const struct trouble *why), void *arg);
/** Ends; what is not written yet is dropped, and nothing is called any more. NULL is allowed. */
void spool_abandon(struct spool_writer **w);

/* Making a file on a pool thread */

struct spool_output;

/** An empty SPOOL_PASSING file. The oldest files make room for `expected` bytes. */
enum status spool_output_open(struct spool *s, int64_t expected, struct spool_output **output,
			      struct trouble *why) NODISCARD;
/** Written, flushed and looked at on the pool, where blocking is right; closed by
 * spool_output_close() alone. */
FILE *spool_output_stream(const struct spool_output *o);
/** When nobody writes any more. *name is the file, which the caller removes. */
void spool_output_close(struct spool_output **output, struct spool_name *name);
