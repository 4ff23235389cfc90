/** One transaction that stores payloads and tells which of them were new.
 *
 * A key that occurs twice among the items is stored once, as the first has it.
 * Promise: `done` exactly once, never before inbox_insert() has returned. The items are borrowed
 * only until then. Errors: as of a run of the pool; E_UNKNOWN: perhaps they are stored.
 */
#pragma once

#include "inbox/inbox.h"

struct inserted {
	enum status status;
	const struct trouble *why; /**< where status < 0 */
	const bool *taken;	   /**< of each item; false: it was there before */
	size_t taken_count;
	int64_t now;	   /**< the database's clock, */
	uint64_t asked_us; /**< at some time since this of our monotonic one */
};

/** At most INBOX_BATCH. */
void inbox_insert(struct pg_pool *pool, const struct inbox_item *const *items, size_t count,
		  void (*done)(void *arg, const struct inserted *what), void *arg);
