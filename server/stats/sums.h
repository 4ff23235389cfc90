/** How many answers, their sum and the sum of their squares, as whole numbers.
 *
 * Promise: adding, merging and taking back are exact, so the order of arrival
 * cannot matter; means are compared without rounding; only the last division
 * is floating point.
 * Units: sums in grid units: hundredths for scores, whole answers for NPS, CSAT
 * and CES; `per_unit` (100, 1) turns them into what is published.
 * Errors: none. An undefined answer is NAN.
 * Limits: |value| < 2^31 and n < 2^47 keep n * s2 inside 128 bits; n * s2 beyond
 * that is a bug of the caller.
 */
#pragma once

#include <stdint.h>

struct sums {
	int64_t n;
	__int128 s1;
	__int128 s2;
};

/** The answer scale in grid units: 0, 10000, 100 for scores; 1, 7, 1 for CES. */
struct scale {
	int32_t lo, hi;
	int32_t per_unit;
};

#define SCALE_SCORE                                                                                \
	((struct scale){.lo = 0, .hi = 10000, .per_unit = 100}) /**< hundredths of 0..100 */

void sums_add(struct sums *into, int32_t value, int64_t count); /**< count may be negative */
void sums_merge(struct sums *into, const struct sums *from);

/** The same answers and `count` further ones of value 0: contacts nobody answered. */
struct sums sums_with_zeros(struct sums s, int64_t count);
/** NPS answers as -100, 0, +100 and a share as 0, 100, each with per_unit 1, so that
 * their boards use the code of means. */
struct sums sums_of_nps(int64_t promoters, int64_t passives, int64_t detractors);
struct sums sums_of_share(int64_t count, int64_t n);

/** n * s2 - s1^2, never negative; 0 exactly where all answers are equal. */
__int128 sums_spread(const struct sums *s);
double sums_mean(const struct sums *s, int32_t per_unit);     /**< NAN when n is 0 */
double sums_variance(const struct sums *s, int32_t per_unit); /**< divisor n - 1; NAN when n < 2 */
/** Sum of squared deviations from the mean; NAN when n is 0. */
double sums_squares_within(const struct sums *s, int32_t per_unit);

/** Below 0 where the mean of `a` is below that of `b`, 0 where they are the same
 * number; exact. Both need an answer. */
int sums_compare_means(const struct sums *a, const struct sums *b);
