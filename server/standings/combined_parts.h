/** A company's part in each wave of a combined figure, exact.
 *
 * Rule: the figure is there where the company is ranked by its base in every wave named, and
 *   has two scores or more in each, as a rank on a board needs.
 */
#pragma once

#include "standings/exact_mean.h"
#include "standings/outcome.h"
#include "standings/wave_summary.h"
#include "stats/standard.h"

struct combined_parts {
	enum outcome_state state; /**< OUTCOME_NOT_WON: the figure is there; else why not */
	size_t len;
	struct sums sums[COMBINED_WAVES_LIMIT]; /**< of the score, in the order of the waves */
	struct exact_term terms[COMBINED_WAVES_LIMIT];
	int64_t n, n_least; /**< scored contacts together; of the smallest part */
};

struct combined_parts combined_parts_of(const struct programme *p, int combined,
					const struct wave_summary *const *summaries, int company);

/** Weighted mean, standard error and t interval with Satterthwaite degrees of freedom; all
 * NAN where the figure is not there. Nothing is decided by it. */
struct standard combined_standard(const struct combined_parts *parts, double level);
