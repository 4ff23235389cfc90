/** Chances of ranks and thresholds from independent normal posteriors (shrunken scores).
 *
 * Source: expected rank Laird & Louis (1989); Lin, Louis, Paddock & Ridgeway, Bayesian
 *   Analysis 1 (2006). P(rank = r) is one integral over the company's own posterior with
 *   a Poisson-binomial inside; trapezoid rule on [-9, 9], halved until it stands still
 *   at 1e-11 (for such integrands its error falls exponentially). No random numbers.
 * Errors: none. Undefined is NAN: where a mean or sd is NAN, or two companies with the
 *   same mean have no sd.
 */
#pragma once

#include <stddef.h>

#include "stats/interval.h"

/** Fills expected[0 .. k - 1]. */
void posterior_expected_ranks(const double *mean, const double *sd, size_t k, double *expected);

/** Chances of the ranks 1 .. top, 1 <= top <= k: fills chance[i * top + r - 1].
 * P(best) is top = 1; P(top 3) the sum of top = 3. Work grows with k^2 * top. */
void posterior_rank_chances(const double *mean, const double *sd, size_t k, size_t top,
			    double *chance);

double posterior_at_least(double mean, double sd, double threshold);

enum verdict { VERDICT_UNDETERMINED, VERDICT_AT_OR_ABOVE, VERDICT_BELOW };

/** From the interval of the observed score; undetermined without one. */
enum verdict posterior_verdict(struct interval ci, double threshold);
const char *verdict_name(enum verdict verdict); /**< "undetermined", "at_or_above", "below" */
