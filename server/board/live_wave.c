#include "board/live_wave.h"

#include "base/log.h"
#include "board/answer_make.h"
#include "store/compaction.h"
#include "store/sql.h"

enum { DELTAS_BEFORE_COMPACTION = 256, COMPACTION_RETRY_DELTAS = 64, DELTAS_MOST = 1 << 20 };
enum { CODES_PAGE = 10000 };

/* Jobs */

void live_wave_job_free(struct job *job)
{
	pg_result_free(&job->rows);
	tally_free(job->loaded);
	shopper_codes_release(&job->codes);
	shared_programme_release(&job->programme);
	severity_model_free(job->severity);
	buf_fini(&job->body);
	memory_free(job);
}

struct job *job_new(struct live_wave *w, enum job_kind kind)
{
	struct job *job = memory_new(sizeof(*job));
	job->wave = w;
	job->kind = kind;
	return job;
}

void live_wave_append(struct job *job)
{
	struct live_wave *w = job->wave;
	*w->last = job;
	w->last = &job->next;
	live_wave_start_next(w);
}

void live_wave_finish(struct job *job)
{
	must(job->wave->running == job);
	job->wave->running = NULL;
	live_wave_start_next(job->wave);
}

void live_wave_tell(struct job *job, struct http_bytes *bytes, const struct trouble *why)
{
	while (job->askers != NULL) {
		struct asker *asker = job->askers;
		job->askers = asker->next;
		job->wave->questions_waiting--;
		asker->done(asker->arg, bytes, why);
		memory_free(asker);
	}
	if (bytes == NULL)
		summary_job_tell(job, NULL, why);
}

static const struct instrument *instrument_of(const struct live_wave *w)
{
	const struct programme *p = w->programme->programme;
	return &p->instruments[p->waves[w->index].instrument];
}

static struct tally *empty_tally(const struct live_wave *w)
{
	const struct instrument *i = instrument_of(w);
	return tally_new(i->areas_len, i->items_len, i->questions_len);
}

static void remember_applied(struct live_wave *w, int64_t delta_id)
{
	if (w->applied_len >= w->applied_room) {
		w->applied_room = w->applied_room > 0 ? w->applied_room * 2 : 64;
		w->applied = memory_resize(w->applied, w->applied_room, sizeof(*w->applied));
	}
	w->applied[w->applied_len++] = delta_id;
}

static bool is_applied(const struct live_wave *w, int64_t delta_id)
{
	for (size_t i = w->applied_len; i > 0; i--)
		if (w->applied[i - 1] == delta_id)
			return true;
	return false;
}

/** Called when a job that changed them is over, so no answer is being made of the old ones.
 * Another programme comes with its counts loaded anew, and so passes here, too. */
static void counts_changed(struct live_wave *w)
{
	answers_clear(&w->answers);
	severity_model_free(w->severity);
	w->severity = NULL;
}

/* Compaction: this server's own deltas are many, so they are taken into the snapshot. */

static void compacted(void *arg, const struct compaction_outcome *outcome)
{
	struct live_wave *w = arg;
	w->compacting = false;
	if (outcome->status == OK) {
		/* What was merged and what is still to be applied is read anew, in one snapshot. */
		w->live->counts.compactions++;
		w->loaded = false;
	} else {
		w->compact_at = w->applied_len + COMPACTION_RETRY_DELTAS;
	}
	live_wave_start_next(w);
}

static void compact_if_many(struct live_wave *w)
{
	if (!w->loaded || w->compacting || w->live->closing || w->applied_len < w->compact_at)
		return;
	const struct instrument *i = instrument_of(w);
	struct compaction_request request = {.loop = w->live->loop,
					     .pool = w->live->pool,
					     .wave_id = w->wave_id,
					     .areas = i->areas_len,
					     .items = i->items_len,
					     .questions = i->questions_len};
	w->compacting = true;
	compaction_run(&request, compacted, w);
}

/* Loading */

static void unpack_rows(struct job *job)
{
	struct trouble why;
	for (int row = 0; row < pg_rows(job->rows); row++) {
		struct slice packed = pg_get_bytes(job->rows, row, 3);
		if (packed.len == 0)
			continue; /* tally_news' first row carries only the generation */
		if (tally_unpack(job->loaded, packed, &why) < 0)
			job->unreadable = true;
	}
}

