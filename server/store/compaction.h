/** Takes the deltas of a wave into its snapshot, in one transaction.
 *
 * Readers are not disturbed: they see the old generation or the new one, whole.
 * One compaction of a wave at a time, over all servers (advisory lock).
 */
#pragma once

#include "base/status.h"
#include "loop/loop.h"
#include "pg/pool.h"

struct compaction_request {
	struct loop *loop;
	struct pg_pool *pool;
	int wave_id;
	size_t areas, items, questions; /**< of the wave's instrument */
};

struct compaction_outcome {
	enum status status; /**< E_BUSY: somebody else compacts this wave */
	struct trouble why;
	size_t merged;
};

void compaction_run(const struct compaction_request *request,
		    void (*done)(void *arg, const struct compaction_outcome *outcome), void *arg);
