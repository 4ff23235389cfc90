/* How operations start: they queue, and the next turn's step sends them. */
#include <string.h>

#include "pg/conn_private.h"

static void start(struct pg_conn *c, struct op *op)
{
	if (op->refused == OK && pg_conn_pending(c) >= c->settings.queue_limit)
		op->refused = E_BUSY;
	op_push(op->refused < 0 ? &c->refused : &c->queued, op);
	conn_wake(c);
}

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = memory_new(size);
	memcpy(copy, text, size);
	return copy;
}

static bool any_failed(const struct pg_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].failed)
			return true;
	return false;
}

void pg_conn_run(struct pg_conn *c, const struct pg_statement *statement,
		 const struct pg_value *values, size_t count,
		 void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	struct op *op = op_new(OP_RUN, done, arg);
	op->statement = statement;
	if (any_failed(values, count))
		op->refused = E_LIMIT;
	else
		op->params = params_copy(statement, values, count);
	start(c, op);
}

void pg_conn_script(struct pg_conn *c, const char *text,
		    void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	struct op *op = op_new(OP_SCRIPT, done, arg);
	op->text = copy_text(text);
	start(c, op);
}

void pg_conn_copy_start(struct pg_conn *c, const struct pg_statement *copy,
			void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	must(copy->parameter_count == 0);
	struct op *op = op_new(OP_COPY_IN, done, arg);
	op->statement = copy;
	start(c, op);
}

enum flow pg_conn_copy_write(struct pg_conn *c, struct slice bytes)
{
	must(c->copying && bytes.len <= INT32_MAX);
	if (c->state != PG_COPY_IN || c->lost)
		return FLOW_STOP;
	/* 1 means queued, not sent (citus #1648): the budget makes the writer wait for the socket.
	 */
	if (PQputCopyData(c->pq, bytes.at, (int)bytes.len) != 1) {
		conn_lose(c, PQerrorMessage(c->pq));
		conn_wake(c);
		return FLOW_STOP;
	}
	c->copy_unsent_bytes += bytes.len;
	conn_flush(c);
	if (c->flush_pending || c->lost)
		conn_wake(c); /* to wait for the socket, or to end */
	if (c->lost)
		return FLOW_STOP;
	c->copy_paused = c->copy_unsent_bytes >= c->settings.copy_budget_bytes;
	return c->copy_paused ? FLOW_PAUSE : FLOW_MORE;
}

void pg_conn_copy_on_drain(struct pg_conn *c, void (*drain)(void *arg), void *arg)
{
	c->drain = drain;
	c->drain_arg = arg;
}

static void end_copy(struct pg_conn *c, struct op *op)
{
	must(c->copying);
	c->copying = false;
	c->copy_paused = false;
	c->drain = NULL;
	/* Ahead of what waits: the connection takes nothing else until the copy has ended. */
	op_push_front(&c->queued, op);
	conn_wake(c);
}

void pg_conn_copy_end(struct pg_conn *c, void (*done)(void *arg, const struct pg_answer *answer),
		      void *arg)
{
	end_copy(c, op_new(OP_COPY_END, done, arg));
}

void pg_conn_copy_abort(struct pg_conn *c, const char *reason,
			void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	struct op *op = op_new(OP_COPY_ABORT, done, arg);
	op->text = copy_text(reason);
	end_copy(c, op);
}

void pg_conn_copy_out(struct pg_conn *c, const struct pg_statement *copy,
		      enum flow (*row)(void *arg, struct slice bytes),
		      void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	must(copy->parameter_count == 0);
	struct op *op = op_new(OP_COPY_OUT, done, arg);
	op->statement = copy;
	op->row = row;
	start(c, op);
}

void pg_conn_copy_resume(struct pg_conn *c)
{
	c->out_paused = false;
	conn_wake(c);
}
