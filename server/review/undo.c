#include "review/undo.h"

#include "base/log.h"
#include "pg/transaction.h"
#include "store/counted_row.h"
#include "store/sql.h"

enum {
	ATTEMPTS_LIMIT = 8,
	FIRST_WAIT_MS = 50,
	ROW_BYTES = 64 * 1024,
	NAMES_BYTES = 64 * 1024,
	REASON_BYTES = 4096,
	PACKED_BYTES = 256 * 1024 * 1024
};

/* clang-format off */
#define UNDO_STATES(X)                                                         \
	X(NEW,       "made, nothing started")                                  \
	X(FINDING,   "transaction open, its results are noted and looked at")  \
	X(HOLDING,   "a page of results is held and read")                     \
	X(SUBTRACTING, "what the page counted is taken back on a pool thread") \
	X(TAKING,    "results are removed and put back")                       \
	X(ADDING,    "what was put back is counted on a pool thread")          \
	X(WRITING,   "counts, audit and the upload's end are written")         \
	X(FINISHING, "commit or rollback")                                     \
	X(RESTING,   "waiting before another attempt")                         \
	X(APPLYING,  "the counts go into memory")                              \
	X(ENDED,     "answered")

enum undo_state {
#define X(name, words) UNDO_##name,
	UNDO_STATES(X)
#undef X
};

#define BIT(name) (1u << UNDO_##name)

static const unsigned next_states[] = {
	[UNDO_NEW]         = BIT(FINDING),
	[UNDO_FINDING]     = BIT(HOLDING) | BIT(WRITING) | BIT(FINISHING),
	[UNDO_HOLDING]     = BIT(SUBTRACTING) | BIT(FINISHING),
	[UNDO_SUBTRACTING] = BIT(TAKING) | BIT(FINISHING),
	[UNDO_TAKING]      = BIT(HOLDING) | BIT(ADDING) | BIT(WRITING) | BIT(FINISHING),
	[UNDO_ADDING]      = BIT(HOLDING) | BIT(WRITING) | BIT(FINISHING),
	[UNDO_WRITING]     = BIT(FINISHING),
	[UNDO_FINISHING]   = BIT(RESTING) | BIT(APPLYING) | BIT(ENDED),
	[UNDO_RESTING]     = BIT(FINDING),
	[UNDO_APPLYING]    = BIT(ENDED),
	[UNDO_ENDED]       = 0,
};
/* clang-format on */

/** What undo_take.sql gives beside what is counted. */
enum column { STATUS = COUNTED_COLUMNS - 1, BASE, KEPT, REVISION };

struct undo {
	struct undo_request request;
	void (*done)(void *arg, const struct undo_outcome *outcome);
	void *arg;
	enum undo_state state;
	const struct instrument *instrument;
	unsigned counts;
	struct buf reason;		    /* of revisions: "upload 7 undone: ..." */
	struct pg_transaction *transaction; /* while one is open */
	struct loop_timer *timer;
	int attempts;
	/* of this attempt */
	int64_t change_id;
	int64_t all, after; /* places: how many there are, and behind which the page begins */
	struct pg_result *page;
	uint64_t page_removed, page_restored;
	bool misfit; /* a row does not fit the instrument */
	struct tally *tally;
	struct buf packed;
	struct delta_mark delta;
	struct arena names;
	struct undo_changed_result changed[UNDO_NAMED];
	struct undo_outcome outcome;
	/* of the attempt whose COMMIT went without answer */
	bool lost, took;
	int64_t lost_id;
	struct undo_outcome lost_outcome;
};

static void enter(struct undo *u, enum undo_state to)
{
	must((next_states[u->state] & (1u << to)) != 0);
	u->state = to;
}

static void clear_attempt(struct undo *u)
{
	const struct instrument *in = u->instrument;
	pg_result_free(&u->page);
	tally_free(u->tally);
	u->tally = tally_new(in->areas_len, in->items_len, in->questions_len);
	buf_clear(&u->packed);
	arena_fini(&u->names);
	arena_init(&u->names, NAMES_BYTES);
	u->after = u->all = 0;
	u->delta = (struct delta_mark){0};
	u->outcome = (struct undo_outcome){.changed = u->changed};
}

static void end(void *arg)
{
	struct undo *u = arg;
	enter(u, UNDO_ENDED);
	loop_timer_free(&u->timer);
	pg_result_free(&u->page);
	tally_free(u->tally);
	buf_fini(&u->packed);
	buf_fini(&u->reason);
	u->done(u->arg, &u->outcome);
	arena_fini(&u->names);
	shared_programme_release(&u->request.programme);
	memory_free(u);
}

