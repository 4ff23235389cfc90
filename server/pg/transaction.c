#include "pg/transaction.h"

/* clang-format off */
#define TRANSACTION_STATES(X)                                              \
	X(TAKING,     "waits for a connection")                            \
	X(OPEN,       "begun, or about to be")                             \
	X(FAILED,     "a statement failed; the other answers are awaited") \
	X(COMMITTING, "waits for the commit")                              \
	X(UNDOING,    "rolls back")                                        \
	X(ENDED,      "told")

enum transaction_state {
#define X(name, words) TRANSACTION_##name,
	TRANSACTION_STATES(X)
#undef X
};

#define BIT(name) (1u << TRANSACTION_##name)

static const unsigned next_states[] = {
	[TRANSACTION_TAKING]     = BIT(OPEN) | BIT(ENDED),
	[TRANSACTION_OPEN]       = BIT(FAILED) | BIT(COMMITTING) | BIT(UNDOING),
	[TRANSACTION_FAILED]     = BIT(UNDOING),
	[TRANSACTION_COMMITTING] = BIT(UNDOING) | BIT(ENDED),
	[TRANSACTION_UNDOING]    = BIT(ENDED),
	[TRANSACTION_ENDED]      = 0,
};
/* clang-format on */

struct pg_transaction {
	enum transaction_state state;
	struct pg_pool *pool;
	struct pg_conn *conn;
	const char *begin;
	unsigned awaited; /* answers */
	void (*begun)(void *arg, struct pg_transaction *t);
	void (*ended)(void *arg, enum status status, const struct trouble *why);
	void *arg;
	struct trouble why; /* OK until something fails */
};

/** A statement on its way. */
struct step {
	struct pg_transaction *transaction;
	void (*done)(void *arg, const struct pg_answer *answer);
};

static void enter(struct pg_transaction *t, enum transaction_state to)
{
	must((next_states[t->state] & (1u << to)) != 0);
	t->state = to;
}

static void end(struct pg_transaction *t)
{
	enter(t, TRANSACTION_ENDED);
	if (t->conn != NULL)
		pg_pool_give(t->pool, &t->conn);
	struct pg_transaction last = *t;
	memory_free(t);
	last.ended(last.arg, last.why.status, &last.why);
}

static void undone(void *arg, const struct pg_answer *answer)
{
	(void)answer; /* a connection that cannot roll back is replaced when it is given back */
	end(arg);
}

static void undo(struct pg_transaction *t)
{
	enter(t, TRANSACTION_UNDOING);
	pg_conn_script(t->conn, "rollback", undone, t);
}

static void note_failure(struct pg_transaction *t, enum status status, const struct trouble *why)
{
	if (t->state == TRANSACTION_FAILED)
		return; /* the first is the reason, the others only follow */
	t->why = *why;
	t->why.status = status;
	enter(t, TRANSACTION_FAILED);
}

static void answered(void *arg, const struct pg_answer *answer)
{
	struct step step = *(struct step *)arg;
	struct pg_transaction *t = step.transaction;
	memory_free(arg);
	t->awaited--;
	/* What is not committed is not stored, whatever became of the connection. */
	if (answer->status != OK)
		note_failure(t, answer->status == E_UNKNOWN ? E_BUSY : answer->status,
			     &answer->why);
	if (t->state == TRANSACTION_FAILED && t->awaited == 0)
		undo(t);
	else if (t->state == TRANSACTION_OPEN && step.done != NULL)
		step.done(t->arg, answer);
}

static struct step *await(struct pg_transaction *t,
			  void (*done)(void *arg, const struct pg_answer *answer))
{
	struct step *step = memory_new(sizeof(*step));
	*step = (struct step){t, done};
	t->awaited++;
	return step;
}

static void taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct pg_transaction *t = arg;
	if (conn == NULL) {
		t->why = *why;
		end(t);
		return;
	}
	t->conn = conn;
	enter(t, TRANSACTION_OPEN);
	pg_conn_script(conn, t->begin, answered, await(t, NULL));
	t->begun(t->arg, t);
}

void pg_transaction_open(struct pg_pool *pool, const char *begin,
			 void (*begun)(void *arg, struct pg_transaction *t),
			 void (*ended)(void *arg, enum status status, const struct trouble *why),
			 void *arg)
{
	struct pg_transaction *t = memory_new(sizeof(*t));
	*t = (struct pg_transaction){
		.pool = pool, .begin = begin, .begun = begun, .ended = ended, .arg = arg};
	pg_pool_take(pool, taken, t);
}

void pg_transaction_run(struct pg_transaction *t, const struct pg_statement *statement,
			const struct pg_value *values, size_t count,
			void (*done)(void *arg, const struct pg_answer *answer))
{
	must(t->state == TRANSACTION_OPEN);
	pg_conn_run(t->conn, statement, values, count, answered, await(t, done));
}

static void committed(void *arg, const struct pg_answer *answer)
{
	struct pg_transaction *t = arg;
	if (answer->status == OK) {
		end(t);
		return;
	}
	t->why = answer->why;
	t->why.status = answer->status;
	undo(t);
}

void pg_transaction_commit(struct pg_transaction *t)
{
	must(t->awaited == 0);
	enter(t, TRANSACTION_COMMITTING);
	pg_conn_script(t->conn, "commit", committed, t);
}

void pg_transaction_leave(struct pg_transaction *t)
{
	must(t->state == TRANSACTION_OPEN && t->awaited == 0);
	undo(t);
}

void pg_transaction_fail(struct pg_transaction *t, const struct trouble *why)
{
	must(why->status != OK);
	note_failure(t, why->status, why);
	if (t->awaited == 0)
		undo(t);
}
