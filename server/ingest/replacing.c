#include "ingest/replacing.h"

#include "ingest/batch_copy.h"
#include "store/counted_row.h"
#include "store/sql.h"
#include "survey/breach.h"

enum { IDS_BYTES = 32 * 1024 * 1024, ROW_BYTES = 64 * 1024, REASON_BYTES = 4096 };

/** What replace_take.sql gives beside what is counted. */
enum column { BREACHES_NOW = COUNTED_COLUMNS, REVISION, SAME, MET, PLACE };

struct replacing {
	struct pg_conn *conn;
	const struct batch_target *target;
	struct batch *batch;
	void (*done)(void *arg, enum status status, const struct trouble *why);
	void *arg;
	size_t next; /* row of the batch */
	struct batch_row *page[REPLACE_PAGE];
	struct slice ids[REPLACE_PAGE];
	size_t page_len;
	struct buf reason;
	struct arena arena;
};

static void end(struct replacing *r, enum status status, const struct trouble *why)
{
	void (*done)(void *arg, enum status status, const struct trouble *why) = r->done;
	void *arg = r->arg;
	buf_fini(&r->reason);
	arena_fini(&r->arena);
	memory_free(r);
	done(arg, status, why);
}

/** True when the answer was a failure, which has then been told. */
static bool failed(struct replacing *r, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	end(r, answer->status, &answer->why);
	return true;
}

/* The end: ids met, and who did it */

static void written(void *arg, const struct pg_answer *answer)
{
	struct replacing *r = arg;
	struct trouble none = {0};
	if (!failed(r, answer))
		end(r, OK, &none);
}

static void write_audit(struct replacing *r)
{
	const struct batch_target *t = r->target;
	uint64_t replaced = batch_fates(r->batch, ROW_REPLACED);
	struct pg_value values[] = {
		pg_int4(t->organisation_id), pg_text(t->key_id),
		pg_int8(t->upload_id),	     pg_int4(r->batch->number),
		pg_int8((int64_t)replaced),  pg_text(t->reason.len > 0 ? t->reason : SLICE_NONE)};
	pg_conn_run(r->conn, &SQL_REPLACE_AUDIT, values, COUNT_OF(values), written, r);
}

static void met(void *arg, const struct pg_answer *answer)
{
	struct replacing *r = arg;
	struct trouble none = {0};
	if (failed(r, answer))
		return;
	if (batch_fates(r->batch, ROW_REPLACED) > 0)
		write_audit(r);
	else
		end(r, OK, &none);
}

/** Rows known already may not come again in this file with other content. */
static void meet(struct replacing *r)
{
	size_t len = 0, room = batch_fates(r->batch, ROW_SAME);
	struct slice *ids = arena_take_array(&r->arena, room, sizeof(*ids));
	must(room == 0 || ids != NULL);
	for (size_t i = 0; i < r->batch->rows_len; i++)
		if (r->batch->row[i].fate == ROW_SAME)
			ids[len++] = batch_row_id(r->batch, &r->batch->row[i]);
	struct pg_value values[] = {pg_int8(r->target->upload_id),
				    pg_text_array(&r->arena, ids, len)};
	pg_conn_run(r->conn, &SQL_REPLACE_MEET, values, COUNT_OF(values), met, r);
}

/* Page by page */

static void next_page(struct replacing *r);

static void stored(void *arg, const struct pg_answer *answer)
{
	if (!failed(arg, answer))
		next_page(arg);
}

static void store(struct replacing *r)
{
	const struct batch_target *t = r->target;
	size_t len = 0;
	for (size_t i = 0; i < r->page_len; i++)
		if (r->page[i]->fate == ROW_REPLACED)
			r->ids[len++] = r->ids[i];
	if (len == 0) {
		next_page(r);
		return;
	}
	struct pg_value values[] = {pg_int4(t->wave_id), pg_text_array(&r->arena, r->ids, len),
				    pg_int8(t->upload_id), pg_text(t->key_id),
				    pg_text(buf_slice(&r->reason))};
	pg_conn_run(r->conn, &SQL_REPLACE_STORE, values, COUNT_OF(values), stored, r);
}

static bool may_be_replaced(const struct replacing *r, enum review_state status, uint32_t breaches)
{
	uint32_t by_rules = r->target->excluding | (uint32_t)BREACHES_AMONG;
	switch (status) {
	case REVIEW_SUBMITTED:
	case REVIEW_RETURNED:
		return true;
	case REVIEW_EXCLUDED:
		return (breaches & by_rules) != 0;
	default:
		return false;
	}
}

