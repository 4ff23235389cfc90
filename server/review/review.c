#include "review/review.h"

#include "base/log.h"
#include "review/change.h"
#include "review/undo.h"
#include "store/sql.h"

/** What a change of one result may bring: a record, its reason and words. */
enum { SINGLE_BYTES = 1024 * 1024 };

struct review {
	struct ingest *ingest;
	unsigned running;
	bool undoing; /* an upload */
};

struct review *review_new(struct ingest *ingest)
{
	struct review *r = memory_new(sizeof(*r));
	r->ingest = ingest;
	return r;
}

void review_free(struct review *r)
{
	must(r == NULL || r->running == 0);
	memory_free(r);
}

unsigned review_running(const struct review *r)
{
	return r->running;
}

static struct slice kept(struct arena *a, struct slice text)
{
	struct slice copy = arena_copy(a, text);
	must(copy.at != NULL); /* callers are bounded, and the arena by what they may bring */
	return copy;
}

/** Everything of the order but the reference, which change_run() takes itself. */
static struct change_request request_of(const struct review *r, struct arena *a,
					const struct review_order *order)
{
	return (struct change_request){.server = ingest_settings(r->ingest),
				       .programme = order->wave->programme,
				       .wave_id = order->wave->wave_id,
				       .wave = order->wave->index,
				       .organisation_id = order->organisation_id,
				       .key_id = kept(a, order->key_id),
				       .reason = kept(a, order->reason),
				       .from = order->from != 0 ? order->from : UINT32_MAX,
				       .by_rules = order->by_rules};
}

static void warn_unsettled(const struct settle_origin *origin, const struct trouble *why)
{
	if (why != NULL)
		log_warn("review.not_settled", LOG_NUMBER("wave", origin->wave_id),
			 LOG_TEXT("err", why->words));
}

/** Something was changed: what rests on all results of the wave follows. False: nothing does. */
static bool settle(const struct review *r, const struct settle_origin *origin,
		   void (*settled)(void *arg, const struct trouble *why), void *arg)
{
	const struct ingest_settings *s = ingest_settings(r->ingest);
	return s->settle != NULL && s->settle(s->arg, origin, settled, arg);
}

static struct settle_origin origin_of(const struct change_request *request)
{
	return (struct settle_origin){.wave_id = request->wave_id,
				      .organisation_id = request->organisation_id,
				      .key_id = request->key_id};
}

/* Many */

/** Chunk after chunk of given wishes, or of those a filter finds page by page. */
struct many {
	struct review *review;
	struct arena arena;
	struct change_request request;
	struct review_wish *wishes;
	size_t len, at; /* of given wishes; `at` is the chunk under way */
	bool by_rules, filtered;
	struct review_filter filter;
	enum review_state status;
	struct pg_result *page;
	struct review_wish found[REVIEW_CHUNK];
	struct slice *unknown;
	struct review_outcome outcome;
	void (*done)(void *arg, const struct review_outcome *outcome);
	void *arg;
};

static void end_many(void *arg)
{
	struct many *m = arg;
	m->review->running--;
	m->outcome.unknown = m->unknown;
	m->done(m->arg, &m->outcome);
	pg_result_free(&m->page);
	shared_programme_release(&m->request.programme);
	memory_free(m->unknown);
	arena_fini(&m->arena);
	memory_free(m);
}

static void many_settled(void *arg, const struct trouble *why)
{
	struct many *m = arg;
	struct settle_origin origin = origin_of(&m->request);
	warn_unsettled(&origin, why);
	end_many(m);
}

static void all_changed(struct many *m)
{
	struct settle_origin origin = origin_of(&m->request);
	if (m->by_rules || m->outcome.changed == 0 || !settle(m->review, &origin, many_settled, m))
		end_many(m);
}

static void next_chunk(struct many *m);

static void note_unknown(struct many *m, const struct change_outcome *outcome)
{
	for (size_t i = 0; i < m->request.len; i++) {
		if (outcome->found[i])
			continue;
		if (m->unknown == NULL)
			m->unknown = memory_resize(NULL, m->len, sizeof(*m->unknown));
		m->unknown[m->outcome.unknown_len++] = m->request.wishes[i].result_id;
	}
}

static void chunk_done(void *arg, const struct change_outcome *outcome)
{
	struct many *m = arg;
	if (outcome->status != OK) {
		m->outcome.status = outcome->status;
		m->outcome.why = outcome->why;
		all_changed(m);
		return;
	}
	m->outcome.changed += outcome->changed;
	m->outcome.unchanged += outcome->unchanged;
	if (!m->filtered)
		note_unknown(m, outcome);
	next_chunk(m);
}

