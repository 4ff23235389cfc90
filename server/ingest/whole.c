#include "ingest/whole.h"

#include "base/clock.h"
#include "base/log.h"
#include "pg/value.h"
#include "store/sql.h"

enum { LOOKS_LIMIT = 10, FIRST_WAIT_MS = 50, FIRST_BATCH = 1 };

/* clang-format off */
#define WHOLE_STATES(X)                                                \
	X(NEW,        "no batch has come yet")                         \
	X(TAKING,     "waiting for a connection")                      \
	X(BEGINNING,  "waiting for its turn on the wave")              \
	X(OPEN,       "batches come and go")                           \
	X(COMMITTING, "waiting for the commit")                        \
	X(UNDOING,    "rolling back")                                  \
	X(RESTING,    "waiting before a lost commit is looked up")     \
	X(LOOKING,    "asking what became of a lost commit")           \
	X(ENDED,      "told")
/* clang-format on */

enum whole_state {
#define X(name, words) WHOLE_##name,
	WHOLE_STATES(X)
#undef X
};

#define BIT(name) (1u << WHOLE_##name)

static const unsigned next_states[] = {
	[WHOLE_NEW] = BIT(TAKING) | BIT(ENDED),
	[WHOLE_TAKING] = BIT(BEGINNING) | BIT(NEW),
	[WHOLE_BEGINNING] = BIT(OPEN) | BIT(UNDOING),
	[WHOLE_OPEN] = BIT(COMMITTING) | BIT(UNDOING),
	[WHOLE_COMMITTING] = BIT(UNDOING) | BIT(ENDED),
	[WHOLE_UNDOING] = BIT(NEW) | BIT(RESTING) | BIT(ENDED),
	[WHOLE_RESTING] = BIT(LOOKING),
	[WHOLE_LOOKING] = BIT(UNDOING) | BIT(RESTING) | BIT(ENDED),
	[WHOLE_ENDED] = 0,
};

struct whole {
	struct whole_settings settings;
	enum whole_state state;
	struct pg_conn *conn;
	struct loop_timer *timer;
	uint64_t began_ms;
	int looks;
	void (*after_undo)(struct whole *w);
	struct trouble why; /* of the end, or of a take that failed */
	void (*taken)(void *arg, struct pg_conn *conn, const struct trouble *why);
	void *taken_arg;
	void (*ended)(void *arg, enum status status, const struct trouble *why);
	void *ended_arg;
};

static void enter(struct whole *w, enum whole_state to)
{
	must(next_states[w->state] & (1u << to));
	w->state = to;
}

static void undone(void *arg, const struct pg_answer *answer)
{
	struct whole *w = arg;
	(void)answer; /* a connection that cannot roll back is replaced when it is given back */
	pg_pool_give(w->settings.pool, &w->conn);
	w->after_undo(w);
}

static void undo(struct whole *w, void (*after)(struct whole *w))
{
	w->after_undo = after;
	enter(w, WHOLE_UNDOING);
	pg_conn_script(w->conn, "rollback", undone, w);
}

/* Taking */

static void tell_taken(struct whole *w, const struct trouble *why)
{
	void (*taken)(void *arg, struct pg_conn *conn, const struct trouble *) = w->taken;
	w->taken = NULL;
	taken(w->taken_arg, why == NULL ? w->conn : NULL, why);
}

/** What did not begin may be begun again. */
static void not_begun(struct whole *w)
{
	enter(w, WHOLE_NEW);
	tell_taken(w, &w->why);
}

static void locked(void *arg, const struct pg_answer *answer)
{
	struct whole *w = arg;
	if (answer->status == OK) {
		w->began_ms = clock_monotonic_ms();
		enter(w, WHOLE_OPEN);
		tell_taken(w, NULL);
		return;
	}
	w->why = answer->why;
	w->why.status = answer->status == E_UNKNOWN ? E_BUSY : answer->status;
	undo(w, not_begun);
}

static void begun(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* a failure is met again in locked() */
	(void)answer;
}

static void connected(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct whole *w = arg;
	struct pg_value wave[] = {pg_int4(w->settings.wave_id)};
	if (conn == NULL) {
		w->why = *why;
		not_begun(w);
		return;
	}
	w->conn = conn;
	enter(w, WHOLE_BEGINNING);
	pg_conn_script(conn, "begin", begun, w);
	pg_conn_run(conn, &SQL_WHOLE_LOCK, wave, COUNT_OF(wave), locked, w);
}

static bool is_late(const struct whole *w)
{
	return clock_monotonic_ms() - w->began_ms > (uint64_t)WHOLE_SECONDS_MOST * 1000;
}

bool whole_is_lost(const struct whole *w)
{
	return w->state == WHOLE_OPEN &&
	       (is_late(w) || !pg_conn_is_open(w->conn) || !pg_conn_in_transaction(w->conn));
}