/** The counts are durable. They are read, not added: see change.c. */
static void apply(struct undo *u)
{
	const struct ingest_settings *s = u->request.server;
	uint64_t moved = u->outcome.removed + u->outcome.restored;
	struct tally *none = NULL;
	enter(u, UNDO_APPLYING);
	if (moved > 0)
		s->counted(s->arg, u->request.wave_id, &u->delta, moved, &none, end, u);
	else
		loop_later(s->loop, end, u);
}

static void begin_attempt(struct undo *u);

static void rested(void *arg)
{
	begin_attempt(arg);
}

static void transaction_failed(struct undo *u, enum status status, const struct trouble *why)
{
	bool may_help = status == E_BUSY || status == E_UNKNOWN;
	u->outcome.why = *why;
	u->outcome.status = u->outcome.why.status = u->lost ? E_UNKNOWN : status;
	if (!may_help || u->attempts >= ATTEMPTS_LIMIT) {
		enter(u, UNDO_APPLYING);
		loop_later(u->request.server->loop, end, u);
		return;
	}
	log_warn("review.undo_again", LOG_NUMBER("upload", u->request.upload_id),
		 LOG_NUMBER("attempt", u->attempts), LOG_TEXT("err", why->words));
	enter(u, UNDO_RESTING);
	loop_timer_start(u->timer, (uint64_t)FIRST_WAIT_MS << u->attempts);
}

static void transaction_ended(void *arg, enum status status, const struct trouble *why)
{
	struct undo *u = arg;
	u->transaction = NULL;
	if (u->state != UNDO_FINISHING)
		enter(u, UNDO_FINISHING);
	if (u->took) {
		u->outcome = u->lost_outcome;
		apply(u);
	} else if (status == OK) {
		apply(u);
	} else {
		if (status == E_UNKNOWN) {
			u->lost = true;
			u->lost_id = u->change_id;
			u->lost_outcome = u->outcome;
			u->lost_outcome.changed_len = 0; /* their names go with the attempt */
		}
		transaction_failed(u, status, why);
	}
}

static void fail(struct undo *u, const struct trouble *why)
{
	struct trouble copy = *why;
	enter(u, UNDO_FINISHING);
	pg_transaction_fail(u->transaction, &copy);
}

static void commit(struct undo *u)
{
	enter(u, UNDO_FINISHING);
	pg_transaction_commit(u->transaction);
}

/* What somebody has changed */

static void name_changed(struct undo *u, const struct pg_result *rows, int row, int status_column,
			 int revision_column)
{
	struct undo_outcome *o = &u->outcome;
	if (o->changed_len == UNDO_NAMED)
		return;
	struct slice id = arena_copy(&u->names, pg_get_bytes(rows, row, 0));
	must(id.at != NULL);
	u->changed[o->changed_len++] = (struct undo_changed_result){
		.result_id = id,
		.status = (enum review_state)pg_get_int2(rows, row, status_column),
		.revision = pg_get_int4(rows, row, revision_column)};
}

static void refuse_for_the_changed(struct undo *u, uint64_t changed)
{
	struct trouble why;
	(void)trouble_code(&why, E_CONFLICT, "changed_since",
			   "%llu of its results were changed since", (unsigned long long)changed);
	fail(u, &why);
}

/** True where a later upload stands in the way, which has then been told. */
static bool refused_for_later(struct undo *u, const struct pg_answer *answer)
{
	struct trouble why;
	if (pg_is_null(answer->result, 0, 0))
		return false;
	(void)trouble_code(&why, E_CONFLICT, "undo_later_first",
			   "upload %lld has replaced %lld of its results: undo that one first",
			   (long long)pg_get_int8(answer->result, 0, 0),
			   (long long)pg_get_int8(answer->result, 0, 1));
	fail(u, &why);
	return true;
}

/* The end */

static void written(void *arg, const struct pg_answer *answer)
{
	(void)answer;
	commit(arg);
}

static void delta_added(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	u->delta = (struct delta_mark){.delta_id = pg_get_int8(answer->result, 0, 0),
				       .generation = pg_get_int8(answer->result, 0, 1)};
}

static void write_end(struct undo *u)
{
	const struct undo_request *r = &u->request;
	uint64_t moved = u->outcome.removed + u->outcome.restored;
	tally_pack(u->tally, &u->packed);
	must(!buf_over(&u->packed));
	struct pg_value delta[] = {pg_int4(r->wave_id), pg_int8(0), pg_int8((int64_t)moved),
				   pg_bytea(buf_slice(&u->packed))};
	struct pg_value last[] = {pg_int4(r->organisation_id),
				  pg_int8(r->upload_id),
				  pg_text(r->key_id),
				  pg_text(r->reason),
				  pg_int8(u->change_id),
				  pg_int8((int64_t)u->outcome.removed),
				  pg_int8((int64_t)u->outcome.restored),
				  pg_int8((int64_t)u->outcome.kept)};
	if (moved > 0)
		pg_transaction_run(u->transaction, &SQL_TALLY_DELTA_ADD, delta, COUNT_OF(delta),
				   delta_added);
	pg_transaction_run(u->transaction, &SQL_UNDO_END, last, COUNT_OF(last), written);
}

