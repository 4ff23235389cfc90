/** What becomes of doubtful rows: stored, known, other content, or put in its place.
 *
 * Within the transaction of batch_commit.h. The rows wait in a temporary table, the database says
 * which of them it has (store/sql/doubtful_outcome.sql), what is new is stored, and where the
 * target replaces, replacing.h follows. Their fates are then decided.
 *
 * Promise: `done` exactly once, never before doubtful_decide() has returned. With a failure the
 * transaction is to be rolled back: E_BUSY where another attempt may do better.
 */
#pragma once

#include "ingest/batch_commit.h"

/** `stored_only`: nothing new is stored, what is not there is ABSENT. Everything is borrowed until
 * `done`. */
void doubtful_decide(struct pg_conn *conn, const struct batch_target *target, struct batch *batch,
		     bool stored_only,
		     void (*done)(void *arg, enum status status, const struct trouble *why),
		     void *arg);
