#include "board/frozen.h"

#include "board/answer_make.h"
#include "board/frozen_boards.h"
#include "board/frozen_counts.h"
#include "board/live_wave.h"
#include "pg/value.h"
#include "store/sql.h"

enum { SHOPPERS_BYTES = 16 * 1024 * 1024, TAG_BYTES = 80 };

struct opener {
	struct opener *next;
	void (*done)(void *arg, struct frozen *f, const struct trouble *why);
	void *arg;
};

/** Under way or waiting; all who ask the same wait for the same. */
struct frozen_question {
	struct frozen_question *next;
	struct frozen *frozen;
	struct live_question question;
	struct asker *askers;
	struct buf body;
	struct trouble why;
};

struct frozen {
	struct frozen *next;
	struct live *live;
	int wave_id, revision;
	int references;
	bool loaded;
	struct opener *openers;
	struct pg_result *row; /* while it is loaded */
	struct trouble why;
	struct frozen_counts counts;
	struct answers answers;
	struct frozen_question *first; /* under way; those behind it wait */
	unsigned questions_waiting;
};

/* References. What runs holds one, so a frozen one is freed only when nothing does. */

static void frozen_free(struct frozen *f)
{
	must(f->references == 0 && f->first == NULL && f->openers == NULL);
	pg_result_free(&f->row);
	frozen_counts_fini(&f->counts);
	answers_fini(&f->answers);
	memory_free(f);
}

void frozen_free_all(struct live *live)
{
	while (live->frozen != NULL) {
		struct frozen *f = live->frozen;
		live->frozen = f->next;
		frozen_free(f);
	}
}

static void unlink_one(struct frozen **at)
{
	struct frozen *f = *at;
	*at = f->next;
	frozen_free(f);
}

/** Those that could not be loaded, and the oldest of too many. */
static void free_surplus(struct live *live)
{
	unsigned kept = 0;
	for (struct frozen **at = &live->frozen; *at != NULL;) {
		struct frozen *f = *at;
		bool idle = f->references == 0;
		kept += idle && f->loaded ? 1 : 0;
		if (idle && (!f->loaded || kept > FROZEN_KEPT))
			unlink_one(at);
		else
			at = &f->next;
	}
}

void frozen_hold(struct frozen *f)
{
	f->references++;
}

void frozen_release(struct frozen **f)
{
	struct frozen *held = *f;
	*f = NULL;
	if (held != NULL && --held->references == 0)
		free_surplus(held->live);
}

static void begin_work(struct frozen *f)
{
	frozen_hold(f);
	f->live->frozen_running++;
}

static void end_work(struct frozen *f)
{
	struct live *live = f->live;
	frozen_release(&f);
	live->frozen_running--;
	if (live->closing)
		live_close_when_idle(live);
}

const struct board_source *frozen_source(const struct frozen *f)
{
	return &f->counts.source;
}

/* Loading */

static void tell_openers(void *arg)
{
	struct frozen *f = arg;
	while (f->openers != NULL) {
		struct opener *o = f->openers;
		f->openers = o->next;
		o->done(o->arg, f->loaded ? f : NULL, f->loaded ? NULL : &f->why);
		memory_free(o);
	}
	end_work(f);
}

static void load_work(void *arg)
{
	struct frozen *f = arg;
	struct arena numbers;
	arena_init(&numbers, SHOPPERS_BYTES);
	struct frozen_parts parts = {.wave = pg_get_bytes(f->row, 0, 0),
				     .document = pg_get_bytes(f->row, 0, 1),
				     .packed = pg_get_bytes(f->row, 0, 2),
				     .version = pg_get_int8(f->row, 0, 4),
				     .revision = f->revision};
	parts.shoppers = pg_get_int4_array(f->row, 0, 3, &numbers, &parts.shoppers_len);
	must(parts.shoppers != NULL || parts.shoppers_len == 0);
	f->why.status = frozen_counts_make(&parts, &f->counts, &f->why);
	arena_fini(&numbers);
}

static void load_done(void *arg)
{
	struct frozen *f = arg;
	pg_result_free(&f->row);
	f->loaded = f->why.status == OK;
	tell_openers(f);
}

static void row_came(void *arg, const struct pg_answer *answer)
{
	struct frozen *f = arg;
	if (answer->status == OK && pg_rows(answer->result) == 1) {
		f->row = pg_answer_keep(answer);
		loop_offload(f->live->loop, load_work, load_done, f);
		return;
	}
	f->why = answer->why;
	if (answer->status == OK)
		(void)trouble_code(&f->why, E_GONE, "unknown_revision",
				   "the wave has no such revision");
	tell_openers(f);
}

static void load(struct frozen *f)
{
	struct pg_value values[] = {pg_int4(f->wave_id), pg_int4(f->revision)};
	begin_work(f);
	pg_pool_run(f->live->pool, &SQL_PUBLICATION_LOAD, values, COUNT_OF(values), row_came, f);
}

/** It goes to the front. NULL: not there. */
static struct frozen *find(struct live *live, int wave_id, int revision)
{
	for (struct frozen **at = &live->frozen; *at != NULL; at = &(*at)->next) {
		struct frozen *f = *at;
		if (f->wave_id != wave_id || f->revision != revision)
			continue;
		*at = f->next;
		f->next = live->frozen;
		live->frozen = f;
		return f;
	}
	return NULL;
}