/** Every result is held now: who replaced one before has committed, and who comes later finds it
 * gone. */
static void looked_for_later_again(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	if (!refused_for_later(u, answer))
		write_end(u);
}

static void finish(struct undo *u)
{
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_int8(u->request.upload_id)};
	enter(u, UNDO_WRITING);
	pg_transaction_run(u->transaction, &SQL_UNDO_LATER, values, COUNT_OF(values),
			   looked_for_later_again);
}

/* Page by page */

static void next_page(struct undo *u);

static void tell_misfit(struct undo *u)
{
	struct trouble why;
	(void)trouble(&why, E_INTERNAL, "a result does not fit the wave's instrument");
	fail(u, &why);
}

static void count_page(struct undo *u, int sign)
{
	struct arena arena;
	arena_init(&arena, ROW_BYTES);
	for (int row = 0; row < pg_rows(u->page); row++)
		if (sign > 0 || !pg_get_bool(u->page, row, KEPT))
			u->misfit |= !counted_row_add(u->page, row, u->instrument, u->counts, sign,
						      &arena, u->tally);
	arena_fini(&arena);
}

static void add_page(void *arg)
{
	count_page(arg, 1);
}

static void subtract_page(void *arg)
{
	count_page(arg, -1);
}

static void page_added(void *arg)
{
	struct undo *u = arg;
	if (u->misfit)
		tell_misfit(u);
	else
		next_page(u);
}

static void restored(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	struct trouble why;
	if ((uint64_t)pg_rows(answer->result) != u->page_restored) {
		(void)trouble(&why, E_INTERNAL, "what a result was before is not on record");
		fail(u, &why);
		return;
	}
	pg_result_free(&u->page);
	u->page = pg_answer_keep(answer);
	enter(u, UNDO_ADDING);
	loop_offload(u->request.server->loop, add_page, page_added, u);
}

static void removed(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	(void)answer;
	if (u->page_restored == 0)
		next_page(u);
}

static void page_subtracted(void *arg)
{
	struct undo *u = arg;
	const struct undo_request *r = &u->request;
	if (u->misfit) {
		tell_misfit(u);
		return;
	}
	int64_t until = u->after;
	struct pg_value values[] = {
		pg_int4(r->wave_id),
		pg_int8(r->upload_id),
		pg_int8(until - UNDO_PAGE),
		pg_int8(until),
		pg_bool(r->changed == UNDO_TAKES),
		pg_int8(u->change_id),
		pg_text(r->key_id),
		pg_text(buf_slice(&u->reason)),
	};
	enter(u, UNDO_TAKING);
	if (u->page_removed > 0)
		pg_transaction_run(u->transaction, &SQL_UNDO_REMOVE, values,
				   SQL_UNDO_REMOVE.parameter_count, removed);
	if (u->page_restored > 0)
		pg_transaction_run(u->transaction, &SQL_UNDO_RESTORE, values, COUNT_OF(values),
				   restored);
	if (u->page_removed + u->page_restored == 0)
		next_page(u);
}

static void sort_page(struct undo *u)
{
	u->page_removed = u->page_restored = 0;
	for (int row = 0; row < pg_rows(u->page); row++) {
		if (pg_get_bool(u->page, row, KEPT)) {
			u->outcome.kept++;
			name_changed(u, u->page, row, STATUS, REVISION);
		} else if (pg_get_int4(u->page, row, BASE) > 0) {
			u->page_restored++;
		} else {
			u->page_removed++;
		}
	}
	u->outcome.removed += u->page_removed;
	u->outcome.restored += u->page_restored;
}

static void page_read(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	pg_result_free(&u->page);
	u->page = pg_answer_keep(answer);
	sort_page(u);
	if (u->request.changed == UNDO_REFUSES && u->outcome.kept > 0) {
		refuse_for_the_changed(u, u->outcome.kept);
		return;
	}
	u->after += UNDO_PAGE;
	enter(u, UNDO_SUBTRACTING);
	loop_offload(u->request.server->loop, subtract_page, page_subtracted, u);
}

static void next_page(struct undo *u)
{
	const struct undo_request *r = &u->request;
	if (u->after >= u->all) {
		finish(u);
		return;
	}
	struct pg_value hold[] = {pg_int4(r->wave_id), pg_int8(u->after),
				  pg_int8(u->after + UNDO_PAGE)};
	struct pg_value take[] = {pg_int4(r->wave_id), pg_int8(r->upload_id), hold[1], hold[2],
				  pg_bool(r->changed == UNDO_TAKES)};
	enter(u, UNDO_HOLDING);
	pg_transaction_run(u->transaction, &SQL_UNDO_HOLD, hold, COUNT_OF(hold), NULL);
	pg_transaction_run(u->transaction, &SQL_UNDO_TAKE, take, COUNT_OF(take), page_read);
}

