/** Every figure of one group of contacts, from its counts.
 *
 * Units, undefined figures: as stats/ has them.
 * Source: docs/statistics.md.
 */
#pragma once

#include "standings/answers.h"
#include "stats/nps.h"
#include "stats/rating.h"
#include "stats/spread.h"
#include "stats/two_part.h"

/** A short-scale rating with how far the answers agree. */
struct rating_figures {
	struct rating rating;
	double consensus, agreement_a, relative_variance;
};

struct figures {
	int64_t n, answered; /**< contacts */
	struct share no_answer;
	struct mean answered_mean;
	struct spread score;
	struct interval score_ci; /**< two-part where unanswered contacts score 0, else t */
	enum ci_method score_method;
	struct nps nps;
	double nps_mean, nps_consensus; /**< of the answers 0..10 */
	struct rating_figures csat, ces;
	struct spread area; /**< all NAN where no area was asked for */
	struct answers answers;
};

/** `a` must have been gathered with ANSWERS_ALL. */
struct figures figures_of(const struct roster *r, const struct answers *a);

/** `q` may be NULL: all NAN. */
struct rating_figures figures_of_rating(struct counts c, const struct question *q, double level);

/** The interval of the figure that the metric ranks by. */
struct interval figures_metric_ci(const struct figures *f, enum board_metric metric);
