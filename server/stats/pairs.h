/** Every company against every other: Games-Howell, familywise.
 *
 * Source: Games & Howell (1976): Welch's t against the studentized range of all
 *   companies compared. Both variances 0: p is 1 for equal means, else 0.
 * Promise: `significant` is p < alpha of the studentized range itself; its monotony
 *   in |t| and df spares nearly all evaluations, nothing is decided by a quantile.
 * Units: published units. alpha as a share (0.05).
 * Errors: none. Undefined is NAN: t and df without variance; p_value where df < 2 (a
 *   company of two answers), where a company has one answer; such pairs are not significant.
 * Limits: k (k - 1) / 2 pairs; 276 companies are 37,950.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/sums.h"

struct group {
	int64_t n;
	double mean, variance; /**< variance NAN when n < 2 */
};

/** Mean and variance from exact sums; the variance is exactly 0 where answers are equal. */
struct group group_of(const struct sums *s, int32_t per_unit);

struct pair {
	double difference; /**< first minus second */
	double se, t, df;
	double verdict_p; /**< where the verdict had to evaluate it, else NAN: pair_p_value() */
	bool significant;
};

size_t pairs_count(size_t k);
/** Where the pair (i, j) lies, i < j < k: (0,1), (0,2) ... (1,2) ... */
size_t pairs_index(size_t k, size_t i, size_t j);

/** Fills pairs[0 .. pairs_count(k) - 1]. */
void pairs_compare(const struct group *groups, size_t k, double alpha, struct pair *pairs);

/** The familywise p of one pair among k companies; about 0.1 ms. */
double pair_p_value(const struct pair *pair, size_t k);