/** On the thread that has the new counts before anybody else. */
static void look_for_new_shoppers(struct job *job)
{
	job->shopper_missing = shopper_codes_first_missing(job->codes, job->loaded);
}

static void note_new_shoppers(struct job *job)
{
	struct live_wave *w = job->wave;
	int32_t missing = job->shopper_missing;
	if (missing >= 0 && (w->shopper_missing < 0 || missing < w->shopper_missing))
		w->shopper_missing = missing;
}

static void load_work(void *arg)
{
	unpack_rows(arg);
	look_for_new_shoppers(arg);
}

static void take_marks(struct live_wave *w, const struct pg_result *rows)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		int64_t delta_id = pg_get_int8(rows, row, 0);
		if (delta_id == 0)
			w->generation = pg_get_int8(rows, row, 1);
		else
			remember_applied(w, delta_id);
		w->version += pg_get_int8(rows, row, 2);
	}
}

static void load_failed(struct job *job, const struct trouble *why)
{
	struct live_wave *w = job->wave;
	log_error("live.load_failed", LOG_NUMBER("wave", w->wave_id), LOG_TEXT("err", why->words));
	/* Whatever waits behind it would meet the same: it is told now, and the next who asks
	 * tries again. */
	w->loaded = false;
	struct job *waiting = w->first;
	w->first = NULL;
	w->last = &w->first;
	while (waiting != NULL) {
		struct job *next = waiting->next;
		live_wave_tell(waiting, NULL, why);
		if (waiting->kind == JOB_APPLY)
			waiting->applied(waiting->applied_arg);
		live_wave_job_free(waiting);
		waiting = next;
	}
}

static void load_done(void *arg)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	struct trouble why;
	if (job->unreadable) {
		(void)trouble(&why, E_INTERNAL, "stored counts cannot be read");
		load_failed(job, &why);
	} else {
		tally_free(w->tally);
		w->tally = job->loaded;
		job->loaded = NULL;
		w->version = 0;
		w->generation = 0;
		w->applied_len = 0;
		w->shopper_missing = -1;
		note_new_shoppers(job);
		take_marks(w, job->rows);
		w->loaded = job->programme == w->programme;
		w->compact_at = DELTAS_BEFORE_COMPACTION;
		counts_changed(w);
	}
	live_wave_finish(job);
	compact_if_many(w);
	live_wave_job_free(job);
}

static void news_work(void *arg)
{
	struct job *job = arg;
	unpack_rows(job);
	look_for_new_shoppers(job);
	if (!job->unreadable)
		tally_merge(job->wave->tally, job->loaded);
}

static void news_done(void *arg)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	if (job->unreadable)
		log_error("live.delta_unreadable", LOG_NUMBER("wave", w->wave_id));
	else
		take_marks(w, job->rows);
	note_new_shoppers(job);
	counts_changed(w);
	live_wave_finish(job);
	compact_if_many(w);
	live_wave_job_free(job);
}

static void rows_came(void *arg, const struct pg_answer *answer)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	if (answer->status != OK) {
		load_failed(job, &answer->why);
		live_wave_finish(job);
		live_wave_job_free(job);
		return;
	}
	job->rows = pg_answer_keep(answer);
	job->loaded = empty_tally(w);
	job->programme = w->programme;
	shared_programme_hold(job->programme);
	if (job->kind == JOB_LOAD) {
		loop_offload(w->live->loop, load_work, load_done, job);
	} else if (!w->loaded || pg_get_int8(job->rows, 0, 1) != w->generation) {
		w->loaded = false; /* somebody compacted: the next job loads the whole anew */
		live_wave_finish(job);
		live_wave_job_free(job);
	} else if (pg_rows(job->rows) == 1) {
		live_wave_finish(job);
		live_wave_job_free(job);
	} else {
		loop_offload(w->live->loop, news_work, news_done, job);
	}
}

static void run_load(struct job *job)
{
	struct pg_value wave[] = {pg_int4(job->wave->wave_id)};
	pg_pool_run(job->wave->live->pool, &SQL_TALLY_LOAD, wave, COUNT_OF(wave), rows_came, job);
}

