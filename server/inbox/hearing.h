/** Makes answers of what waits in the inbox, by the adapter of each payload's source.
 *
 * Payloads are taken in batches that other servers skip, heard on a pool thread, and in one
 * transaction become answers of invitations while their rows end: heard, ignored or failed, with a
 * note. Which answer of a question stands does not depend on the order of reading (hearing_row.h).
 * What the database cannot do now is tried again after growing waits; a payload that makes a
 * statement itself fail is set apart from the others, and has failed after HEARING_ATTEMPTS. One
 * that ended the process that read it, three times, has failed, too (hearing_mark.h).
 *
 * Limits: HEARING_BATCH rows and about HEARING_BYTES of payloads a transaction (one payload may be
 *   larger), HEARING_ANSWERS answers and one payload's more; one batch at a time of a server.
 * Lifetime: hearing_free() after hearing_stop() and once hearing_busy() is false.
 */
#pragma once

#include "pg/pool.h"
#include "spool/spool.h"
#include "store/sources.h"

enum {
	HEARING_BATCH = 256,
	HEARING_BYTES = 4 * 1024 * 1024,
	HEARING_ANSWERS = 16384,
	HEARING_ATTEMPTS = 5
};

struct hearing_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct sources *sources;
	struct catalogue *catalogue;
	const struct spool *spool;   /**< whose folder remembers what is being read; NULL: none */
	void (*answered)(void *arg); /**< answers are stored; may be NULL */
	void *arg;
};

struct hearing_counts {
	uint64_t heard, ignored, failed; /**< payloads, since the start */
};

struct hearing;

/** Looks at once whether something waits, and from then on every few seconds. */
struct hearing *hearing_new(const struct hearing_settings *settings);
/** Something waits, or something that is read by has changed. */
void hearing_wake(struct hearing *h);
void hearing_stop(struct hearing *h); /**< the batch under way ends */
bool hearing_busy(const struct hearing *h);
void hearing_free(struct hearing *h);
struct hearing_counts hearing_counts(const struct hearing *h);
