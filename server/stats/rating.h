/** A rating on a short scale: its mean and the share in the best box (CSAT, CES).
 *
 * Answers are already turned so that high is good (counts_recoded()).
 * Units: the mean on its own scale; shares in percent; score_0_100 is POMP.
 */
#pragma once

#include "stats/counts.h"
#include "stats/mean.h"
#include "stats/proportion.h"

struct rating {
	struct mean mean;
	struct share box; /**< answers of at least `box_from` */
	double score_0_100;
};

struct rating rating_of(struct counts answers, struct scale scale, int32_t box_from, double level);
