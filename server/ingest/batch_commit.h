/** One batch, one transaction: rows, counts and faults, or nothing of it.
 *
 * Fresh rows go straight into the table by COPY, sorted; the primary key decides.
 * A key that is there already rolls the whole back and asks about every row.
 * Doubtful rows wait in a temporary table and are stored where their id is new.
 * A COMMIT whose answer was lost is tried again: the mark of the batch (upload_batch) in
 * the same transaction tells whether the first one took.
 *
 * Promise: `done` exactly once, never before batch_commit() has returned; with OK the
 * fates are final and what they say is durable; with E_UNKNOWN the batch is stored whole or
 * not at all; with any other status nothing of it is stored.
 */
#pragma once

#include "base/status.h"
#include "ingest/batch.h"
#include "ingest/shopper_book.h"
#include "ingest/whole.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "store/delta.h"

struct batch_target {
	struct loop *loop;
	struct pg_pool *pool;
	struct whole *whole; /**< the transaction it is a part of; NULL: its own */
	bool dry;	     /**< never to be committed: no counts and no shoppers are made */
	struct shopper_book *shoppers; /**< of the organisation */
	int organisation_id;
	int wave_id;
	int64_t upload_id;
	uint64_t conflicts_stored_most; /**< conflicts written to upload_fault; all are counted */
	uint64_t first_wait_ms;		/**< before a second attempt, then doubling (50) */
	bool replace;			/**< rows that differ take the place of what is stored */
	bool stored_only;		/**< when replacing: ids that are not stored are ABSENT */
	int32_t revision;		/**< when replacing: what is stored must have it; 0: any */
	uint32_t excluding;		/**< breaches seen in a row itself that exclude it */
	struct slice key_id, reason;	/**< who replaces, and why; empty: not said */
};

struct batch_outcome {
	enum status status;
	struct trouble why;
	struct delta_mark delta; /**< of the counts; where something was stored and it is known */
	uint64_t stored;
	bool delta_unknown; /**< committed, but only a fresh look at the deltas shows the counts */
};

void batch_commit(const struct batch_target *target, struct batch *batch,
		  void (*done)(void *arg, const struct batch_outcome *outcome), void *arg);
