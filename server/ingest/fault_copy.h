/** Faults on their way into upload_fault: in the transaction of a connection, or by themselves.
 *
 * Promise: `done` exactly once, never before fault_rows_copy() has returned. By themselves (no
 *   connection given) they are durable with OK, whatever becomes of the rows beside them.
 */
#pragma once

#include "base/slice.h"
#include "pg/pool.h"

/** `rows` as fault_row_encode() makes them, borrowed until `done`. `conn` NULL: one of the pool. */
void fault_rows_copy(struct pg_pool *pool, struct pg_conn *conn, struct slice rows,
		     void (*done)(void *arg, enum status status, const struct trouble *why),
		     void *arg);
