#include "review/change.h"

#include "base/log.h"
#include "pg/transaction.h"
#include "review/decision.h"
#include "store/sql.h"
#include "survey/tally.h"

enum {
	ATTEMPTS_LIMIT = 8,
	FIRST_WAIT_MS = 50,
	ARENA_BYTES = 256 * 1024 * 1024,
	PACKED_BYTES = 256 * 1024 * 1024
};

/* clang-format off */
#define CHANGE_STATES(X)                                                       \
	X(NEW,       "made, nothing started")                                  \
	X(TAKING,    "transaction open, the results are taken")                \
	X(LOOKING,   "asking whether the lost commit took")                    \
	X(NUMBERING, "asking for a shopper's number")                          \
	X(COUNTING,  "counting the difference on a pool thread")               \
	X(WRITING,   "writing results, revisions, audit and counts")           \
	X(FINISHING, "commit or rollback")                                     \
	X(RESTING,   "waiting before another attempt")                         \
	X(APPLYING,  "the counts go into memory")                              \
	X(ENDED,     "answered")

enum change_state {
#define X(name, words) CHANGE_##name,
	CHANGE_STATES(X)
#undef X
};

#define BIT(name) (1u << CHANGE_##name)

static const unsigned next_states[] = {
	[CHANGE_NEW]       = BIT(TAKING),
	[CHANGE_TAKING]    = BIT(LOOKING) | BIT(NUMBERING) | BIT(COUNTING) | BIT(FINISHING),
	[CHANGE_LOOKING]   = BIT(NUMBERING) | BIT(COUNTING) | BIT(FINISHING),
	[CHANGE_NUMBERING] = BIT(COUNTING) | BIT(FINISHING),
	[CHANGE_COUNTING]  = BIT(WRITING),
	[CHANGE_WRITING]   = BIT(FINISHING),
	[CHANGE_FINISHING] = BIT(RESTING) | BIT(APPLYING) | BIT(ENDED),
	[CHANGE_RESTING]   = BIT(TAKING),
	[CHANGE_APPLYING]  = BIT(ENDED),
	[CHANGE_ENDED]     = 0,
};
/* clang-format on */

struct change {
	struct change_request request;
	void (*done)(void *arg, const struct change_outcome *outcome);
	void *arg;
	enum change_state state;
	const struct instrument *instrument;
	struct pg_transaction *transaction; /* while one is open */
	struct loop_timer *timer;
	int attempts;
	/* of this attempt */
	struct arena arena;
	struct pg_result *rows;
	enum wave_state wave_state;
	int64_t change_id;
	struct decision *decisions;
	size_t decisions_len;
	struct tally *tally;
	uint64_t recounted; /* rows whose counts changed */
	struct buf packed;
	struct delta_mark delta;
	bool *found;
	struct reject reject;
	struct change_outcome outcome;
	/* of the attempt whose COMMIT went without answer */
	bool lost, took;
	int64_t lost_id;
	struct change_outcome lost_outcome;
	bool lost_counts;
};

static void enter(struct change *c, enum change_state to)
{
	must((next_states[c->state] & (1u << to)) != 0);
	c->state = to;
}

static void clear_attempt(struct change *c)
{
	arena_fini(&c->arena);
	arena_init(&c->arena, ARENA_BYTES);
	pg_result_free(&c->rows);
	tally_free(c->tally);
	c->tally = NULL;
	buf_clear(&c->packed);
	c->decisions = NULL;
	c->decisions_len = 0;
	c->recounted = 0;
	c->delta = (struct delta_mark){0};
	c->outcome = (struct change_outcome){.found = c->found};
	memset(c->found, 0, c->request.len * sizeof(*c->found));
}

static void end(struct change *c)
{
	enter(c, CHANGE_ENDED);
	loop_timer_free(&c->timer);
	pg_result_free(&c->rows);
	tally_free(c->tally);
	buf_fini(&c->packed);
	c->done(c->arg, &c->outcome);
	arena_fini(&c->arena);
	shared_programme_release(&c->request.programme);
	memory_free(c->found);
	memory_free(c);
}

