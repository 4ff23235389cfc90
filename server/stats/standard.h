/** Figures standardised to a fixed mix: strata with weights, rescaled to those present.
 *
 * Channels of a company with the programme's weights; companies of a sector with
 * weight 1 each for NPS and shares.
 * Source: direct standardisation; Satterthwaite degrees of freedom; for shares and NPS
 *   the effective size 1 / sum(w^2 / n) in Wilson and adjusted Wald.
 * Units: means as published, shares in percent, NPS -100..100.
 * Errors: none. Undefined is NAN: all without strata that have answers and weight; se
 *   and interval where no stratum has two answers; interval where se is 0. A stratum
 *   with one answer borrows the pooled variance.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"
#include "stats/sums.h"

/** Strata with n = 0 are left out. */
struct mean_stratum {
	double weight;
	int64_t n;
	double mean, variance; /**< variance is read where n >= 2 */
};

struct count_stratum {
	double weight;
	int64_t n;
	int64_t count;	    /**< answers in the box; promoters for NPS */
	int64_t detractors; /**< NPS only */
};

struct standard {
	int64_t n;
	double value; /**< mean, percent or NPS */
	double n_effective;
	double se, df; /**< of means only */
	struct interval ci;
};

struct standard standard_mean(const struct mean_stratum *strata, size_t len, struct scale scale,
			      double level);
struct standard standard_share(const struct count_stratum *strata, size_t len, double level);
struct standard standard_nps(const struct count_stratum *strata, size_t len, double level);
