#include "stats/spread.h"

double spread_relative_variance(const struct sums *s, struct scale scale)
{
	if (s->n == 0)
		return NAN;
	double width = (double)scale.hi - scale.lo;
	return 4 * (double)sums_spread(s) / ((double)((__int128)s->n * s->n) * width * width);
}

/** The sums of the most spread answers with this n and this sum: as many as fit at hi,
 * one at what is left over, the rest at lo. Counted from lo. */
static struct sums most_spread(const struct sums *s, struct scale scale)
{
	__int128 above = s->s1 - (__int128)s->n * scale.lo;
	__int128 width = (__int128)scale.hi - scale.lo, left = above % width;
	return (struct sums){
		.n = s->n,
		.s1 = above,
		.s2 = above / width * width * width + left * left,
	};
}

double spread_relative_sd(const struct sums *s, struct scale scale)
{
	if (s->n < 2)
		return NAN;
	struct sums most = most_spread(s, scale);
	__int128 possible = sums_spread(&most);
	return possible > 0 ? sqrt((double)sums_spread(s) / (double)possible) : NAN;
}

struct spread spread_of(struct counts answers, struct scale scale, double level)
{
	struct sums s = counts_sums(answers);
	int32_t unit = scale.per_unit;
	struct spread r = {
		.mean = mean_of(&s, scale, level),
		.min = counts_min(answers, unit),
		.max = counts_max(answers, unit),
		.p25 = counts_quantile(answers, 1, 4, unit),
		.median = counts_quantile(answers, 1, 2, unit),
		.p75 = counts_quantile(answers, 3, 4, unit),
		.mad = counts_mad(answers, unit),
		.trimmed_mean = counts_trimmed_mean(answers, 1, 10, unit),
		.cv_percent = NAN,
		.gini_mean_difference = counts_gini(answers, unit),
		.relative_variance = spread_relative_variance(&s, scale),
		.relative_sd = spread_relative_sd(&s, scale),
	};
	r.range = r.max - r.min;
	r.iqr = r.p75 - r.p25;
	if (scale.lo == 0 && r.mean.mean > 0)
		r.cv_percent = 100 * r.mean.sd / r.mean.mean;
	return r;
}