static enum row_fate fate_of(const struct replacing *r, const struct pg_result *rows, int row)
{
	enum review_state status = (enum review_state)pg_get_int2(rows, row, COUNTED_COLUMNS - 1);
	int32_t revision = pg_get_int4(rows, row, REVISION);
	if (pg_get_bool(rows, row, SAME))
		return ROW_SAME;
	if (pg_get_bool(rows, row, MET))
		return ROW_CLASH;
	if (r->target->revision != 0 && r->target->revision != revision)
		return ROW_CHANGED;
	return may_be_replaced(r, status, (uint32_t)pg_get_int4(rows, row, BREACHES_NOW))
		       ? ROW_REPLACED
		       : ROW_DECIDED;
}

static enum status take_rows(struct replacing *r, const struct pg_result *rows, struct trouble *why)
{
	struct batch *b = r->batch;
	struct arena arena;
	bool fits = true;
	if (pg_rows(rows) != (int)r->page_len)
		return trouble(why, E_BUSY, "a row that was stored before has just been removed");
	arena_init(&arena, ROW_BYTES);
	for (int row = 0; row < pg_rows(rows) && fits; row++) {
		struct batch_row *taken = r->page[pg_get_int8(rows, row, PLACE) - 1];
		taken->fate = (uint8_t)fate_of(r, rows, row);
		if (taken->fate == ROW_REPLACED)
			fits = counted_row_add(rows, row, b->instrument, b->counts, -1, &arena,
					       b->taken);
	}
	arena_fini(&arena);
	if (!fits)
		return trouble(why, E_INTERNAL, "a result does not fit the wave's instrument");
	return OK;
}

static void page_taken(void *arg, const struct pg_answer *answer)
{
	struct replacing *r = arg;
	struct trouble why;
	if (failed(r, answer))
		return;
	if (take_rows(r, answer->result, &why) < 0)
		end(r, why.status, &why);
	else
		store(r);
}

static void next_page(struct replacing *r)
{
	struct batch *b = r->batch;
	r->page_len = 0;
	arena_fini(&r->arena);
	arena_init(&r->arena, IDS_BYTES);
	for (; r->next < b->rows_len && r->page_len < REPLACE_PAGE; r->next++) {
		if (b->row[r->next].fate != ROW_DIFFERS)
			continue;
		r->ids[r->page_len] = batch_row_id(b, &b->row[r->next]);
		r->page[r->page_len++] = &b->row[r->next];
	}
	if (r->page_len == 0) {
		meet(r);
		return;
	}
	struct pg_value values[] = {pg_int4(r->target->wave_id),
				    pg_text_array(&r->arena, r->ids, r->page_len),
				    pg_int8(r->target->upload_id), pg_int4(BREACHES_IN_RESULT)};
	pg_conn_run(r->conn, &SQL_REPLACE_TAKE, values, COUNT_OF(values), page_taken, r);
}

/* The beginning */

static void copied(void *arg, const struct pg_answer *answer)
{
	if (!failed(arg, answer))
		next_page(arg);
}

static void table_empty(void *arg, const struct pg_answer *answer)
{
	struct replacing *r = arg;
	const struct batch_copy_order order = {.batch = r->batch,
					       .fate = ROW_DIFFERS,
					       .upload_id = r->target->upload_id,
					       .wave_id = r->target->wave_id};
	if (!failed(r, answer))
		batch_copy(r->conn, &SQL_REPLACE_COPY, &order, copied, r);
}

/** No commit has emptied it of the batches before. */
static void table_made(void *arg, const struct pg_answer *answer)
{
	struct replacing *r = arg;
	if (r->target->whole == NULL)
		table_empty(r, answer);
	else if (!failed(r, answer))
		pg_conn_script(r->conn, "truncate replacing", table_empty, r);
}

void replacing_run(struct pg_conn *conn, const struct batch_target *target, struct batch *batch,
		   void (*done)(void *arg, enum status status, const struct trouble *why),
		   void *arg)
{
	struct replacing *r = memory_new(sizeof(*r));
	const struct instrument *in = batch->instrument;
	*r = (struct replacing){
		.conn = conn, .target = target, .batch = batch, .done = done, .arg = arg};
	tally_free(batch->taken);
	batch->taken = tally_new(in->areas_len, in->items_len, in->questions_len);
	arena_init(&r->arena, IDS_BYTES);
	buf_init(&r->reason, REASON_BYTES);
	buf_print(&r->reason, "upload %lld", (long long)target->upload_id);
	if (target->reason.len > 0)
		buf_print(&r->reason, ": %.*s", SLICE_ARGS(target->reason));
	must(!buf_over(&r->reason));
	if (batch_fates(batch, ROW_DIFFERS) > 0)
		pg_conn_run(conn, &SQL_REPLACE_TABLE, NULL, 0, table_made, r);
	else
		meet(r);
}
