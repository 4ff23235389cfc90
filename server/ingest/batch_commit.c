#include "ingest/batch_commit.h"

#include "base/log.h"
#include "ingest/batch_copy.h"
#include "ingest/doubtful.h"
#include "ingest/fault_copy.h"
#include "ingest/fault_row.h"
#include "ingest/lost_commit.h"
#include "ingest/shopper_numbers.h"
#include "pg/value.h"
#include "store/sql.h"

/* A part of a whole waits longer than the server lets others wait for a row: 24 attempts are some
 * 110 seconds. Giving way to a whole is no failure; its time is bounded (whole.h), and two of them
 * are waited for. */
enum {
	ATTEMPTS_LIMIT = 10,
	PART_ATTEMPTS_LIMIT = 24,
	GIVE_WAY_MS = 250,
	GIVE_WAY_LIMIT = 2 * WHOLE_SECONDS_MOST * 1000 / GIVE_WAY_MS,
	FIRST_WAIT_MS = 50,
	PACKED_BYTES = 256 * 1024 * 1024
};

/* clang-format off */
#define COMMIT_STATES(X)                                                       \
	X(NEW,       "made, nothing started")                                  \
	X(SHOPPERS,  "asking for shopper numbers")                             \
	X(SORTING,   "sorting on a pool thread")                               \
	X(TAKING,    "waiting for a connection")                               \
	X(SHARING,   "transaction open, asking whether the wave takes results")\
	X(LOOKING,   "wave closed, asking whether the lost commit took before") \
	X(FRESH,     "copying fresh rows")                                     \
	X(DOUBTFUL,  "asking and deciding what becomes of doubtful rows")      \
	X(COUNTING,  "counting on a pool thread")                              \
	X(TELLING,   "writing the counts")                                     \
	X(FAULTS,    "copying faults")                                         \
	X(COMMITTING,"waiting for the commit")                                 \
	X(UNDOING,   "rolling back")                                           \
	X(RESTING,   "waiting before another attempt")                         \
	X(ENDED,     "answered")
/* clang-format on */

enum commit_state {
#define X(name, words) COMMIT_##name,
	COMMIT_STATES(X)
#undef X
};

#define BIT(name) (1u << COMMIT_##name)

/** Which states may follow which. Anything else is a bug. */
static const unsigned next_states[] = {
	[COMMIT_NEW] = BIT(SHOPPERS) | BIT(SORTING),
	[COMMIT_SHOPPERS] = BIT(SORTING) | BIT(RESTING) | BIT(ENDED),
	[COMMIT_SORTING] = BIT(TAKING),
	[COMMIT_TAKING] = BIT(SHARING) | BIT(RESTING) | BIT(ENDED),
	[COMMIT_SHARING] = BIT(LOOKING) | BIT(FRESH) | BIT(DOUBTFUL) | BIT(COUNTING) | BIT(UNDOING),
	[COMMIT_LOOKING] = BIT(UNDOING),
	[COMMIT_FRESH] = BIT(DOUBTFUL) | BIT(COUNTING) | BIT(UNDOING),
	[COMMIT_DOUBTFUL] = BIT(COUNTING) | BIT(UNDOING),
	[COMMIT_COUNTING] = BIT(TELLING),
	[COMMIT_TELLING] = BIT(FAULTS) | BIT(COMMITTING) | BIT(UNDOING),
	[COMMIT_FAULTS] = BIT(COMMITTING) | BIT(UNDOING),
	[COMMIT_COMMITTING] = BIT(UNDOING) | BIT(ENDED),
	[COMMIT_UNDOING] = BIT(TAKING) | BIT(RESTING) | BIT(ENDED),
	[COMMIT_RESTING] = BIT(SHOPPERS) | BIT(TAKING),
	[COMMIT_ENDED] = 0,
};

