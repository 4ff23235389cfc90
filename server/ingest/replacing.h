/** Doubtful rows take the place of what is stored otherwise under their ids.
 *
 * Within the transaction of batch_commit.h, once the fates of doubtful rows are known: those that
 * DIFFER become REPLACED, or what else they are found to be. What stood before goes to
 * result_revision; what it counted is taken back in the batch's `taken`.
 *
 * What review has decided stays: approved and disputed results, and those it has excluded. What is
 * submitted, returned to its shopper or excluded by a rule of fieldwork is replaced, and stands
 * then as the new row would have come in.
 *
 * Promise: `done` exactly once, never before replacing_run() has returned. With a failure the
 * transaction is to be rolled back: E_BUSY where another attempt may do better.
 * Limits: REPLACE_PAGE stored results in memory at a time.
 */
#pragma once

#include "ingest/batch_commit.h"

enum { REPLACE_PAGE = 1000 };

/** Breaches that follow from a row itself; the others are found among many and set later. */
enum breaches_in_result {
	BREACHES_IN_RESULT = 0
#define X(name, word, among, words) | ((among) ? 0 : 1 << BREACH_##name)
	BREACHES(X)
#undef X
};

/** The connection has the transaction open; all of it borrowed until `done`. */
void replacing_run(struct pg_conn *conn, const struct batch_target *target, struct batch *batch,
		   void (*done)(void *arg, enum status status, const struct trouble *why),
		   void *arg);