static void run_news(struct job *job)
{
	struct live_wave *w = job->wave;
	struct arena arena;
	arena_init(&arena, (size_t)DELTAS_MOST * 16);
	struct pg_value values[] = {pg_int4(w->wave_id),
				    pg_int8_array(&arena, w->applied, w->applied_len)};
	pg_pool_run(w->live->pool, &SQL_TALLY_NEWS, values, COUNT_OF(values), rows_came, job);
	arena_fini(&arena);
}

/* Adding */

static void apply_work(void *arg)
{
	struct job *job = arg;
	look_for_new_shoppers(job);
	tally_merge(job->wave->tally, job->loaded);
}

static void end_apply(struct job *job)
{
	struct live_wave *w = job->wave;
	live_wave_finish(job);
	job->applied(job->applied_arg);
	compact_if_many(w);
	live_wave_job_free(job);
}

static void apply_done(void *arg)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	remember_applied(w, job->delta.delta_id);
	w->version += (int64_t)job->changes;
	note_new_shoppers(job);
	counts_changed(w);
	end_apply(job);
}

static void put_in_front(struct job *job)
{
	struct live_wave *w = job->wave;
	job->next = w->first;
	if (w->first == NULL)
		w->last = &job->next;
	w->first = job;
}

/** Puts it back in front of the others. */
static void run_again(struct job *job)
{
	put_in_front(job);
	live_wave_finish(job);
}

/** Only under the generation it was added to is it sure that the snapshot lacks this delta. And
 * what takes back is not known exactly here: what it takes back may have come by another server
 * and not be heard of yet. Either way news read after the commit have it, and all it rests on. */
static void run_apply(struct job *job)
{
	struct live_wave *w = job->wave;
	bool addable = job->loaded != NULL && job->delta.generation == w->generation;
	if (is_applied(w, job->delta.delta_id) || job->reread) {
		end_apply(job);
	} else if (addable) {
		loop_offload(w->live->loop, apply_work, apply_done, job);
	} else {
		job->reread = true;
		put_in_front(job);
		put_in_front(job_new(w, JOB_NEWS));
		live_wave_finish(job);
	}
}

/* Shoppers */

static void run_codes(struct job *job);

/** A number is stored before a count can name it, so what is not there now never will be. */
static void codes_came(void *arg, const struct pg_answer *answer)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	if (answer->status != OK) {
		load_failed(job, &answer->why);
		live_wave_finish(job);
		live_wave_job_free(job);
		return;
	}
	int rows = pg_rows(answer->result);
	for (int row = 0; row < rows; row++) {
		w->shopper_missing = pg_get_int4(answer->result, row, 0) + 1;
		shopper_list_add(w->shoppers, w->shopper_missing - 1,
				 pg_get_bytes(answer->result, row, 1));
	}
	if (rows == CODES_PAGE && w->shopper_missing < SHOPPER_CODES_NUMBERS) {
		run_codes(job);
		return;
	}
	w->shopper_missing = -1;
	live_wave_finish(job);
	live_wave_job_free(job);
}

static void run_codes(struct job *job)
{
	struct live_wave *w = job->wave;
	struct pg_value values[] = {pg_int4(w->programme->organisation_id),
				    pg_int4(w->shopper_missing - 1), pg_int4(CODES_PAGE)};
	pg_pool_run(w->live->pool, &SQL_SHOPPER_CODES, values, COUNT_OF(values), codes_came, job);
}

/* Answering */

/** The wave's severity model where it has one; else one that this job leaves to the next. */
static enum status give_severity(struct job *job)
{
	if (job->source.severity != NULL || !answer_needs_severity(&job->question))
		return OK;
	if (severity_model_new(&job->source, BOARD_ARENA_BYTES, &job->severity) < 0)
		return trouble(&job->why, E_LIMIT, "the shoppers do not fit into %d bytes",
			       BOARD_ARENA_BYTES);
	job->source.severity = job->severity;
	return OK;
}

static void answer_work(void *arg)
{
	struct job *job = arg;
	enum status st = give_severity(job);
	if (st == OK)
		st = answer_make(&job->question, &job->source, &job->body, &job->why);
	job->why.status = st;
}

