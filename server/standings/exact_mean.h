/** Weighted means of means, compared without rounding.
 *
 * A list of terms is the number sum(weight * sum / n) / sum(weight): a company's mean in
 * several waves, or the mean of many companies. It is held as a fraction of whole numbers
 * of any size, because twenty companies with twenty bases have no small common denominator.
 * Units: the caller's; every mean is at least 0 (shift a scale that begins below 0).
 * Cost: grows with the square of the terms; 300 terms take well under a millisecond.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct exact_term {
	uint64_t weight, n; /**< > 0 */
	uint64_t sum;
};

/** Below 0 where a is less than b, 0 where they are the same number. Each has a term. */
int exact_mean_compare(const struct exact_term *a, size_t a_len, const struct exact_term *b,
		       size_t b_len);
/** The same against the number line / per_one, per_one > 0. */
int exact_mean_against(const struct exact_term *terms, size_t len, __int128 line, uint64_t per_one);
