#include "store/compaction.h"

#include "base/log.h"
#include "pg/transaction.h"
#include "pg/value.h"
#include "store/sql.h"
#include "survey/tally.h"

enum { IDS_BYTES = 64 * 1024 * 1024, PACKED_BYTES = 512 * 1024 * 1024 };

struct compaction {
	struct compaction_request request;
	void (*done)(void *arg, const struct compaction_outcome *outcome);
	void *arg;
	struct pg_transaction *transaction;
	struct pg_result *rows;
	struct arena arena;
	struct buf packed;
	int64_t changes;
	int64_t *merged;
	struct compaction_outcome outcome;
};

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct compaction *c = arg;
	struct compaction last = *c;
	last.outcome.status = status;
	last.outcome.why = *why;
	pg_result_free(&c->rows);
	arena_fini(&c->arena);
	buf_fini(&c->packed);
	memory_free(c);
	if (status != OK && status != E_BUSY)
		log_warn("compaction.failed", LOG_NUMBER("wave", last.request.wave_id),
			 LOG_TEXT("err", why->words));
	last.done(last.arg, &last.outcome);
}

static void dropped(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
	(void)answer;
	pg_transaction_commit(c->transaction);
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
		c->outcome.why.status = E_INTERNAL;
		pg_transaction_fail(c->transaction, &c->outcome.why);
		return;
	}
	must(!buf_over(&c->packed));
	struct pg_value wave = pg_int4(c->request.wave_id);
	struct pg_value put[] = {wave, pg_int8(c->changes), pg_bytea(buf_slice(&c->packed))};
	struct pg_value drop[] = {wave, pg_int8_array(&c->arena, c->merged, c->outcome.merged)};
	pg_transaction_run(c->transaction, &SQL_TALLY_SNAPSHOT_PUT, put, COUNT_OF(put), NULL);
	pg_transaction_run(c->transaction, &SQL_TALLY_DELTA_DROP, drop, COUNT_OF(drop), dropped);
}

static void loaded(void *arg, const struct pg_answer *answer)
{
	struct compaction *c = arg;
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
	if (!pg_get_bool(answer->result, 0, 0)) {
		(void)trouble(&why, E_BUSY, "another server compacts this wave");
		pg_transaction_fail(c->transaction, &why);
		return;
	}
	struct pg_value wave[] = {pg_int4(c->request.wave_id)};
	pg_transaction_run(c->transaction, &SQL_TALLY_LOAD, wave, COUNT_OF(wave), loaded);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct compaction *c = arg;
	struct pg_value wave[] = {pg_int4(c->request.wave_id)};
	c->transaction = t;
	pg_transaction_run(t, &SQL_TALLY_LOCK, wave, COUNT_OF(wave), locked);
}

void compaction_run(const struct compaction_request *request,
		    void (*done)(void *arg, const struct compaction_outcome *outcome), void *arg)
{
	struct compaction *c = memory_new(sizeof(*c));
	*c = (struct compaction){.request = *request, .done = done, .arg = arg};
	arena_init(&c->arena, IDS_BYTES);
	buf_init(&c->packed, PACKED_BYTES);
	pg_transaction_open(request->pool, "begin", begun, ended, c);
}