/** One job at a time: the counts are still those it was made of, or are about to be loaded
 * anew, and then it goes with them. */
static void keep_severity(struct live_wave *w, struct severity_model **made)
{
	if (*made == NULL)
		return;
	must(w->severity == NULL);
	w->severity = *made;
	*made = NULL;
	w->live->counts.severities_made++;
}

static void answer_done(void *arg)
{
	struct job *job = arg;
	struct live_wave *w = job->wave;
	struct http_bytes *bytes = NULL;
	keep_severity(w, &job->severity);
	if (job->why.status == OK) {
		bytes = answer_finish(&job->question, &job->source, job->programme->edition,
				      buf_slice(&job->body));
		w->live->counts.answers_made++;
		if (w->loaded && job->source.version == w->version &&
		    job->programme == w->programme &&
		    slice_is(job->source.state, wave_state_name(w->state)))
			answers_keep(&w->answers, &job->question, bytes);
	}
	live_wave_finish(job);
	live_wave_tell(job, bytes, bytes == NULL ? &job->why : NULL);
	http_bytes_unref(bytes);
	live_wave_job_free(job);
}

struct board_source live_wave_source(const struct live_wave *w)
{
	return (struct board_source){.programme = w->programme->programme,
				     .wave = w->index,
				     .tally = w->tally,
				     .version = w->version,
				     .state = slice_of(wave_state_name(w->state))};
}

static void run_answer(struct job *job)
{
	struct live_wave *w = job->wave;
	struct http_bytes *bytes = answers_find(&w->answers, &job->question);
	if (bytes != NULL) {
		http_bytes_ref(bytes);
		live_wave_finish(job);
		live_wave_tell(job, bytes, NULL);
		http_bytes_unref(bytes);
		live_wave_job_free(job);
		return;
	}
	job->programme = w->programme;
	shared_programme_hold(job->programme);
	buf_init(&job->body, BOARD_BUF_BYTES);
	job->source = live_wave_source(w);
	job->source.shoppers = job->codes->at;
	job->source.shoppers_len = job->codes->len;
	job->source.severity = w->severity;
	loop_offload(w->live->loop, answer_work, answer_done, job);
}

/* The order of work */

static void start_now(void *arg)
{
	struct job *job = arg;
	if (!job->wave->loaded && job->kind != JOB_LOAD) {
		run_again(job); /* what was there a turn ago no longer is */
		return;
	}
	shopper_codes_release(&job->codes);
	job->codes = shopper_list_hold(job->wave->shoppers);
	switch (job->kind) {
	case JOB_LOAD:
		run_load(job);
		return;
	case JOB_NEWS:
		run_news(job);
		return;
	case JOB_APPLY:
		run_apply(job);
		return;
	case JOB_CODES:
		run_codes(job);
		return;
	case JOB_ANSWER:
		run_answer(job);
		return;
	case JOB_SUMMARY:
		summary_job_run(job);
		return;
	}
	never("a job outside its list");
}

void live_wave_free(struct live_wave *w)
{
	shared_programme_release(&w->programme);
	tally_free(w->tally);
	answers_fini(&w->answers);
	severity_model_free(w->severity);
	memory_free(w->applied);
	memory_free(w);
}

/** What must be done before `job`, with it behind; or the job itself. */
static struct job *first_due(struct live_wave *w, struct job *job)
{
	bool load = !w->loaded && job->kind != JOB_LOAD;
	bool codes = job->kind == JOB_ANSWER && w->shopper_missing >= 0;
	if (!load && !codes)
		return job;
	struct job *before = job_new(w, load ? JOB_LOAD : JOB_CODES);
	before->next = job;
	return before;
}

/** Starts what is due, always in a later turn: whoever called us may be in the midst of things. */
void live_wave_start_next(struct live_wave *w)
{
	if (w->running != NULL)
		return;
	struct job *job = w->first;
	if (job == NULL) {
		if (w->live->closing)
			live_close_when_idle(w->live);
		return;
	}
	job = first_due(w, job);
	w->first = job->next;
	if (w->first == NULL)
		w->last = &w->first;
	job->next = NULL;
	w->running = job;
	loop_later(w->live->loop, start_now, job);
}
