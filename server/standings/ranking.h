/** The companies that are ranked: their ranks, how sure those are, and their chances.
 *
 * One family: every ranked company of the board with at least two answers of the
 * metric, in byte order of codes; pairwise tests at 1 - level familywise.
 * Limits: BOARD_..._LIMIT in board.h; above them the figures are undefined.
 */
#pragma once

#include "standings/metric.h"
#include "stats/components.h"
#include "stats/pairs.h"
#include "stats/ranks.h"

struct ranked {
	size_t rank;
	struct rank_interval interval; /**< this and the next: where the ranking has pairs */
	bool tied_with_best;
	const char *letters;		      /**< NULL over the limit */
	double expected_rank, p_best, p_top3; /**< NAN where undefined */
};

struct ranking {
	size_t len;
	struct ranked *of;	  /**< in the order of the companies given */
	const struct pair *pairs; /**< pairs_index(); NULL over the limit */
	double *p_values;	  /**< of every pair where asked for and within the limit */
	size_t tied_with_best;	  /**< how many */
};

struct ranking_input {
	const struct sums *sums; /**< each with two answers or more */
	const struct shrunken *shrunk;
	size_t len;
	int32_t per_unit;
	double level;
	bool p_values;
};

enum status ranking_make(const struct ranking_input *in, struct arena *arena,
			 struct ranking *ranking) NODISCARD;
