/** A mean, its standard deviation and its interval.
 *
 * The interval is Student's, clipped to the scale. Where all n >= 2 answers are the
 * same v it would be a point; then P(X = v) is bounded below by L = (alpha/2)^(1/n)
 * (Clopper-Pearson) and the rest put at the ends of the scale.
 * Units: as published (grid units / per_unit).
 * Errors: none. No answer: all NAN. One: mean alone, method none.
 */
#pragma once

#include <stdint.h>

#include "stats/interval.h"
#include "stats/sums.h"

struct mean {
	int64_t n;
	double mean, variance, sd, se;
	struct interval ci;
	enum ci_method method;
};

struct mean mean_of(const struct sums *s, struct scale scale, double level);

/** POMP: 100 * (mean - lo) / (hi - lo); NAN where the mean is. */
double mean_percent_of_scale(double mean, struct scale scale);
