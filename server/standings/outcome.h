/** How a company fares with an award: won, not won, or why it was not asked.
 *
 * Order: a company gets the first that holds. Up to NO_FIGURE it has no figure in that wave.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define OUTCOMES(X)                                                                                \
	X(NOT_IN_WAVE, "not_in_wave", "the wave does not have it")                                 \
	X(SUPPRESSED, "suppressed", "too few contacts to be published")                            \
	X(BELOW_BASE, "below_minimum_base", "too few contacts for a rank")                         \
	X(NO_FIGURE, "no_answers", "no answers of the metric; for a rank, fewer than two")         \
	X(NOT_ELIGIBLE, "not_eligible", "a prerequisite of the award is not fulfilled")            \
	X(NOT_WON, "not_won", "has a figure, and did not win")                                     \
	X(WON, "won", "has won")

enum outcome_state {
#define X(name, word, words) OUTCOME_##name,
	OUTCOMES(X)
#undef X
		OUTCOME_COUNT
};

struct outcome {
	uint8_t state;	 /**< enum outcome_state */
	uint16_t joint;	 /**< WON: how many of the group share this very win, 1 = alone */
	uint16_t number; /**< RANK: the rank; RUNNING, TIMES: the wins counted; else 0 */
};

static inline bool outcome_has_figure(struct outcome o)
{
	return o.state >= OUTCOME_NOT_ELIGIBLE;
}

const char *outcome_word(enum outcome_state state);