static void run_page(struct many *m)
{
	size_t rows = (size_t)pg_rows(m->page);
	for (size_t i = 0; i < rows; i++)
		m->found[i] = (struct review_wish){.result_id = pg_get_bytes(m->page, (int)i, 0),
						   .status = m->status};
	m->request.wishes = m->found;
	m->request.len = rows;
	change_run(&m->request, chunk_done, m);
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct many *m = arg;
	pg_result_free(&m->page);
	m->page = pg_answer_keep(answer);
	if (answer->status != OK) {
		m->outcome.status = answer->status;
		m->outcome.why = answer->why;
		all_changed(m);
	} else if (pg_rows(m->page) == 0) {
		all_changed(m);
	} else {
		run_page(m);
	}
}

static void ask_page(struct many *m)
{
	const struct review_filter *f = &m->filter;
	int rows = pg_rows(m->page);
	struct pg_value values[] = {
		pg_int4(m->request.wave_id),
		pg_text(rows > 0 ? pg_get_bytes(m->page, rows - 1, 0) : SLICE("")),
		pg_int4(REVIEW_CHUNK),
		f->status < 0 ? pg_null() : pg_int2((int16_t)f->status),
		f->company < 0 ? pg_null() : pg_int4(f->company),
		f->channel < 0 ? pg_null() : pg_int2((int16_t)f->channel),
		pg_timestamptz(f->contacted_before),
	};
	pg_pool_run(m->request.server->pool, &SQL_RESULT_IDS_WHERE, values, COUNT_OF(values),
		    page_came, m);
}

static void next_chunk(struct many *m)
{
	m->at += m->request.len;
	if (m->filtered) {
		if (m->page != NULL && pg_rows(m->page) < REVIEW_CHUNK)
			all_changed(m);
		else
			ask_page(m);
		return;
	}
	if (m->at == m->len) {
		all_changed(m);
		return;
	}
	m->request.wishes = m->wishes + m->at;
	m->request.len = m->len - m->at < REVIEW_CHUNK ? m->len - m->at : REVIEW_CHUNK;
	change_run(&m->request, chunk_done, m);
}

static struct many *many_new(struct review *r, const struct review_order *order,
			     void (*done)(void *arg, const struct review_outcome *outcome),
			     void *arg)
{
	struct many *m = memory_new(sizeof(*m));
	m->review = r;
	m->by_rules = order->by_rules;
	m->done = done;
	m->arg = arg;
	arena_init(&m->arena, SIZE_MAX / 2);
	m->request = request_of(r, &m->arena, order);
	shared_programme_hold(m->request.programme);
	r->running++;
	return m;
}

void review_change_many(struct review *r, const struct review_order *order,
			const struct review_wish *wishes, size_t len,
			void (*done)(void *arg, const struct review_outcome *outcome), void *arg)
{
	struct many *m = many_new(r, order, done, arg);
	m->len = len;
	m->wishes = arena_take_array(&m->arena, len, sizeof(*m->wishes));
	for (size_t i = 0; i < len; i++) {
		must(wishes[i].status != REVIEW_DISPUTED);
		m->wishes[i] = wishes[i];
		m->wishes[i].result_id = kept(&m->arena, wishes[i].result_id);
	}
	if (len > 0)
		next_chunk(m);
	else
		loop_later(m->request.server->loop, end_many, m);
}

void review_change_where(struct review *r, const struct review_order *order,
			 const struct review_filter *filter, enum review_state status,
			 void (*done)(void *arg, const struct review_outcome *outcome), void *arg)
{
	struct many *m = many_new(r, order, done, arg);
	must(status < REVIEW_COUNT && status != REVIEW_DISPUTED);
	m->filtered = true;
	m->filter = *filter;
	m->status = status;
	next_chunk(m);
}

/* One */

struct one {
	struct review *review;
	struct arena arena;
	struct review_single single;
	struct record content;
	struct review_wish wish;
	struct settle_origin origin;
	struct review_single_outcome said;
	void (*done)(void *arg, const struct review_single_outcome *outcome);
	void *arg;
};

static void end_one(struct one *o)
{
	o->review->running--;
	o->done(o->arg, &o->said);
	arena_fini(&o->arena);
	memory_free(o);
}

static void one_settled(void *arg, const struct trouble *why)
{
	struct one *o = arg;
	warn_unsettled(&o->origin, why);
	end_one(o);
}