static void applied(void *arg)
{
	end(arg);
}

/** The counts are durable. They are read, not added: what they take back may have come by another
 * server, and this one not have heard of it. */
static void apply(struct change *c, bool counts)
{
	const struct ingest_settings *s = c->request.server;
	struct tally *none = NULL;
	enter(c, CHANGE_APPLYING);
	if (counts)
		s->counted(s->arg, c->request.wave_id, &c->delta, c->recounted, &none, applied, c);
	else
		loop_later(s->loop, applied, c);
}

static void begin_attempt(struct change *c);

static void rested(void *arg)
{
	begin_attempt(arg);
}

static void transaction_failed(struct change *c, enum status status, const struct trouble *why)
{
	bool may_help = status == E_BUSY || status == E_UNKNOWN;
	c->outcome.why = *why;
	c->outcome.status = c->outcome.why.status = c->lost ? E_UNKNOWN : status;
	if (!may_help || c->attempts >= ATTEMPTS_LIMIT) {
		end(c);
		return;
	}
	log_warn("review.change_again", LOG_NUMBER("wave", c->request.wave_id),
		 LOG_NUMBER("attempt", c->attempts), LOG_TEXT("err", why->words));
	enter(c, CHANGE_RESTING);
	loop_timer_start(c->timer, (uint64_t)FIRST_WAIT_MS << c->attempts);
}

static void note_lost_commit(struct change *c)
{
	c->lost = true;
	c->lost_id = c->change_id;
	c->lost_outcome = c->outcome;
	c->lost_counts = c->recounted > 0;
}

static void transaction_ended(void *arg, enum status status, const struct trouble *why)
{
	struct change *c = arg;
	bool committing = c->state == CHANGE_FINISHING;
	c->transaction = NULL;
	if (!committing)
		enter(c, CHANGE_FINISHING);
	if (c->took) {
		c->outcome = c->lost_outcome;
		apply(c, c->lost_counts);
	} else if (status == OK) {
		apply(c, c->recounted > 0);
	} else {
		if (status == E_UNKNOWN && c->outcome.changed > 0)
			note_lost_commit(c);
		transaction_failed(c, status, why);
	}
}

static void fail(struct change *c, const struct trouble *why)
{
	struct trouble copy = *why;
	enter(c, CHANGE_FINISHING);
	pg_transaction_fail(c->transaction, &copy);
}

static void commit(struct change *c)
{
	enter(c, CHANGE_FINISHING);
	pg_transaction_commit(c->transaction);
}

/* Writing */

static void written(void *arg, const struct pg_answer *answer)
{
	(void)answer;
	commit(arg);
}

static void delta_added(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	c->delta = (struct delta_mark){.delta_id = pg_get_int8(answer->result, 0, 0),
				       .generation = pg_get_int8(answer->result, 0, 1)};
	commit(c);
}

static void write_counts(struct change *c)
{
	struct pg_value values[] = {pg_int4(c->request.wave_id), pg_int8(0),
				    pg_int8((int64_t)c->recounted),
				    pg_bytea(buf_slice(&c->packed))};
	pg_transaction_run(c->transaction, &SQL_TALLY_DELTA_ADD, values, COUNT_OF(values),
			   delta_added);
}

static void write_statuses(struct change *c, void (*done)(void *arg, const struct pg_answer *))
{
	size_t len = 0, all = c->decisions_len;
	struct slice *ids = arena_take_array(&c->arena, all, sizeof(*ids));
	int16_t *statuses = arena_take_array(&c->arena, all, sizeof(*statuses));
	int32_t *breaches = arena_take_array(&c->arena, all, sizeof(*breaches));
	must(ids != NULL && statuses != NULL && breaches != NULL);
	for (size_t i = 0; i < all; i++) {
		const struct result *after = &c->decisions[i].after.result;
		if (!c->decisions[i].changed)
			continue;
		ids[len] = after->result_id;
		statuses[len] = (int16_t)after->status;
		breaches[len++] = (int32_t)after->breaches;
	}
	struct pg_value values[] = {
		pg_int4(c->request.wave_id),
		pg_text_array(&c->arena, ids, len),
		pg_int2_array(&c->arena, statuses, len),
		pg_int4_array(&c->arena, breaches, len),
		pg_int4(c->request.organisation_id),
		pg_text(c->request.key_id),
		pg_text(c->request.reason.len > 0 ? c->request.reason : SLICE("")),
		pg_int8(c->change_id),
		pg_bool(c->request.by_rules),
	};
	pg_transaction_run(c->transaction, &SQL_RESULT_REVIEW, values, COUNT_OF(values), done);
}

