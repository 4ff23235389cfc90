/** From the sums of a file to its warnings. Private to detect. */
#pragma once

#include "detect/scales.h"
#include "detect/shoppers.h"
#include "detect/warning.h"

/** All that a detector knows of a file. */
struct observed {
	const struct programme *programme;
	struct scales scales;
	struct straight_items items;
	struct group_sums channel[PROGRAMME_CHANNELS_LIMIT]; /**< no columns: not met */
	struct shoppers *shoppers;
	struct slice shopper_column[SHOPPER_COLUMNS]; /**< empty: not asked */
	int64_t looked_at, straight, near; /**< rows, without those at the end of scales */
};

void findings_of(const struct observed *seen, struct warnings *to);
