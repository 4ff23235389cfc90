#include "stats/mean.h"

#include "stats/special.h"

/** All answers are `mean`: how much of the scale its share leaves open. */
static struct interval bound_of_equals(int64_t n, double mean, double lo, double hi, double level)
{
	double least = pow((1 - level) / 2, 1 / (double)n);
	return (struct interval){
		.lower = least * mean + (1 - least) * lo,
		.upper = least * mean + (1 - least) * hi,
	};
}

struct mean mean_of(const struct sums *s, struct scale scale, double level)
{
	struct mean m = {
		.n = s->n,
		.mean = sums_mean(s, scale.per_unit),
		.variance = sums_variance(s, scale.per_unit),
		.sd = NAN,
		.se = NAN,
		.ci = INTERVAL_NONE,
	};
	if (s->n < 2)
		return m;
	double lo = (double)scale.lo / scale.per_unit, hi = (double)scale.hi / scale.per_unit;
	m.sd = sqrt(m.variance);
	m.se = m.sd / sqrt((double)s->n);
	if (sums_spread(s) == 0) {
		m.ci = bound_of_equals(s->n, m.mean, lo, hi, level);
		m.method = CI_ZERO_VARIANCE_BOUND;
		return m;
	}
	double half = special_t_two_sided(level, (double)(s->n - 1)) * m.se;
	m.ci = interval_clip((struct interval){m.mean - half, m.mean + half}, lo, hi);
	m.method = CI_T;
	return m;
}

double mean_percent_of_scale(double mean, struct scale scale)
{
	return 100 * (mean * scale.per_unit - scale.lo) / ((double)scale.hi - scale.lo);
}