static struct pg_value optional(int32_t number, int32_t none)
{
	return number == none ? pg_null() : pg_int4(number);
}

static void write_content(struct change *c, void (*done)(void *arg, const struct pg_answer *))
{
	const struct stored_result *after = &c->decisions[0].after;
	const struct result *r = &after->result;
	const struct instrument *in = c->instrument;
	struct pg_value values[] = {
		pg_int4(c->request.wave_id),
		pg_text(r->result_id),
		pg_int2((int16_t)r->status),
		pg_int4((int32_t)r->breaches),
		pg_int4(c->request.organisation_id),
		pg_text(c->request.key_id),
		pg_text(c->request.reason),
		pg_int8(c->change_id),
		pg_timestamptz(r->contacted_at),
		pg_int4(r->company),
		optional(after->shopper, -1),
		optional(r->wait_seconds, SECONDS_NONE),
		optional(r->duration_seconds, SECONDS_NONE),
		optional(r->score, SCORE_NONE),
		pg_int2((int16_t)r->channel),
		r->attempt == ATTEMPT_NONE ? pg_null() : pg_int2((int16_t)r->attempt),
		pg_bool(r->answered),
		pg_int2_array(&c->arena, r->answers, in->items_len),
		pg_int2_array(&c->arena, r->cx, in->questions_len),
		pg_int4_array(&c->arena, r->area_scores, in->areas_len),
		pg_text(r->comment.len > 0 ? r->comment : SLICE_NONE),
	};
	pg_transaction_run(c->transaction, &SQL_RESULT_CORRECT, values, COUNT_OF(values), done);
}

static void appeal_opened(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	c->outcome.appeal_id = pg_get_int8(answer->result, 0, 0);
}

static void appeal_closed(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	struct trouble why;
	if (pg_rows(answer->result) == 1)
		return;
	(void)trouble_code(&why, E_CONFLICT, "appeal_not_open", "the appeal is not open");
	fail(c, &why);
}

static void write_appeal(struct change *c)
{
	const struct change_request *r = &c->request;
	const struct review_single *s = r->single;
	if (s == NULL || s->appeal == APPEAL_NONE)
		return;
	if (s->appeal == APPEAL_OPENS) {
		enum review_state before = c->decisions[0].before.result.status;
		struct pg_value values[] = {pg_int4(r->wave_id),      pg_text(s->result_id),
					    pg_text(r->key_id),	      pg_text(s->words),
					    pg_int2((int16_t)before), pg_int4(r->organisation_id)};
		pg_transaction_run(c->transaction, &SQL_APPEAL_OPEN, values, COUNT_OF(values),
				   appeal_opened);
	} else {
		struct slice outcome = s->upheld ? SLICE("upheld") : SLICE("dismissed");
		struct pg_value values[] = {pg_int4(r->wave_id), pg_int8(s->appeal_id),
					    pg_text(r->key_id),	 pg_text(outcome),
					    pg_text(s->words),	 pg_int4(r->organisation_id)};
		pg_transaction_run(c->transaction, &SQL_APPEAL_CLOSE, values, COUNT_OF(values),
				   appeal_closed);
	}
}

/** All in one pipeline; the last one's answer brings the commit. */
static void write_all(struct change *c)
{
	bool counts = c->recounted > 0;
	enter(c, CHANGE_WRITING);
	write_appeal(c);
	if (c->decisions_len == 1 && c->decisions[0].corrected)
		write_content(c, counts ? NULL : written);
	else
		write_statuses(c, counts ? NULL : written);
	if (counts)
		write_counts(c);
}

/* Counting */

