/** A histogram as statistics read it: borrowed bins, ascending, never expanded.
 *
 * Lifetime: the bins are the caller's.
 * Layout: struct stats_bin is laid out as struct bin of survey/tally.h and may
 * alias it, so a tally's histogram is passed as
 * counts_over((const struct stats_bin *)h->bins, h->len) without a copy.
 * Promise: values strictly ascending, counts >= 0 (zeros are skipped).
 * Units: values in grid units; results divided by `per_unit` (sums.h).
 * Source: quantiles are Hyndman & Fan (1996) type 7, as SQL's percentile_cont.
 * Errors: none. An undefined answer is NAN.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stats/sums.h"

struct __attribute__((may_alias)) stats_bin {
	int32_t value;
	int64_t count;
};

struct counts {
	const struct stats_bin *bins;
	size_t len;
};

static inline struct counts counts_over(const struct stats_bin *bins, size_t len)
{
	return (struct counts){bins, len};
}

int64_t counts_total(struct counts c);
struct sums counts_sums(struct counts c);
int64_t counts_from(struct counts c, int32_t from); /**< answers of at least `from` */
int64_t counts_between(struct counts c, int32_t from, int32_t to); /**< both ends included */

/** Effort-worded answers turned round: value becomes lo + hi - value. Fills `to`, which
 * has room for from.len bins, and hands it back as counts. */
struct counts counts_recoded(struct counts from, int32_t lo, int32_t hi, struct stats_bin *to);

double counts_min(struct counts c, int32_t per_unit); /**< NAN without answers */
double counts_max(struct counts c, int32_t per_unit);

/** The quantile num/den, 0 <= num <= den, den <= 10^6; NAN without answers. */
double counts_quantile(struct counts c, int32_t num, int32_t den, int32_t per_unit);
/** Median of |x - median|, factor 1, exact on the doubled grid; NAN without answers. */
double counts_mad(struct counts c, int32_t per_unit);
/** Mean without floor(n * num / den) answers at each end; NAN without answers. The
 * median where nothing would be left. */
double counts_trimmed_mean(struct counts c, int32_t num, int32_t den, int32_t per_unit);
/** Gini's mean difference: mean |x - y| over pairs of answers; NAN when n < 2. */
double counts_gini(struct counts c, int32_t per_unit);
