#include "store/compaction.h"

#include "base/log.h"
#include "pg/value.h"
#include "store/sql.h"
#include "survey/tally.h"

enum { IDS_BYTES = 64 * 1024 * 1024, PACKED_BYTES = 512 * 1024 * 1024 };

struct compaction {
	struct compaction_request request;
	void (*done)(void *arg, const struct compaction_outcome *outcome);
	void *arg;
	struct pg_conn *conn;
	struct pg_result *rows;
	struct arena arena;
	struct buf packed;
	int64_t changes;
	int64_t *merged;
	struct compaction_outcome outcome;
};

static void end(struct compaction *c)
{
	struct compaction last = *c;
	if (c->conn != NULL)
		pg_pool_give(c->request.pool, &c->conn);
	pg_result_free(&c->rows);
	arena_fini(&c->arena);
	buf_fini(&c->packed);
	memory_free(c);
	if (last.outcome.status != OK && last.outcome.status != E_BUSY)
		log_warn("compaction.failed", LOG_NUMBER("wave", last.request.wave_id),
			 LOG_TEXT("err", last.outcome.why.words));
	last.done(last.arg, &last.outcome);
}

static void undone(void *arg, const struct pg_answer *answer)
{
	(void)answer;
	end(arg);
}

static void undo(struct compaction *c, enum status status, const struct trouble *why)
{
	c->outcome.status = status;
	c->outcome.why = *why;
	pg_conn_script(c->conn, "rollback", undone, c);
}

static bool failed(struct compaction *c, const struct pg_answer *answer)
{
	if (answer->status != OK)
		undo(c, answer->status, &answer->why);
	return answer->status != OK;
}

static void committed(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	c->outcome.status = answer->status;
	c->outcome.why = answer->why;
	end(c);
}

static void dropped(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	if (!failed(c, answer))
		pg_conn_script(c->conn, "commit", committed, c);
}

static void snapshot_put(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	if (failed(c, answer))
		return;
	struct pg_value values[] = {pg_int4(c->request.wave_id),
				    pg_int8_array(&c->arena, c->merged, c->outcome.merged)};
	pg_conn_run(c->conn, &SQL_TALLY_DELTA_DROP, values, COUNT_OF(values), dropped, c);
}

static void merge_work(void *arg)
{
	struct compaction *c = arg;
	const struct compaction_request *r = &c->request;
	struct tally *whole = tally_new(r->areas, r->items, r->questions);
	for (int row = 0; row < pg_rows(c->rows) && c->outcome.status == OK; row++)
		c->outcome.status = tally_unpack(whole, pg_get_bytes(c->rows, row, 3),
						 &c->outcome.why);
	if (c->outcome.status == OK)
		tally_pack(whole, &c->packed);
	tally_free(whole);
}

static void merged(void *arg)
{
	struct compaction *c = arg;
	if (c->outcome.status != OK) {
		struct trouble why = c->outcome.why;
		undo(c, E_INTERNAL, &why);
		return;
	}
	must(!buf_over(&c->packed));
	struct pg_value values[] = {pg_int4(c->request.wave_id), pg_int8(c->changes),
				    pg_bytea(buf_slice(&c->packed))};
	pg_conn_run(c->conn, &SQL_TALLY_SNAPSHOT_PUT, values, COUNT_OF(values), snapshot_put, c);
}

static void loaded(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	if (failed(c, answer))
		return;
	c->rows = pg_answer_keep(answer);
	c->merged = arena_take_array(&c->arena, (size_t)pg_rows(c->rows), sizeof(*c->merged));
	must(c->merged != NULL);
	for (int row = 0; row < pg_rows(c->rows); row++) {
		int64_t delta_id = pg_get_int8(c->rows, row, 0);
		c->changes += pg_get_int8(c->rows, row, 2);
		if (delta_id != 0)
			c->merged[c->outcome.merged++] = delta_id;
	}
	loop_offload(c->request.loop, merge_work, merged, c);
}

static void locked(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	struct trouble why;
	if (failed(c, answer))
		return;
	if (!pg_get_bool(answer->result, 0, 0)) {
		(void)trouble(&why, E_BUSY, "another server compacts this wave");
		undo(c, E_BUSY, &why);
		return;
	}
	struct pg_value wave[] = {pg_int4(c->request.wave_id)};
	pg_conn_run(c->conn, &SQL_TALLY_LOAD, wave, COUNT_OF(wave), loaded, c);
}

static void begun(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* a failure is met again in locked() */
	(void)answer;
}

static void taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct compaction *c = arg;
	if (conn == NULL) {
		c->outcome.status = why->status;
		c->outcome.why = *why;
		end(c);
		return;
	}
	c->conn = conn;
	struct pg_value wave[] = {pg_int4(c->request.wave_id)};
	pg_conn_script(conn, "begin", begun, c);
	pg_conn_run(conn, &SQL_TALLY_LOCK, wave, COUNT_OF(wave), locked, c);
}

void compaction_run(const struct compaction_request *request,
		    void (*done)(void *arg, const struct compaction_outcome *outcome), void *arg)
{
	struct compaction *c = memory_new(sizeof(*c));
	*c = (struct compaction){.request = *request, .done = done, .arg = arg};
	arena_init(&c->arena, IDS_BYTES);
	buf_init(&c->packed, PACKED_BYTES);
	pg_pool_take(request->pool, taken, c);
}