static void count_and_pack(void *arg)
{
	struct change *c = arg;
	const struct instrument *in = c->instrument;
	const struct wave *wave = &c->request.programme->programme->waves[c->request.wave];
	size_t cells;
	c->tally = tally_new(in->areas_len, in->items_len, in->questions_len);
	for (size_t i = 0; i < c->decisions_len; i++)
		if (c->decisions[i].changed &&
		    decision_count(&c->decisions[i], wave->counts, c->tally))
			c->recounted++;
	/* What cancels out is no news to a board. */
	(void)tally_cells(c->tally, &cells);
	if (cells == 0)
		c->recounted = 0;
	tally_pack(c->tally, &c->packed);
}

static void counted(void *arg)
{
	struct change *c = arg;
	must(!buf_over(&c->packed));
	write_all(c);
}

static void count(struct change *c)
{
	enter(c, CHANGE_COUNTING);
	loop_offload(c->request.server->loop, count_and_pack, counted, c);
}

/* A shopper that was corrected */

static void shopper_found(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	struct trouble why;
	int32_t number = pg_rows(answer->result) > 0 ? pg_get_int4(answer->result, 0, 0) : -1;
	if (number >= 0 && number < TALLY_SHOPPERS_LIMIT) {
		c->decisions[0].after.shopper = number;
		count(c);
		return;
	}
	if (number < 0)
		(void)trouble(&why, E_BUSY, "the database does not know the new shopper yet");
	else
		(void)trouble_code(&why, E_LIMIT, "too_many_shoppers",
				   "an organisation has at most %d shoppers", TALLY_SHOPPERS_LIMIT);
	fail(c, &why);
}

static void ask_shopper(struct change *c, struct slice code)
{
	enter(c, CHANGE_NUMBERING);
	struct pg_value values[] = {pg_int4(c->request.organisation_id),
				    pg_text_array(&c->arena, &code, 1)};
	pg_transaction_run(c->transaction, &SQL_SHOPPER_ADD, values, COUNT_OF(values), NULL);
	pg_transaction_run(c->transaction, &SQL_SHOPPER_FIND, values, COUNT_OF(values),
			   shopper_found);
}

/* Deciding */

static enum status check_reason(const struct change *c, bool corrected, struct trouble *why)
{
	bool late = c->wave_state == WAVE_CLOSED || c->wave_state == WAVE_PUBLISHED;
	if (c->request.reason.len > 0 || (!late && !corrected))
		return OK;
	return trouble_code(why, E_INPUT, "reason_required",
			    late ? "the wave is %s: a change needs a reason"
				 : "the wave is %s, but a correction needs a reason",
			    wave_state_name(c->wave_state));
}

static enum status decide_single(struct change *c, struct trouble *why)
{
	const struct change_request *r = &c->request;
	struct decision *d = &c->decisions[0];
	if (c->decisions_len == 0)
		return trouble_code(why, E_GONE, "unknown_result", "there is no such result");
	enum status st = check_reason(c, r->single->content != NULL, why);
	if (st == OK)
		st = decision_by_single(d, r->single, r->programme->programme, r->wave, &c->arena,
					&c->reject, why);
	c->outcome.reject = st == E_INPUT && c->reject.faults_len > 0 ? &c->reject : NULL;
	c->outcome.revision = d->before.revision + (d->changed ? 1 : 0);
	return st;
}

static enum status decide_many(struct change *c, struct trouble *why)
{
	for (size_t i = 0; i < c->decisions_len; i++) {
		struct decision *d = &c->decisions[i];
		bool again = i > 0 &&
			     slice_equal(d->before.result.result_id, d[-1].before.result.result_id);
		if (!again)
			decision_by_wish(d, &c->request.wishes[d->place], c->request.from);
	}
	return check_reason(c, false, why);
}