struct commit {
	struct batch_target target;
	struct batch *batch;
	void (*done)(void *arg, const struct batch_outcome *outcome);
	void *arg;
	enum commit_state state;
	struct pg_conn *conn;
	struct loop_timer *timer;
	int attempts, given_way;
	struct lost_commit lost;
	bool late; /* the wave takes nothing new, what is stored is replaced */
	void (*after_undo)(struct commit *c);
	struct trouble undo_why;
	enum status delta_status;
	struct trouble delta_why;
	struct buf packed;
	size_t faults_read; /* bytes of faults that came with the rows */
	bool faults_lost;   /* whether they are written already is not known */
	struct batch_outcome outcome;
};

/** How the transaction of a batch begins and ends: its own, or a part of the file's. */
static const struct scripts {
	const char *begin, *commit, *undo;
} own_scripts = {"begin", "commit", "rollback"},
  part_scripts = {"savepoint batch", "release savepoint batch",
		  "rollback to savepoint batch; release savepoint batch"};

static const struct scripts *scripts_of(const struct commit *c)
{
	return c->target.whole != NULL ? &part_scripts : &own_scripts;
}

static void enter(struct commit *c, enum commit_state to)
{
	must(next_states[c->state] & (1u << to));
	c->state = to;
}

/** Where one transaction is for many batches it keeps its connection. */
static void give_connection(struct commit *c)
{
	if (c->conn != NULL && c->target.whole == NULL)
		pg_pool_give(c->target.pool, &c->conn);
	c->conn = NULL;
}

static void end(struct commit *c, enum status status)
{
	enter(c, COMMIT_ENDED);
	c->outcome.status = status;
	give_connection(c);
	loop_timer_free(&c->timer);
	buf_fini(&c->packed);
	lost_commit_fini(&c->lost);
	struct commit last = *c;
	memory_free(c);
	last.done(last.arg, &last.outcome);
}

static void take_connection(struct commit *c);
static void ask_shoppers(struct commit *c);

static void rested(void *arg)
{
	struct commit *c = arg;
	if (c->batch->new_shoppers_len > 0)
		ask_shoppers(c);
	else
		take_connection(c);
}

/** Nothing of this attempt is stored (or it will be looked up): again later, or give up. */
static void attempt_failed(struct commit *c, enum status status, const struct trouble *why)
{
	bool may_help = status == E_BUSY || status == E_UNKNOWN || status == E_GONE;
	if (c->target.whole != NULL) {
		may_help = may_help && !whole_is_lost(c->target.whole);
		/* Before the whole is committed nothing is stored, whatever was lost. */
		status = status == E_UNKNOWN ? E_BUSY : status;
	}
	c->outcome.why = *why;
	int attempts_most = c->target.whole != NULL ? PART_ATTEMPTS_LIMIT : ATTEMPTS_LIMIT;
	if (!may_help || c->attempts >= attempts_most) {
		end(c, c->lost.open ? E_UNKNOWN : status);
		return;
	}
	log_warn("ingest.batch_again", LOG_NUMBER("upload", c->target.upload_id),
		 LOG_NUMBER("batch", c->batch->number), LOG_NUMBER("attempt", c->attempts),
		 LOG_TEXT("err", why->words));
	enter(c, COMMIT_RESTING);
	loop_timer_start(c->timer, c->target.first_wait_ms << (c->attempts < 7 ? c->attempts : 7));
}

/* Rolling back, and what comes then */

static void undone(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	(void)answer; /* a connection that cannot roll back is replaced when it is given back */
	give_connection(c);
	c->after_undo(c);
}

static void undo(struct commit *c, void (*after)(struct commit *c))
{
	c->after_undo = after;
	enter(c, COMMIT_UNDOING);
	pg_conn_script(c->conn, scripts_of(c)->undo, undone, c);
}

static void fail_undone(struct commit *c)
{
	attempt_failed(c, c->undo_why.status, &c->undo_why);
}

static void undo_and_fail(struct commit *c, enum status status, const struct trouble *why)
{
	batch_doubt_decided(c->batch);
	c->undo_why = *why;
	c->undo_why.status = status;
	undo(c, fail_undone);
}

