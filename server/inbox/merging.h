/** Makes results of the answers of invitations, and keeps them what the answers say.
 *
 * In rounds, one wave after the other: the invitations whose version is not merged are claimed for
 * MERGING_LEASE_S, a record is made of each, and the records go through the ordinary upload
 * (ingest/upload.h) under the key id "channels", which no key has: new ones plainly, those of
 * stored results by revision, to be replaced where that revision still stands. What became of a
 * record is written to its invitation; where somebody else was faster, it comes again.
 *
 * Promise: merging twice is merging once, by one server or by several, and whatever is cut off is
 *   done again when the claim ends. A wave that is a draft waits; one that takes results no
 *   longer, a row with faults and a reviewer's decision are noted, and nothing is counted.
 * Limits: MERGING_ROUND invitations a round, MERGING_BYTES of records; a round of a wave every
 *   `pause_ms`.
 * Lifetime: merging_free() after merging_stop() and once merging_busy() is false.
 */
#pragma once

#include "ingest/ingest.h"
#include "store/catalogue.h"

enum { MERGING_ROUND = 1000, MERGING_BYTES = 96 * 1024 * 1024, MERGING_LEASE_S = 30 };

#define MERGING_KEY_ID "channels"

/** 0 takes the default in brackets. */
struct merging_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct ingest *ingest;
	uint64_t pause_ms; /**< (300) */
};

struct merging;

struct merging *merging_new(const struct merging_settings *settings);
void merging_wake(struct merging *m); /**< an answer, or an end of what was in the way */
void merging_stop(struct merging *m); /**< the round under way ends */
bool merging_busy(const struct merging *m);
void merging_free(struct merging *m);
