/** Quantiles and tails of the normal, t, F, beta and studentized range distributions.
 *
 * Rmath behind guards: Rmath itself prints to stdout what it is not given right,
 * so every argument is looked at first and NAN answered for what is outside.
 * Promise: no state; safe in any thread.
 * Source: R 4.2 nmath. The studentized range is good to 4e-8 (19 means); its
 * quantile only to four decimals, so nothing here decides by it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

double special_normal_quantile(double p); /**< 0 < p < 1 */
double special_normal_below(double x);	  /**< P(Z < x) */
double special_normal_density(double x);
double special_t_quantile(double p, double df); /**< 0 < p < 1, df > 0 */
double special_t_below(double t, double df);	/**< P(T < t) */
double special_f_quantile(double p, double df1, double df2);
double special_f_above(double f, double df1, double df2); /**< P(F > f) */
double special_beta_quantile(double p, double a, double b);
double special_beta_below(double x, double a, double b); /**< P(B < x); 1 where a is 0 */
/** P(K >= k) of n draws whose chance is itself a beta. Takes n - k steps. */
double special_beta_binomial_from(int64_t k, int64_t n, double a, double b);
/** P(Q > q) of the studentized range of `means` means; NAN where df < 2 or means < 2.
 * df may be INFINITY. */
double special_range_above(double q, size_t means, double df);

/** The two-sided normal quantile of a confidence level: 1.96 for 0.95. */
double special_normal_two_sided(double level);
double special_t_two_sided(double level, double df);