static void end_well(struct commit *c)
{
	end(c, OK);
}

/** True when the answer was a failure, which has then been dealt with. */
static bool failed(struct commit *c, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	undo_and_fail(c, answer->status, &answer->why);
	return true;
}

/* The end of the transaction */

static void committed(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	if (answer->status == OK) {
		end(c, OK);
		return;
	}
	if (answer->status == E_UNKNOWN && c->target.whole == NULL)
		lost_commit_open(&c->lost, c->batch, c->outcome.stored);
	failed(c, answer);
}

static void send_commit(struct commit *c)
{
	enter(c, COMMIT_COMMITTING);
	pg_conn_script(c->conn, scripts_of(c)->commit, committed, c);
}

static void faults_copied(void *arg, enum status status, const struct trouble *why)
{
	struct commit *c = arg;
	bool there = c->faults_lost && status == E_CONFLICT;
	c->faults_lost = c->target.whole != NULL && status == E_UNKNOWN;
	if (status == OK || there)
		send_commit(c);
	else
		undo_and_fail(c, status, why);
}

/** What is wrong with a file is to be read also where none of its rows is stored. */
static void copy_faults(struct commit *c)
{
	enter(c, COMMIT_FAULTS);
	fault_rows_copy(c->target.pool, c->target.whole == NULL ? c->conn : NULL,
			buf_slice(&c->batch->faults), faults_copied, c);
}

static void add_conflict_faults(struct commit *c)
{
	struct batch *b = c->batch;
	uint64_t room = c->target.conflicts_stored_most;
	b->faults.len = c->faults_read;
	for (size_t i = 0; i < b->rows_len && room > 0; i++) {
		const struct batch_row *row = &b->row[i];
		struct fault_words words;
		if (!fault_of_fate(row->fate, batch_row_id(b, row), &words))
			continue;
		room--;
		fault_row_encode(&b->faults, c->target.upload_id, row->row, 1, &words);
	}
}

/** The COMMIT whose answer was lost did take: this batch is marked already. */
static void settle_as_lost(struct commit *c)
{
	c->outcome.stored = lost_commit_took(&c->lost, c->batch);
	c->outcome.delta = (struct delta_mark){0};
	c->outcome.delta_unknown = true;
	undo(c, end_well);
}

static void told(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	if (c->delta_status < 0) {
		undo_and_fail(c, c->delta_status, &c->delta_why);
		return;
	}
	if (c->lost.open && answer->status == E_CONFLICT) {
		settle_as_lost(c);
		return;
	}
	if (failed(c, answer))
		return;
	c->lost.open = false; /* two transactions cannot both have marked the batch */
	add_conflict_faults(c);
	if (c->batch->faults.len > 0)
		copy_faults(c);
	else
		send_commit(c);
}

/** A failure waits for told(): that comes next and would only say that this one happened. */
static void delta_added(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	c->delta_status = answer->status;
	c->delta_why = answer->why;
	if (answer->status == OK)
		c->outcome.delta = (struct delta_mark){
			.delta_id = pg_get_int8(answer->result, 0, 0),
			.generation = pg_get_int8(answer->result, 0, 1)};
}

static void write_counts(struct commit *c)
{
	struct batch *b = c->batch;
	uint64_t duplicates = batch_fates(b, ROW_SAME) + batch_fates(b, ROW_TWIN);
	uint64_t replaced = batch_fates(b, ROW_REPLACED);
	enter(c, COMMIT_TELLING);
	c->delta_status = OK;
	if (c->outcome.stored > 0 && !c->target.dry) {
		struct pg_value delta[] = {
			pg_int4(c->target.wave_id),
			pg_int8(c->target.upload_id),
			pg_int8((int64_t)c->outcome.stored),
			pg_bytea(buf_slice(&c->packed)),
		};
		pg_conn_run(c->conn, &SQL_TALLY_DELTA_ADD, delta, COUNT_OF(delta), delta_added, c);
	}
	struct pg_value batch[] = {
		pg_int8(c->target.upload_id),
		pg_int4(b->number),
		pg_int8((int64_t)(c->outcome.stored - replaced)),
		pg_int8((int64_t)duplicates),
		pg_int8((int64_t)replaced),
	};
	pg_conn_run(c->conn, &SQL_BATCH_ADD, batch, COUNT_OF(batch), told, c);
}

