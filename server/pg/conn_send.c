#include <limits.h>
#include <string.h>

#include "pg/conn_private.h"

/** The values of a run in the three arrays libpq wants, and their bytes. */
struct params {
	int count;
	const char *at[PG_PARAMETERS_MOST];
	int len[PG_PARAMETERS_MOST];
	int binary[PG_PARAMETERS_MOST];
	char bytes[];
};

static size_t bytes_of(const struct pg_value *values, size_t count)
{
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		if (!values[i].null)
			bytes += values[i].len + 1; /* a NUL behind text forms */
	return bytes;
}

/** A value encoded for another type would be read as garbage: text stands for its relatives. */
static bool fits(uint32_t encoded, const char *declared)
{
	uint32_t wanted = pg_type_oid(declared);
	if (encoded == 0 || wanted == 0 || encoded == wanted)
		return true;
	return encoded == pg_type_oid("text") &&
	       (wanted == pg_type_oid("varchar") || wanted == pg_type_oid("name") ||
		wanted == pg_type_oid("json"));
}

struct params *params_copy(const struct pg_statement *statement, const struct pg_value *values,
			   size_t count)
{
	must(count == statement->parameter_count && count <= PG_PARAMETERS_MOST);
	struct params *p = memory_new(sizeof(*p) + bytes_of(values, count));
	char *to = p->bytes;
	p->count = (int)count;
	for (size_t i = 0; i < count; i++) {
		const struct pg_value *v = &values[i];
		if (v->null)
			continue;
		must(fits(v->type, statement->parameters[i].type) && v->len <= INT_MAX);
		if (v->len > 0)
			memcpy(to, v->is_inline ? v->here : v->at, v->len);
		p->at[i] = to;
		p->len[i] = (int)v->len;
		p->binary[i] = v->type != 0;
		to += v->len + 1;
	}
	return p;
}

static bool is_prepared(const struct pg_conn *c, const struct pg_statement *statement)
{
	for (size_t i = 0; i < c->prepared_count; i++)
		if (c->prepared[i].statement == statement)
			return true;
	return false;
}

static void remember_statement(struct pg_conn *c, const struct pg_statement *statement)
{
	if (c->prepared_count == c->prepared_room) {
		c->prepared_room = c->prepared_room > 0 ? c->prepared_room * 2 : 16;
		c->prepared = memory_resize(c->prepared, c->prepared_room, sizeof(*c->prepared));
	}
	c->prepared[c->prepared_count++].statement = statement;
}

void conn_forget_statement(struct pg_conn *c, const struct pg_statement *statement)
{
	for (size_t i = 0; i < c->prepared_count; i++)
		if (c->prepared[i].statement == statement)
			c->prepared[i--] = c->prepared[--c->prepared_count];
}

static bool send_prepare(struct pg_conn *c, const struct pg_statement *statement)
{
	Oid types[PG_PARAMETERS_MOST];
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = pg_type_oid(statement->parameters[i].type);
	char *text = pg_text_join(statement->parts);
	bool sent = PQsendPrepare(c->pq, statement->name, text, (int)statement->parameter_count,
				  types) == 1;
	memory_free(text);
	return sent;
}

/** Each run has its own sync, so the failure of one never skips its neighbours. */
static bool send_run(struct pg_conn *c, struct op *op)
{
	const struct pg_statement *statement = op->statement;
	const struct params *p = op->params;
	if (PQpipelineStatus(c->pq) == PQ_PIPELINE_OFF && PQenterPipelineMode(c->pq) != 1)
		return false;
	if (!is_prepared(c, statement)) {
		op->preparing = true;
		remember_statement(c, statement);
		if (!send_prepare(c, statement))
			return false;
	}
	return PQsendQueryPrepared(c->pq, statement->name, p->count, p->at, p->len, p->binary,
				   !statement->text_result) == 1 &&
	       PQpipelineSync(c->pq) == 1;
}

static bool send_text(struct pg_conn *c, const char *text)
{
	if (PQpipelineStatus(c->pq) != PQ_PIPELINE_OFF && PQexitPipelineMode(c->pq) != 1)
		return false;
	return PQsendQuery(c->pq, text) == 1;
}

static bool send_copy(struct pg_conn *c, const struct pg_statement *copy)
{
	char *text = pg_text_join(copy->parts);
	bool sent = send_text(c, text);
	memory_free(text);
	return sent;
}

static bool send_op(struct pg_conn *c, struct op *op)
{
	switch (op->kind) {
	case OP_RUN:
		return send_run(c, op);
	case OP_SCRIPT:
		return send_text(c, op->text);
	case OP_COPY_IN:
	case OP_COPY_OUT:
		return send_copy(c, op->statement);
	case OP_COPY_END:
	case OP_COPY_ABORT:
		return PQputCopyEnd(c->pq, op->text) == 1;
	}
	never("an operation outside its table");
}

static bool ends_copy(const struct op *op)
{
	return op->kind == OP_COPY_END || op->kind == OP_COPY_ABORT;
}

/** Runs may follow runs unanswered; everything else wants the connection to itself. */
static bool may_send(const struct pg_conn *c, const struct op *op)
{
	if (c->state == PG_COPY_OUT || c->lost)
		return false;
	if (c->state == PG_COPY_IN)
		return ends_copy(op);
	return c->sent.first == NULL || (op->kind == OP_RUN && c->sent.last->kind == OP_RUN);
}

void conn_send(struct pg_conn *c)
{
	while (c->queued.first != NULL && may_send(c, c->queued.first)) {
		struct op *op = op_take(&c->queued);
		op_judge(op, c->in_transaction);
		op_push(&c->sent, op);
		if (c->state != PG_SENDING)
			conn_enter(c, PG_SENDING);
		c->flush_pending = true;
		if (!send_op(c, op))
			conn_lose(c, PQerrorMessage(c->pq));
	}
}

void conn_flush(struct pg_conn *c)
{
	if (c->lost)
		return;
	int left = PQflush(c->pq);
	c->flush_pending = left == 1;
	if (left < 0)
		conn_lose(c, PQerrorMessage(c->pq));
	if (left == 0)
		c->copy_unsent_bytes = 0;
	if (left == 0 && c->state == PG_SENDING)
		conn_enter(c, PG_READING);
}
