/** A share of answers in a box, and its interval.
 *
 * Units: shares 0..1 in the intervals of the functions, percent in struct share.
 * Source: Wilson (1927), without continuity correction; Brown, Cai & DasGupta,
 *   Statistical Science 16 (2001). Jeffreys and Clopper-Pearson are alternatives.
 * Errors: none. n <= 0 gives NAN. n may be an effective, fractional size for Wilson.
 */
#pragma once

#include <stdint.h>

#include "stats/interval.h"

struct share {
	int64_t count, n;
	double percent;
	struct interval ci; /**< percent */
};

struct share share_of(int64_t count, int64_t n, double level);

struct interval proportion_wilson(double x, double n, double level);
struct interval proportion_jeffreys(int64_t x, int64_t n, double level);
struct interval proportion_clopper_pearson(int64_t x, int64_t n, double level);
