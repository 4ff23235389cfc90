/** Ranks, how sure they are, and who cannot be told from the best.
 *
 * Rank 1 is the highest mean; equal means share the better rank ("1224").
 * Source: rank intervals from pairwise tests: Mogstad, Romano, Shaikh & Wilhelm,
 *   Review of Economic Studies (2024); marginal ones with Holm (1979).
 * Promise: all simultaneous intervals of a board hold together with 1 - alpha.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stats/pairs.h"
#include "stats/sums.h"

struct rank_interval {
	size_t lower, upper; /**< 1 .. k */
};

/** Exact, in integers. Every company needs an answer. Fills rank[0 .. k - 1]. */
void ranks_of_sums(const struct sums *companies, size_t k, size_t *rank);
/** From published figures: means within 1e-9 (relative above 1) are equal. */
void ranks_of_means(const double *means, size_t k, size_t *rank);
/** Fills order with the companies best first; equal ranks keep the order given. */
void ranks_order(const size_t *rank, size_t k, size_t *order);

/** 1 + significantly better ones .. k - significantly worse ones. */
void ranks_simultaneous(const struct pair *pairs, size_t k, struct rank_interval *intervals);
/** What one company asking about itself alone may claim: Holm over its 2 (k - 1) one-sided
 * Welch tests. */
struct rank_interval ranks_marginal(const struct group *groups, size_t k, size_t one, double alpha);

/** Not significantly different from a company of rank 1. */
void ranks_tied_with_best(const struct pair *pairs, const size_t *rank, size_t k, bool *tied);
