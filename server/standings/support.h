/** Is this ranking worth publishing? Said in words and for machines.
 *
 * Not supported: nobody to compare (fewer than two ranked companies); most of the
 * differences between companies are noise (reliability under 0.7); or more than half of
 * the ranked companies cannot be told from the best.
 */
#pragma once

#include "base/buf.h"
#include "standings/board_tree.h"

struct support {
	bool supported;
	const char *reason; /**< supported, too_few_ranked, low_reliability, most_tied_with_best */
};

struct support support_of(const struct board *b);
void support_sentence(const struct board *b, struct buf *to);
