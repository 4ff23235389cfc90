/** A COMMIT that went without answer: what it would have made final.
 *
 * The batch is tried again; the mark it leaves in its own transaction (upload_batch)
 * then tells whether the lost one took, and if so its fates are the true ones.
 */
#pragma once

#include "ingest/batch.h"

struct lost_commit {
	bool open; /**< it is not known yet whether it took */
	uint8_t *fates;
	uint64_t stored;
};

/** Remembers the batch's fates; every row is to be asked about from now on. */
void lost_commit_open(struct lost_commit *l, struct batch *b, uint64_t stored);
/** It did take: the fates are again what they were; how many rows it stored. */
uint64_t lost_commit_took(struct lost_commit *l, struct batch *b);
void lost_commit_fini(struct lost_commit *l);
