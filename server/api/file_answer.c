#include "api/file_answer.h"

#include <unistd.h>

#include "base/must.h"

const char *file_answer_folder(const struct api *api, char room[SPOOL_PLACE_BYTES])
{
	const char *folder = spool_place(api->spool, room);
	return folder != NULL ? folder : temporary_folder();
}

static void end(struct file_answer *f)
{
	temporary_close(&f->file);
	memory_free(f->part);
	f->part = NULL;
	f->done(f->arg);
}

static void read_part(void *arg)
{
	struct file_answer *f = arg;
	f->got = pread(f->file.file, f->part, FILE_ANSWER_BYTES, (off_t)f->at);
}

static void next(struct file_answer *f);

/** The file is as long as it was measured; anything else is a broken answer. */
static void part_came(void *arg)
{
	struct file_answer *f = arg;
	f->reading = false;
	if (f->x == NULL) {
		end(f);
		return;
	}
	if (f->got <= 0) {
		exchange_stream_abort(f->x);
		end(f);
		return;
	}
	f->at += (uint64_t)f->got;
	struct slice part = {f->part, (size_t)f->got};
	f->paused = exchange_stream_write(f->x, part) != FLOW_MORE;
	if (!f->paused)
		next(f);
}

static void next(struct file_answer *f)
{
	if (f->at < f->file.bytes) {
		f->reading = true;
		loop_offload(f->loop, read_part, part_came, f);
		return;
	}
	exchange_stream_end(f->x);
	end(f);
}

static void begin(void *arg)
{
	struct file_answer *f = arg;
	f->reading = false;
	if (f->x == NULL) {
		end(f);
		return;
	}
	if (f->x->method == METHOD_HEAD)
		f->at = f->file.bytes;
	next(f);
}

void file_answer_start(struct file_answer *f, struct loop *loop, struct exchange *x,
		       const char *type, struct temporary *file, void (*done)(void *arg), void *arg)
{
	*f = (struct file_answer){.loop = loop, .x = x, .file = *file, .done = done, .arg = arg};
	file->file = -1;
	f->part = memory_new(FILE_ANSWER_BYTES);
	exchange_stream_start_sized(x, 200, type, f->file.bytes);
	f->reading = true; /* until the next turn, when it begins */
	loop_later(loop, begin, f);
}

void file_answer_writable(struct file_answer *f)
{
	if (!f->paused)
		return;
	f->paused = false;
	next(f);
}

void file_answer_gone(struct file_answer *f)
{
	f->x = NULL;
	if (!f->reading)
		end(f);
}

void file_answer_abort(struct file_answer *f)
{
	exchange_stream_abort(f->x);
	file_answer_gone(f);
}