void frozen_open(struct live *live, int wave_id, int revision,
		 void (*done)(void *arg, struct frozen *f, const struct trouble *why), void *arg)
{
	struct opener *o = memory_new(sizeof(*o));
	struct frozen *f = find(live, wave_id, revision);
	bool is_new = f == NULL;
	if (is_new) {
		f = memory_new(sizeof(*f));
		*f = (struct frozen){.next = live->frozen,
				     .live = live,
				     .wave_id = wave_id,
				     .revision = revision};
		live->frozen = f;
	}
	bool waited_for = f->openers != NULL;
	*o = (struct opener){.next = f->openers, .done = done, .arg = arg};
	f->openers = o;
	if (is_new) {
		load(f);
	} else if (f->loaded && !waited_for) {
		begin_work(f);
		loop_later(live->loop, tell_openers, f);
	}
}

/* Answering */

static void start_first(void *arg);

/** The first is over; the next one is started in a turn of its own. */
static void finish(struct frozen_question *q, struct http_bytes *bytes)
{
	struct frozen *f = q->frozen;
	f->first = q->next;
	if (bytes != NULL)
		answers_keep(&f->answers, &q->question, bytes);
	if (f->first != NULL)
		loop_later(f->live->loop, start_first, f);
	while (q->askers != NULL) {
		struct asker *asker = q->askers;
		q->askers = asker->next;
		f->questions_waiting--;
		asker->done(asker->arg, bytes, bytes != NULL ? NULL : &q->why);
		memory_free(asker);
	}
	http_bytes_unref(bytes);
	buf_fini(&q->body);
	memory_free(q);
	end_work(f);
}

static void answer_work(void *arg)
{
	struct frozen_question *q = arg;
	q->why.status = answer_make(&q->question, &q->frozen->counts.source, &q->body, &q->why);
}

static void answer_done(void *arg)
{
	struct frozen_question *q = arg;
	struct frozen *f = q->frozen;
	struct http_bytes *bytes = NULL;
	if (q->why.status == OK) {
		bytes = answer_finish(&q->question, &f->counts.source, f->counts.edition,
				      buf_slice(&q->body));
		f->live->counts.answers_made++;
	}
	finish(q, bytes);
}

static void compute(struct frozen_question *q)
{
	buf_init(&q->body, BOARD_BUF_BYTES);
	loop_offload(q->frozen->live->loop, answer_work, answer_done, q);
}

static struct http_bytes *stored_bytes(const struct pg_result *row)
{
	struct buf tag;
	buf_init(&tag, TAG_BYTES);
	buf_print(&tag, "\"%.*s\"", SLICE_ARGS(pg_get_bytes(row, 0, 1)));
	const struct http_header headers[] = {
		{"Content-Type", pg_get_bytes(row, 0, 0)},
		{"ETag", buf_slice(&tag)},
		{"Cache-Control", SLICE("private, no-cache")},
		{"Vary", SLICE("Accept, Authorization")},
	};
	struct http_bytes *bytes = http_bytes_new(200, headers, COUNT_OF(headers),
						  pg_get_bytes(row, 0, 2));
	buf_fini(&tag);
	return bytes;
}

/** A board that this revision did not store, because the table was shorter then, is computed. */
static void board_came(void *arg, const struct pg_answer *answer)
{
	struct frozen_question *q = arg;
	if (answer->status != OK) {
		q->why = answer->why;
		finish(q, NULL);
	} else if (pg_rows(answer->result) == 0) {
		compute(q);
	} else {
		finish(q, stored_bytes(answer->result));
	}
}

static void start_first(void *arg)
{
	const struct frozen *f = arg;
	struct frozen_question *q = f->first;
	const struct wave *w = &f->counts.programme->waves[f->counts.source.wave];
	struct buf address;
	buf_init(&address, FROZEN_ADDRESS_BYTES);
	if (frozen_address(w, &q->question, &address)) {
		must(!buf_over(&address));
		struct pg_value values[] = {pg_int4(f->wave_id), pg_int4(f->revision),
					    pg_text(buf_slice(&address))};
		pg_pool_run(f->live->pool, &SQL_PUBLICATION_BOARD, values, COUNT_OF(values),
			    board_came, q);
	} else {
		compute(q);
	}
	buf_fini(&address);
}

struct http_bytes *frozen_finished(struct frozen *f, const struct live_question *q)
{
	struct http_bytes *bytes = answers_find(&f->answers, q);
	f->live->counts.answers_reused += bytes != NULL ? 1 : 0;
	return bytes;
}

static struct frozen_question *question_of(struct frozen *f, const struct live_question *asked)
{
	struct frozen_question **at = &f->first;
	for (; *at != NULL; at = &(*at)->next)
		if (live_question_equal(&(*at)->question, asked))
			return *at;
	struct frozen_question *q = memory_new(sizeof(*q));
	*q = (struct frozen_question){.frozen = f, .question = *asked};
	*at = q;
	begin_work(f);
	if (f->first == q)
		loop_later(f->live->loop, start_first, f);
	return q;
}

/** Told in a later turn that too many wait. */
struct refusal {
	struct asker asker;
	struct trouble why;
};

static void refuse(void *arg)
{
	struct refusal *r = arg;
	r->asker.done(r->asker.arg, NULL, &r->why);
	memory_free(r);
}

void frozen_ask(struct frozen *f, const struct live_question *q,
		void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
		void *arg)
{
	if (f->questions_waiting >= QUESTIONS_WAITING) {
		struct refusal *r = memory_new(sizeof(*r));
		*r = (struct refusal){.asker = {.done = done, .arg = arg}};
		(void)trouble_code(&r->why, E_BUSY, "too_many_questions",
				   "%u answers for this wave are waited for already",
				   f->questions_waiting);
		loop_later(f->live->loop, refuse, r);
		return;
	}
	struct frozen_question *waiting = question_of(f, q);
	struct asker *asker = memory_new(sizeof(*asker));
	*asker = (struct asker){.next = waiting->askers, .done = done, .arg = arg};
	waiting->askers = asker;
	f->questions_waiting++;
}
