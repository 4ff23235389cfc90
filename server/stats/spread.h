/** How far answers lie apart.
 *
 * Units: as published (grid units / per_unit).
 * Source: docs/statistics.md; relative_sd Mestdagh et al., Psychological Methods 23
 *   (2018): the SD over the largest possible with this n and this mean.
 * Errors: none. Undefined is NAN: everything without answers; variance, cv, gini and
 *   relative_sd with one; cv where the scale does not start at 0 or the mean is 0;
 *   relative_sd where the mean is at an end of the scale.
 */
#pragma once

#include "stats/counts.h"
#include "stats/mean.h"

struct spread {
	struct mean mean; /**< with n, variance, sd, se and interval */
	double min, max, range;
	double p25, median, p75, iqr, mad;
	double trimmed_mean; /**< floor(n / 10) answers dropped at each end */
	double cv_percent;
	double gini_mean_difference;
	double relative_variance, relative_sd;
};

struct spread spread_of(struct counts answers, struct scale scale, double level);

double spread_relative_variance(const struct sums *s, struct scale scale);
double spread_relative_sd(const struct sums *s, struct scale scale);