static void count_and_pack(void *arg)
{
	struct commit *c = arg;
	batch_count(c->batch);
	buf_clear(&c->packed);
	tally_pack(c->batch->tally, &c->packed);
}

static void counted(void *arg)
{
	struct commit *c = arg;
	must(!buf_over(&c->packed));
	write_counts(c);
}

static void count(struct commit *c)
{
	enter(c, COMMIT_COUNTING);
	c->outcome.delta = (struct delta_mark){0};
	c->outcome.stored = batch_stored(c->batch);
	if (c->outcome.stored > 0 && !c->target.dry)
		loop_offload(c->target.loop, count_and_pack, counted, c);
	else
		write_counts(c);
}

/* Rows into the database */

static void decide_doubtful(struct commit *c);

static void rows_copied(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	if (answer->status == E_CONFLICT) {
		batch_doubt_all(c->batch);
		undo(c, take_connection);
	} else if (failed(c, answer)) {
		return;
	} else if (batch_fates(c->batch, ROW_DOUBTFUL) > 0) {
		decide_doubtful(c);
	} else {
		count(c);
	}
}

static void copy_fresh(struct commit *c)
{
	const struct batch_copy_order order = {.batch = c->batch,
					       .fate = ROW_FRESH,
					       .upload_id = c->target.upload_id,
					       .wave_id = c->target.wave_id};
	enter(c, COMMIT_FRESH);
	batch_copy(c->conn, &SQL_RESULT_COPY, &order, rows_copied, c);
}

static void doubtful_decided(void *arg, enum status status, const struct trouble *why)
{
	struct commit *c = arg;
	if (status == OK)
		count(c);
	else
		undo_and_fail(c, status, why);
}

/** Nothing new is stored: what is not there stays away. */
static bool stored_only(const struct commit *c)
{
	return c->late || c->target.stored_only;
}

static void decide_doubtful(struct commit *c)
{
	enter(c, COMMIT_DOUBTFUL);
	doubtful_decide(c->conn, &c->target, c->batch, stored_only(c), doubtful_decided, c);
}

static void refuse_for_the_wave(struct commit *c)
{
	struct trouble why;
	c->lost.open = false;
	(void)trouble_code(&why, E_CONFLICT, "wave_not_fielding", "the wave takes no results now");
	undo_and_fail(c, E_CONFLICT, &why);
}

static void mark_looked_up(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	if (failed(c, answer))
		return;
	if (pg_rows(answer->result) > 0)
		settle_as_lost(c);
	else
		refuse_for_the_wave(c);
}

/** A transaction holds its wave open, so one that took, took before the wave was closed. */
static void meet_closed_wave(struct commit *c)
{
	if (!c->lost.open) {
		refuse_for_the_wave(c);
		return;
	}
	struct pg_value mark[] = {pg_int8(c->target.upload_id), pg_int4(c->batch->number)};
	enter(c, COMMIT_LOOKING);
	pg_conn_run(c->conn, &SQL_BATCH_FIND, mark, COUNT_OF(mark), mark_looked_up, c);
}

static void store_rows(struct commit *c)
{
	if (stored_only(c))
		batch_doubt_all(c->batch);
	if (batch_fates(c->batch, ROW_FRESH) > 0) {
		copy_fresh(c);
	} else if (batch_fates(c->batch, ROW_DOUBTFUL) > 0) {
		decide_doubtful(c);
	} else {
		count(c);
	}
}

