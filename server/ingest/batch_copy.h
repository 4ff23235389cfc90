/** Rows of a batch on their way into a table: those of one fate, in their order.
 *
 * Promise: `done` exactly once, never before batch_copy() has returned; the batch is borrowed until
 *   then.
 * Limits: 64 KiB of rows at a time besides what the connection holds.
 */
#pragma once

#include "ingest/batch.h"
#include "pg/conn.h"

struct batch_copy_order {
	const struct batch *batch;
	enum row_fate fate;
	int64_t upload_id;
	int wave_id;
};

void batch_copy(struct pg_conn *conn, const struct pg_statement *copy,
		const struct batch_copy_order *order,
		void (*done)(void *arg, const struct pg_answer *answer), void *arg);