static void one_done(void *arg, const struct change_outcome *outcome)
{
	struct one *o = arg;
	o->said = (struct review_single_outcome){.status = outcome->status,
						 .why = outcome->why,
						 .changed = outcome->changed > 0,
						 .revision = outcome->revision,
						 .reject = outcome->reject,
						 .appeal_id = outcome->appeal_id};
	if (!o->said.changed || !settle(o->review, &o->origin, one_settled, o))
		end_one(o);
}

static void keep_content(struct one *o, const struct record *content)
{
	struct field *fields = arena_take_array(&o->arena, content->fields_len, sizeof(*fields));
	must(fields != NULL || content->fields_len == 0);
	for (size_t i = 0; i < content->fields_len; i++) {
		fields[i] = content->fields[i];
		fields[i].group = kept(&o->arena, fields[i].group);
		fields[i].name = kept(&o->arena, fields[i].name);
		fields[i].value = kept(&o->arena, fields[i].value);
	}
	o->content = (struct record){
		.row = content->row, .fields = fields, .fields_len = content->fields_len};
	o->single.content = &o->content;
}

void review_change_single(struct review *r, const struct review_order *order,
			  const struct review_single *single,
			  void (*done)(void *arg, const struct review_single_outcome *outcome),
			  void *arg)
{
	struct one *o = memory_new(sizeof(*o));
	*o = (struct one){.review = r, .single = *single, .done = done, .arg = arg};
	must(single->appeal != APPEAL_CLOSES ||
	     (single->status < REVIEW_COUNT && single->status != REVIEW_DISPUTED));
	arena_init(&o->arena, SINGLE_BYTES);
	o->single.result_id = kept(&o->arena, single->result_id);
	o->single.words = kept(&o->arena, single->words);
	if (single->content != NULL)
		keep_content(o, single->content);
	o->wish = (struct review_wish){.result_id = o->single.result_id, .status = REVIEW_COUNT};
	struct change_request request = request_of(r, &o->arena, order);
	request.wishes = &o->wish;
	request.len = 1;
	request.single = &o->single;
	o->origin = origin_of(&request);
	r->running++;
	change_run(&request, one_done, o);
}

/* An upload undone */

struct undoing {
	struct review *review;
	struct arena arena;
	struct settle_origin origin;
	struct undo_outcome said;
	struct undo_changed_result changed[UNDO_NAMED];
	void (*done)(void *arg, const struct undo_outcome *outcome);
	void *arg;
};

static void end_undoing(void *arg)
{
	struct undoing *u = arg;
	u->review->running--;
	u->done(u->arg, &u->said);
	arena_fini(&u->arena);
	memory_free(u);
}

static void undo_settled(void *arg, const struct trouble *why)
{
	struct undoing *u = arg;
	warn_unsettled(&u->origin, why);
	end_undoing(u);
}

static void undone(void *arg, const struct undo_outcome *outcome)
{
	struct undoing *u = arg;
	u->review->undoing = false;
	u->said = *outcome;
	u->said.changed = u->changed;
	for (size_t i = 0; i < outcome->changed_len; i++) {
		u->changed[i] = outcome->changed[i];
		u->changed[i].result_id = kept(&u->arena, outcome->changed[i].result_id);
	}
	if (outcome->status != OK || !settle(u->review, &u->origin, undo_settled, u))
		end_undoing(u);
}

/** Why it is not even begun. */
static enum status may_undo(const struct review *r, const struct review_order *order,
			    struct trouble *why)
{
	if (order->reason.len == 0)
		return trouble_code(why, E_INPUT, "reason_required",
				    "an upload is undone for a reason");
	if (r->undoing)
		return trouble_code(why, E_BUSY, "try_again", "an upload is being undone already");
	return OK;
}

void review_undo(struct review *r, const struct review_order *order, int64_t upload_id,
		 enum undo_changed changed,
		 void (*done)(void *arg, const struct undo_outcome *outcome), void *arg)
{
	struct undoing *u = memory_new(sizeof(*u));
	*u = (struct undoing){.review = r, .done = done, .arg = arg};
	arena_init(&u->arena, SINGLE_BYTES);
	const struct change_request from = request_of(r, &u->arena, order);
	u->origin = origin_of(&from);
	r->running++;
	if (may_undo(r, order, &u->said.why) < 0) {
		u->said.status = u->said.why.status;
		loop_later(from.server->loop, end_undoing, u);
		return;
	}
	const struct undo_request request = {.server = from.server,
					     .programme = from.programme,
					     .wave_id = from.wave_id,
					     .wave = from.wave,
					     .organisation_id = from.organisation_id,
					     .key_id = from.key_id,
					     .reason = from.reason,
					     .upload_id = upload_id,
					     .changed = changed};
	r->undoing = true;
	undo_run(&request, undone, u);
}
