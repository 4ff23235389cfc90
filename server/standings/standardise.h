/** A company's score at the programme's fixed mix of channels.
 *
 * Weights are the wave's, rescaled to the channels the company has contacts in: not
 * having a channel is not punished.
 */
#pragma once

#include "standings/answers.h"
#include "stats/standard.h"

struct standardised {
	struct standard score;
	uint32_t channels_missing; /**< channels that have a weight, but no scored contact here */
};

enum status standardise_score(const struct roster *r, const struct roster_company *c,
			      struct arena *arena, struct standardised *s) NODISCARD;
