/** One transaction for every batch of an upload: a dry run, or all or nothing.
 *
 * Batches take its connection one after another, as they would take one of the pool, and each sets
 * a savepoint of its own (batch_commit.h). The transaction begins with the first of them. It holds
 * its wave open, and while it runs no batch of another upload is begun in this wave, over all
 * servers (advisory lock): two that hold what the other wants would meet again at each attempt.
 *
 * A COMMIT whose answer was lost is looked up: the mark of the first batch (upload_batch) is made
 * again, which waits for the lost transaction to end and then tells what became of it.
 * Errors: E_BUSY: nothing of it is stored. E_UNKNOWN: all of it or nothing.
 * Limits: WHOLE_SECONDS_MOST; later no batch is begun and nothing is committed, so that closing
 * the wave waits no longer than that and one batch.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loop/loop.h"
#include "pg/pool.h"

enum { WHOLE_SECONDS_MOST = 600 };

struct whole_settings {
	struct loop *loop;
	struct pg_pool *pool;
	int wave_id;
	int64_t upload_id;
	uint64_t first_wait_ms; /**< before a lost COMMIT is looked up again, then doubling */
};

struct whole;

struct whole *whole_new(const struct whole_settings *settings);
/** Before the first take, or when it has ended. NULL is allowed. */
void whole_free(struct whole *w);

/** done(arg, conn, NULL), within the transaction, or done(arg, NULL, why). One at a time; the
 * connection is not given back to anybody. */
void whole_take(struct whole *w,
		void (*done)(void *arg, struct pg_conn *conn, const struct trouble *why),
		void *arg);
/** Trying again is of no use: its connection is gone, or its time is over. */
bool whole_is_lost(const struct whole *w);
/** Commits or rolls back, once, when no batch uses it. OK for a transaction never begun. */
void whole_end(struct whole *w, bool commit,
	       void (*ended)(void *arg, enum status status, const struct trouble *why), void *arg);
