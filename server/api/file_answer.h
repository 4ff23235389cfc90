/** A finished temporary file as a streamed answer of known length.
 *
 * Lifetime: part of what x->state points to; from file_answer_start() until `done` is called. The
 *   file is closed then.
 * Promise: done(arg) exactly once, never before file_answer_start() has returned: the answer is
 *   complete, or broken, or nobody takes it any more.
 * Limits: one part of FILE_ANSWER_BYTES in memory.
 */
#pragma once

#include "api/api.h"
#include "export/temporary.h"

enum { FILE_ANSWER_BYTES = 128 * 1024 };

struct file_answer {
	struct loop *loop;
	struct exchange *x; /**< NULL: nobody takes it */
	struct temporary file;
	uint64_t at;
	char *part;
	int64_t got; /**< bytes of it; below 0: the disk failed */
	bool reading, paused;
	void (*done)(void *arg);
	void *arg;
};

/** Where such files are made: the spool's folder, else that of temporary files. `room` may hold it.
 */
const char *file_answer_folder(const struct api *api, char room[SPOOL_PLACE_BYTES]);

/** The head's other fields are added; takes the file. */
void file_answer_start(struct file_answer *f, struct loop *loop, struct exchange *x,
		       const char *type, struct temporary *file, void (*done)(void *arg),
		       void *arg);
void file_answer_writable(struct file_answer *f);
/** The client has left. May call done. */
void file_answer_gone(struct file_answer *f);
/** Breaks it off. May call done. */
void file_answer_abort(struct file_answer *f);