/* The beginning */

/** Told before anything is done, where it can be; page_read() sees who comes later. */
static void changed_came(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	const struct pg_result *rows = answer->result;
	if (u->request.changed != UNDO_REFUSES || pg_rows(rows) == 0) {
		next_page(u);
		return;
	}
	for (int row = 0; row < pg_rows(rows); row++)
		name_changed(u, rows, row, 1, 2);
	u->outcome.kept = (uint64_t)pg_get_int8(rows, 0, 3);
	refuse_for_the_changed(u, u->outcome.kept);
}

static void looked_for_later(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_int8(u->request.upload_id),
				    pg_int4(UNDO_NAMED)};
	if (!refused_for_later(u, answer))
		pg_transaction_run(u->transaction, &SQL_UNDO_CHANGED, values, COUNT_OF(values),
				   changed_came);
}

static void collected(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	u->all = pg_rows_affected(answer->result);
}

static void find_results(struct undo *u)
{
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_int8(u->request.upload_id)};
	pg_transaction_run(u->transaction, &SQL_UNDO_TABLE, NULL, 0, NULL);
	pg_transaction_run(u->transaction, &SQL_UNDO_COLLECT, values, COUNT_OF(values), collected);
	pg_transaction_run(u->transaction, &SQL_UNDO_LATER, values, COUNT_OF(values),
			   looked_for_later);
}

static enum status may_be_undone(struct undo *u, const struct pg_result *rows, struct trouble *why)
{
	if (pg_rows(rows) == 0)
		return trouble_code(why, E_GONE, "unknown_upload", "there is no such upload");
	struct slice state = pg_get_bytes(rows, 0, 0);
	if (slice_is(state, "undone") && u->lost && pg_get_int8(rows, 0, 1) == u->lost_id) {
		u->took = true;
		return OK;
	}
	u->lost = false; /* now it is known */
	if (slice_is(state, "undone"))
		return trouble_code(why, E_CONFLICT, "upload_undone",
				    "the upload is undone already");
	if (!slice_is(state, "receiving") && !slice_is(state, "done") && !slice_is(state, "failed"))
		return trouble_code(why, E_CONFLICT, "nothing_to_undo",
				    "nothing of the upload is stored");
	return OK;
}

static void upload_held(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	struct trouble why;
	if (may_be_undone(u, answer->result, &why) < 0)
		fail(u, &why);
	else if (u->took)
		commit(u);
	else
		find_results(u);
}

static void wave_shared(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	must(pg_rows(answer->result) == 1);
	u->change_id = pg_get_int8(answer->result, 0, 1);
}

static void locked(void *arg, const struct pg_answer *answer)
{
	struct undo *u = arg;
	struct trouble why;
	bool taken = pg_get_bool(answer->result, 0, 0);
	if (taken && pg_get_bool(answer->result, 0, 1))
		return;
	(void)trouble_code(&why, E_BUSY, "try_again",
			   taken ? "a file is being taken as a whole into this wave"
				 : "an upload of this wave is being undone");
	fail(u, &why);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct undo *u = arg;
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_int8(u->request.upload_id)};
	u->transaction = t;
	pg_transaction_run(t, &SQL_UNDO_LOCK, values, 1, locked);
	pg_transaction_run(t, &SQL_REVIEW_BEGIN, values, 1, wave_shared);
	pg_transaction_run(t, &SQL_UNDO_BEGIN, values, COUNT_OF(values), upload_held);
}

static void begin_attempt(struct undo *u)
{
	clear_attempt(u);
	enter(u, UNDO_FINDING);
	u->attempts++;
	pg_transaction_open(u->request.server->pool, "begin", begun, transaction_ended, u);
}

void undo_run(const struct undo_request *request,
	      void (*done)(void *arg, const struct undo_outcome *outcome), void *arg)
{
	struct undo *u = memory_new(sizeof(*u));
	const struct programme *p = request->programme->programme;
	*u = (struct undo){.request = *request, .done = done, .arg = arg};
	shared_programme_hold(u->request.programme);
	u->instrument = &p->instruments[p->waves[request->wave].instrument];
	u->counts = p->waves[request->wave].counts;
	u->timer = loop_timer_new(request->server->loop, rested, u);
	buf_init(&u->packed, PACKED_BYTES);
	buf_init(&u->reason, REASON_BYTES);
	buf_print(&u->reason, "upload %lld undone: %.*s", (long long)request->upload_id,
		  SLICE_ARGS(request->reason));
	begin_attempt(u);
}