static void refuse_the_undone(struct commit *c)
{
	struct trouble why;
	c->lost.open = false;
	(void)trouble_code(&why, E_CONFLICT, "upload_undone",
			   "the upload was undone while it was read");
	undo_and_fail(c, E_CONFLICT, &why);
}

static void rest_a_while(struct commit *c)
{
	c->attempts--;
	c->given_way++;
	enter(c, COMMIT_RESTING);
	loop_timer_start(c->timer, GIVE_WAY_MS);
}

/** A file is being taken as a whole: nobody waits for that with a connection in his hands. */
static void give_way(struct commit *c)
{
	struct trouble why;
	if (c->given_way < GIVE_WAY_LIMIT) {
		undo(c, rest_a_while);
		return;
	}
	(void)trouble(&why, E_BUSY, "files are being taken as a whole, one after the other");
	undo_and_fail(c, E_BUSY, &why);
}

static void shared(void *arg, const struct pg_answer *answer)
{
	struct commit *c = arg;
	if (failed(c, answer))
		return;
	must(pg_rows(answer->result) == 1);
	bool fielding = slice_is(pg_get_bytes(answer->result, 0, 0), "fielding");
	c->late = !fielding && c->target.replace && c->target.reason.len > 0;
	if (!pg_get_bool(answer->result, 0, 1))
		refuse_the_undone(c);
	else if (c->target.whole == NULL && !pg_get_bool(answer->result, 0, 2))
		give_way(c);
	else if (fielding || c->late)
		store_rows(c);
	else
		meet_closed_wave(c);
}

static void begun(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* a failure is met again in shared() */
	(void)answer;
}

static void connection_taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct commit *c = arg;
	if (conn == NULL) {
		attempt_failed(c, why->status, why);
		return;
	}
	c->conn = conn;
	enter(c, COMMIT_SHARING);
	struct pg_value wave[] = {pg_int4(c->target.wave_id), pg_int8(c->target.upload_id)};
	pg_conn_script(c->conn, scripts_of(c)->begin, begun, c);
	pg_conn_run(c->conn, &SQL_WAVE_SHARE, wave, COUNT_OF(wave), shared, c);
}

static void take_connection(struct commit *c)
{
	enter(c, COMMIT_TAKING);
	c->attempts++;
	if (c->target.whole != NULL)
		whole_take(c->target.whole, connection_taken, c);
	else
		pg_pool_take(c->target.pool, connection_taken, c);
}

/* Before the transaction */

static void sort_batch(void *arg)
{
	batch_sort(((struct commit *)arg)->batch);
}

static void sorted(void *arg)
{
	take_connection(arg);
}

static void sort_and_go(struct commit *c)
{
	enter(c, COMMIT_SORTING);
	loop_offload(c->target.loop, sort_batch, sorted, c);
}

static void shoppers_numbered(void *arg, const struct trouble *why)
{
	struct commit *c = arg;
	if (why != NULL)
		attempt_failed(c, why->status, why);
	else
		sort_and_go(c);
}

static void ask_shoppers(struct commit *c)
{
	enter(c, COMMIT_SHOPPERS);
	c->attempts++;
	const struct shopper_order order = {.organisation_id = c->target.organisation_id,
					    .book = c->target.shoppers,
					    .dry = c->target.dry};
	shopper_numbers_ask(c->target.pool, &order, c->batch, shoppers_numbered, c);
}

void batch_commit(const struct batch_target *target, struct batch *batch,
		  void (*done)(void *arg, const struct batch_outcome *outcome), void *arg)
{
	struct commit *c = memory_new(sizeof(*c));
	*c = (struct commit){.target = *target, .batch = batch, .done = done, .arg = arg};
	if (c->target.first_wait_ms == 0)
		c->target.first_wait_ms = FIRST_WAIT_MS;
	c->faults_read = batch->faults.len;
	c->timer = loop_timer_new(target->loop, rested, c);
	buf_init(&c->packed, PACKED_BYTES);
	if (batch->new_shoppers_len > 0)
		ask_shoppers(c);
	else
		sort_and_go(c);
}