static void note_lost(struct whole *w)
{
	if (is_late(w))
		(void)trouble_code(&w->why, E_BUSY, "took_too_long",
				   "one transaction may take %d seconds and this one took longer, "
				   "so nothing of it is stored",
				   WHOLE_SECONDS_MOST);
	else
		(void)trouble(&w->why, E_BUSY, "the connection to the database was lost");
}

static void open_already(void *arg)
{
	struct whole *w = arg;
	bool lost = whole_is_lost(w);
	if (lost)
		note_lost(w);
	tell_taken(w, lost ? &w->why : NULL);
}

void whole_take(struct whole *w,
		void (*done)(void *arg, struct pg_conn *conn, const struct trouble *why), void *arg)
{
	must(w->taken == NULL);
	w->taken = done;
	w->taken_arg = arg;
	if (w->state == WHOLE_OPEN) {
		loop_later(w->settings.loop, open_already, w);
		return;
	}
	enter(w, WHOLE_TAKING);
	pg_pool_take(w->settings.pool, connected, w);
}

/* Ending */

static void end(struct whole *w)
{
	enter(w, WHOLE_ENDED);
	if (w->conn != NULL)
		pg_pool_give(w->settings.pool, &w->conn);
	/* The owner may free it in there. */
	w->ended(w->ended_arg, w->why.status, &w->why);
}

/** It is not known yet: again later, until it stays unknown. */
static void look_later(struct whole *w)
{
	if (w->looks >= LOOKS_LIMIT) {
		(void)trouble(&w->why, E_UNKNOWN, "the answer to a commit was lost");
		end(w);
		return;
	}
	enter(w, WHOLE_RESTING);
	loop_timer_start(w->timer, w->settings.first_wait_ms << (w->looks < 7 ? w->looks : 7));
}

static void marked(void *arg, const struct pg_answer *answer)
{
	struct whole *w = arg;
	bool took = answer->status == E_CONFLICT;
	if (took)
		w->why = (struct trouble){0};
	else if (answer->status == OK)
		(void)trouble(&w->why, E_BUSY, "the commit did not take");
	undo(w, took || answer->status == OK ? end : look_later);
}

static void look_begun(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* a failure is met again in marked() */
	(void)answer;
}

static void look_connected(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct whole *w = arg;
	(void)why;
	if (conn == NULL) {
		look_later(w);
		return;
	}
	struct pg_value mark[] = {pg_int8(w->settings.upload_id), pg_int4(FIRST_BATCH), pg_int8(0),
				  pg_int8(0), pg_int8(0)};
	w->conn = conn;
	pg_conn_script(conn, "begin", look_begun, w);
	pg_conn_run(conn, &SQL_BATCH_ADD, mark, COUNT_OF(mark), marked, w);
}

static void rested(void *arg)
{
	struct whole *w = arg;
	w->looks++;
	enter(w, WHOLE_LOOKING);
	pg_pool_take(w->settings.pool, look_connected, w);
}

static void committed(void *arg, const struct pg_answer *answer)
{
	struct whole *w = arg;
	if (answer->status == OK) {
		end(w);
		return;
	}
	w->why = answer->why;
	w->why.status = answer->status;
	if (answer->status == E_UNKNOWN)
		log_warn("ingest.whole_commit_lost", LOG_NUMBER("upload", w->settings.upload_id),
			 LOG_TEXT("err", answer->why.words));
	undo(w, answer->status == E_UNKNOWN ? look_later : end);
}

static void end_new(void *arg)
{
	end(arg);
}

void whole_end(struct whole *w, bool commit,
	       void (*ended)(void *arg, enum status status, const struct trouble *why), void *arg)
{
	must(w->taken == NULL && w->ended == NULL);
	w->ended = ended;
	w->ended_arg = arg;
	w->why = (struct trouble){0};
	if (w->state == WHOLE_NEW) {
		loop_later(w->settings.loop, end_new, w);
	} else if (commit && whole_is_lost(w)) {
		note_lost(w);
		undo(w, end);
	} else if (commit) {
		enter(w, WHOLE_COMMITTING);
		pg_conn_script(w->conn, "commit", committed, w);
	} else {
		undo(w, end);
	}
}

struct whole *whole_new(const struct whole_settings *settings)
{
	struct whole *w = memory_new(sizeof(*w));
	w->settings = *settings;
	if (w->settings.first_wait_ms == 0)
		w->settings.first_wait_ms = FIRST_WAIT_MS;
	w->timer = loop_timer_new(settings->loop, rested, w);
	return w;
}

void whole_free(struct whole *w)
{
	if (w == NULL)
		return;
	must(w->state == WHOLE_NEW || w->state == WHOLE_ENDED);
	loop_timer_free(&w->timer);
	memory_free(w);
}
