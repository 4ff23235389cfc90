#include <string.h>

#include "base/log.h"
#include "pg/conn_private.h"

enum { NOTHING_MOST = 3 };

/** The warning of synchronous replication that gave up waiting: the commit stands here and maybe
 * nowhere else, and the server still reports success. The function's name is never translated. */
static bool says_not_replicated(const PGresult *r)
{
	const char *function = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	static const char might_not[] = "might not have been replicated";
	return (function != NULL && strcmp(function, "SyncRepWaitForLSN") == 0) ||
	       (detail != NULL && strstr(detail, might_not) != NULL) ||
	       (words != NULL && strstr(words, might_not) != NULL);
}

void conn_notice(void *arg, const PGresult *r)
{
	struct pg_conn *c = arg;
	if (says_not_replicated(r) && c->sent.first != NULL)
		c->sent.first->not_replicated = true;
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (severity != NULL && strcmp(severity, "WARNING") == 0)
		log_warn("pg.warning",
			 LOG_TEXT("sqlstate", PQresultErrorField(r, PG_DIAG_SQLSTATE)),
			 LOG_TEXT("words", PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY)));
}

static void answer_first(struct pg_conn *c)
{
	struct op *op = op_take(&c->sent);
	c->nothing_in_a_row = 0;
	if (c->sent.first == NULL && c->state != PG_COPY_IN)
		c->in_transaction = PQtransactionStatus(c->pq) != PQTRANS_IDLE;
	op_answer(op);
}

/** A statement the server does not know (a failed prepare, a pooler between) is prepared again
 * next time. */
static void note_unprepared(struct pg_conn *c, struct op *op, const PGresult *r)
{
	const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	if (op->kind == OP_RUN && sqlstate != NULL &&
	    (op->preparing || strcmp(sqlstate, "26000") == 0))
		conn_forget_statement(c, op->statement);
}

static void copy_begins(struct pg_conn *c, struct op *op, PGresult *r, enum pg_state to)
{
	must(op->kind == (to == PG_COPY_IN ? OP_COPY_IN : OP_COPY_OUT));
	if (c->state == PG_SENDING)
		conn_enter(c, PG_READING);
	conn_enter(c, to);
	if (to == PG_COPY_OUT) {
		PQclear(r);
		c->out_paused = false;
		return;
	}
	c->copying = true;
	c->copy_unsent_bytes = 0;
	op_note_result(op, r);
	answer_first(c);
}

/** An error that no server sent: the connection is gone, or libpq ran out of memory or sense.
 * Either way nobody knows what the server did. A NULL is none: it comes only after the server was
 * ready again. */
static bool libpq_made_it_up(const PGresult *r)
{
	return r != NULL && PQresultStatus(r) == PGRES_FATAL_ERROR &&
	       PQresultErrorField(r, PG_DIAG_SQLSTATE) == NULL;
}

/** True where the first operation was answered. Takes r. */
static bool take_result(struct pg_conn *c, PGresult *r)
{
	struct op *op = c->sent.first;
	c->nothing_in_a_row = 0;
	switch (PQresultStatus(r)) {
	case PGRES_PIPELINE_SYNC:
		PQclear(r);
		answer_first(c);
		return true;
	case PGRES_COPY_IN:
		copy_begins(c, op, r, PG_COPY_IN);
		return true;
	case PGRES_COPY_OUT:
		copy_begins(c, op, r, PG_COPY_OUT);
		return false;
	default:
		note_unprepared(c, op, r);
		op_note_result(op, r);
		return false;
	}
}

/** libpq's NULL parts the answers in a pipeline, and ends them elsewhere. */
static bool take_nothing(struct pg_conn *c)
{
	struct op *op = c->sent.first;
	if (op->kind != OP_RUN) {
		answer_first(c);
		return true;
	}
	op->preparing = false;
	if (++c->nothing_in_a_row > NOTHING_MOST)
		conn_lose(c, "libpq has no answer to a statement it took");
	return false;
}

static bool read_answers(struct pg_conn *c)
{
	bool answered = false;
	while ((c->state == PG_READING || c->state == PG_SENDING) && c->sent.first != NULL &&
	       !c->lost && !PQisBusy(c->pq)) {
		PGresult *r = PQgetResult(c->pq);
		if (libpq_made_it_up(r)) {
			PQclear(r);
			conn_lose(c, PQerrorMessage(c->pq));
			break;
		}
		answered |= r != NULL ? take_result(c, r) : take_nothing(c);
	}
	return answered;
}

static void give_row(struct pg_conn *c, char *row, size_t len)
{
	struct op *op = c->sent.first;
	enum flow flow = op->row(op->arg, (struct slice){row, len});
	PQfreemem(row);
	if (c->state == PG_CLOSING)
		return;
	if (flow == FLOW_PAUSE)
		c->out_paused = true;
	if (flow == FLOW_STOP) {
		op->refused = E_GONE;
		conn_lose(c, "the reader wanted no more rows");
	}
}

static void read_rows(struct pg_conn *c)
{
	while (c->state == PG_COPY_OUT && !c->out_paused && !c->lost) {
		char *row = NULL;
		int len = PQgetCopyData(c->pq, &row, 1);
		if (len == 0)
			return;
		if (len < 0)
			conn_enter(c, PG_READING); /* the end, or why: an answer follows */
		else
			give_row(c, row, (size_t)len);
	}
}

bool conn_read(struct pg_conn *c)
{
	bool answered = read_answers(c);
	if (c->state == PG_COPY_OUT) {
		read_rows(c);
		answered |= read_answers(c);
	}
	return answered;
}
