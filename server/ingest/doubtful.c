#include "ingest/doubtful.h"

#include "ingest/batch_copy.h"
#include "ingest/replacing.h"
#include "pg/value.h"
#include "store/sql.h"

enum { OUTCOME_ABSENT = 0 };

struct doubtful {
	struct pg_conn *conn;
	const struct batch_target *target;
	struct batch *batch;
	bool stored_only;
	void (*done)(void *arg, enum status status, const struct trouble *why);
	void *arg;
};

static void end(void *arg, enum status status, const struct trouble *why)
{
	struct doubtful *d = arg;
	struct doubtful last = *d;
	memory_free(d);
	last.done(last.arg, status, why);
}

/** True when the answer was a failure, which has then been told. */
static bool failed(struct doubtful *d, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	end(d, answer->status, &answer->why);
	return true;
}

static bool any_absent(const struct pg_result *rows)
{
	for (int i = 0; i < pg_rows(rows); i++)
		if (pg_get_int4(rows, i, 0) == OUTCOME_ABSENT)
			return true;
	return false;
}

/** False where one is absent that may not be: the fates are then not to be used. */
static bool take_fates(struct doubtful *d, const struct pg_result *rows)
{
	static const uint8_t fates[] = {
		[OUTCOME_ABSENT] = ROW_ABSENT, ROW_STORED, ROW_SAME, ROW_DIFFERS};
	struct batch *b = d->batch;
	int asked = 0;
	must(pg_rows(rows) == (int)batch_fates(b, ROW_DOUBTFUL));
	for (size_t i = 0; i < b->rows_len; i++) {
		if (b->row[i].fate != ROW_DOUBTFUL)
			continue;
		int32_t outcome = pg_get_int4(rows, asked++, 0);
		must(outcome >= 0 && outcome < (int32_t)COUNT_OF(fates));
		if (outcome == OUTCOME_ABSENT && !d->stored_only)
			return false;
		b->row[i].fate = fates[outcome];
	}
	return true;
}

static void outcome_came(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	struct trouble why = {0};
	if (failed(d, answer))
		return;
	if (!take_fates(d, answer->result)) {
		batch_doubt_all(d->batch);
		(void)trouble(&why, E_BUSY, "a row that was stored before has just been removed");
		end(d, E_BUSY, &why);
	} else if (d->target->replace) {
		replacing_run(d->conn, d->target, d->batch, end, d);
	} else {
		end(d, OK, &why);
	}
}

static void ask_outcome(struct doubtful *d, void (*came)(void *arg, const struct pg_answer *answer))
{
	/* Who replaces means what stands now; else a file sent again is known by what it was. */
	struct pg_value values[] = {pg_int4(BREACHES_IN_RESULT), pg_bool(!d->target->replace)};
	pg_conn_run(d->conn, &SQL_DOUBTFUL_OUTCOME, values, COUNT_OF(values), came, d);
}

static void stored(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	if (!failed(d, answer))
		ask_outcome(d, outcome_came);
}

/** A file sent again is known row by row, and then nothing is left to be stored. */
static void looked(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	if (answer->status == OK && !d->stored_only && any_absent(answer->result))
		pg_conn_run(d->conn, &SQL_DOUBTFUL_STORE, NULL, 0, stored, d);
	else
		outcome_came(d, answer);
}

static void copied(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	if (!failed(d, answer))
		ask_outcome(d, looked);
}

static void table_empty(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	const struct batch_copy_order order = {.batch = d->batch,
					       .fate = ROW_DOUBTFUL,
					       .upload_id = d->target->upload_id,
					       .wave_id = d->target->wave_id};
	if (!failed(d, answer))
		batch_copy(d->conn, &SQL_DOUBTFUL_COPY, &order, copied, d);
}

/** No commit has emptied it of the batches before. */
static void table_made(void *arg, const struct pg_answer *answer)
{
	struct doubtful *d = arg;
	if (d->target->whole == NULL)
		table_empty(d, answer);
	else if (!failed(d, answer))
		pg_conn_script(d->conn, "truncate doubtful", table_empty, d);
}

void doubtful_decide(struct pg_conn *conn, const struct batch_target *target, struct batch *batch,
		     bool stored_only,
		     void (*done)(void *arg, enum status status, const struct trouble *why),
		     void *arg)
{
	struct doubtful *d = memory_new(sizeof(*d));
	*d = (struct doubtful){.conn = conn,
			       .target = target,
			       .batch = batch,
			       .stored_only = stored_only,
			       .done = done,
			       .arg = arg};
	pg_conn_run(conn, &SQL_DOUBTFUL_TABLE, NULL, 0, table_made, d);
}
