/** One transaction of review: results taken, decided about, kept, written, counted.
 *
 * Private to review/. A COMMIT whose answer was lost is looked up by its change_id; what fails for
 * a reason that passes is tried again. Promise: `done` exactly once, never before change_run() has
 * returned, and with OK only when the counts are in memory. Lifetime: everything in the request is
 * borrowed until `done` has returned.
 */
#pragma once

#include "review/review.h"

struct change_request {
	const struct ingest_settings *server; /**< loop, pool, counts */
	struct shared_programme *programme;
	int wave_id, wave, organisation_id;
	struct slice key_id, reason;
	unsigned from; /**< as in review_order */
	bool by_rules; /**< likewise */
	const struct review_wish *wishes;
	size_t len;			    /**< at most REVIEW_CHUNK */
	const struct review_single *single; /**< or NULL; then len is 1 */
};

struct change_outcome {
	enum status status;
	struct trouble why;
	uint64_t changed, unchanged;
	const bool *found;	     /**< by wish */
	const struct reject *reject; /**< of a single's content */
	int32_t revision;	     /**< of a single, now */
	int64_t appeal_id;
};

void change_run(const struct change_request *request,
		void (*done)(void *arg, const struct change_outcome *outcome), void *arg);
