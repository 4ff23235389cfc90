/** Which tally delta this is, and what it was added to.
 *
 * Deltas commit in any order, so their numbers say nothing about what a reader has
 * seen; and a compaction takes deltas into a wave's snapshot, whose generation it
 * raises. A delta added under the generation a reader holds cannot be in that
 * reader's snapshot.
 */
#pragma once

#include <stdint.h>

struct delta_mark {
	int64_t delta_id;   /**< 0: not known */
	int64_t generation; /**< of the wave's snapshot when it was added */
};
