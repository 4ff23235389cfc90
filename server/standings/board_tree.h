/** What a finished board is made of; for the files that write it out.
 *
 * Lifetime: as struct board. The roster's cells belong to the tally and must not be
 * read any more.
 */
#pragma once

#include "standings/board.h"
#include "standings/channel_counts.h"
#include "standings/figures.h"
#include "standings/level.h"
#include "standings/ranking.h"
#include "standings/severity_model.h"
#include "standings/shrinkage.h"
#include "standings/standardise.h"
#include "stats/posterior.h"

/** One company on the board. Suppressed: only company and base are filled. */
struct standing {
	const struct roster_company *company;
	size_t place; /**< in the roster */
	struct roster_base base;
	struct figures figures;
	struct sums sums; /**< of the board's metric */
	bool is_ranked;
	struct ranked ranked; /**< where is_ranked */
	struct shrunken shrunken;
	struct standardised standardised; /**< boards of all channels */
	struct severity_company severity; /**< boards of all channels */
	struct channel_counts
		*channels; /**< of all channels, where counts are asked for; or NULL */
	double p_at_least; /**< NAN without a threshold */
	enum verdict verdict;
};

struct board {
	struct board_source source;
	struct board_query query;
	struct roster roster;
	struct metric metric;
	struct level level;
	struct components components;
	const struct severity_model *severity;
	struct standing *standings; /**< in the order shown */
	size_t len;
	struct ranking ranking;
	const size_t *ranked_companies; /**< company index by the ranking's order */
};

static inline bool standing_is_shown(const struct standing *s)
{
	return s->base.status != BASE_SUPPRESSED;
}