static void decide(struct change *c)
{
	struct trouble why;
	enum status st = c->request.single != NULL ? decide_single(c, &why) : decide_many(c, &why);
	if (st < 0) {
		fail(c, &why);
		return;
	}
	for (size_t i = 0; i < c->decisions_len; i++)
		c->outcome.changed += c->decisions[i].changed;
	c->outcome.unchanged = c->decisions_len - c->outcome.changed;
	const struct stored_result *after = c->decisions_len == 1 ? &c->decisions[0].after : NULL;
	if (c->outcome.changed == 0)
		commit(c);
	else if (after != NULL && after->result.shopper.len > 0 && after->shopper < 0)
		ask_shopper(c, after->result.shopper);
	else
		count(c);
}

static void lost_looked_up(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	c->took = pg_get_bool(answer->result, 0, 0);
	c->lost = false; /* now it is known */
	if (c->took)
		commit(c);
	else
		decide(c);
}

/* Taking */

static struct pg_value wished_ids(struct change *c)
{
	struct slice *ids = arena_take_array(&c->arena, c->request.len, sizeof(*ids));
	must(ids != NULL);
	for (size_t i = 0; i < c->request.len; i++)
		ids[i] = c->request.wishes[i].result_id;
	return pg_text_array(&c->arena, ids, c->request.len);
}

static enum status read_rows(struct change *c, struct trouble *why)
{
	size_t len = (size_t)pg_rows(c->rows);
	enum status st = OK;
	c->decisions = arena_take_array(&c->arena, len, sizeof(*c->decisions));
	if (len > 0 && c->decisions == NULL)
		return trouble(why, E_LIMIT, "the results need more memory than they may");
	c->decisions_len = len;
	for (size_t i = 0; i < len && st == OK; i++) {
		struct decision *d = &c->decisions[i];
		d->place = (size_t)pg_get_int8(c->rows, (int)i, STORED_RESULT_COLUMNS) - 1;
		c->found[d->place] = true;
		st = stored_result_read(c->rows, (int)i, c->instrument, &c->arena, &d->before, why);
	}
	return st;
}

static void results_taken(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	struct trouble why;
	c->rows = pg_answer_keep(answer);
	if (read_rows(c, &why) < 0) {
		fail(c, &why);
	} else if (c->lost) {
		/* Whoever still commits it holds the rows: having them, we know. */
		struct pg_value values[] = {pg_int4(c->request.wave_id), wished_ids(c),
					    pg_int8(c->lost_id)};
		enter(c, CHANGE_LOOKING);
		pg_transaction_run(c->transaction, &SQL_REVIEW_TOOK, values, COUNT_OF(values),
				   lost_looked_up);
	} else {
		decide(c);
	}
}

static void wave_shared(void *arg, const struct pg_answer *answer)
{
	struct change *c = arg;
	must(pg_rows(answer->result) == 1);
	must(wave_state_from(pg_get_bytes(answer->result, 0, 0), &c->wave_state));
	c->change_id = pg_get_int8(answer->result, 0, 1);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct change *c = arg;
	struct pg_value wave[] = {pg_int4(c->request.wave_id)};
	struct pg_value values[] = {wave[0], wished_ids(c)};
	c->transaction = t;
	pg_transaction_run(t, &SQL_REVIEW_BEGIN, wave, COUNT_OF(wave), wave_shared);
	pg_transaction_run(t, &SQL_RESULT_TAKE, values, COUNT_OF(values), results_taken);
}

static void begin_attempt(struct change *c)
{
	clear_attempt(c);
	enter(c, CHANGE_TAKING);
	c->attempts++;
	pg_transaction_open(c->request.server->pool, "begin", begun, transaction_ended, c);
}

void change_run(const struct change_request *request,
		void (*done)(void *arg, const struct change_outcome *outcome), void *arg)
{
	struct change *c = memory_new(sizeof(*c));
	const struct programme *p = request->programme->programme;
	must(request->len > 0 && request->len <= REVIEW_CHUNK);
	*c = (struct change){.request = *request, .done = done, .arg = arg};
	shared_programme_hold(c->request.programme);
	c->instrument = &p->instruments[p->waves[request->wave].instrument];
	c->found = memory_resize(NULL, request->len, sizeof(*c->found));
	c->timer = loop_timer_new(request->server->loop, rested, c);
	arena_init(&c->arena, ARENA_BYTES);
	buf_init(&c->packed, PACKED_BYTES);
	begin_attempt(c);
}
