#include "stats/standard.h"

#include <stdbool.h>

#include "stats/nps.h"
#include "stats/proportion.h"
#include "stats/special.h"

static struct standard undefined(int64_t n)
{
	return (struct standard){
		.n = n,
		.value = NAN,
		.n_effective = NAN,
		.se = NAN,
		.df = NAN,
		.ci = INTERVAL_NONE,
	};
}

/** Variance of the strata with two answers or more, weighed by degrees of freedom. */
static double pooled_variance(const struct mean_stratum *strata, size_t len, double *df)
{
	double sum = 0;
	*df = 0;
	for (size_t i = 0; i < len; i++) {
		if (strata[i].n < 2)
			continue;
		sum += (double)(strata[i].n - 1) * strata[i].variance;
		*df += (double)(strata[i].n - 1);
	}
	return *df > 0 ? sum / *df : NAN;
}

static void mean_interval(struct standard *r, const struct mean_stratum *strata, size_t len,
			  double total, struct scale scale, double level)
{
	double pooled_df, pooled = pooled_variance(strata, len, &pooled_df);
	double sum = 0, squares = 0;
	for (size_t i = 0; i < len; i++) {
		if (strata[i].n == 0)
			continue;
		bool alone = strata[i].n < 2;
		double w = strata[i].weight / total;
		double term = w * w * (alone ? pooled : strata[i].variance) / (double)strata[i].n;
		sum += term;
		squares += term * term / (alone ? pooled_df : (double)(strata[i].n - 1));
	}
	if (isnan(sum))
		return;
	r->se = sqrt(sum);
	if (sum == 0)
		return;
	r->df = sum * sum / squares;
	double half = special_t_two_sided(level, r->df) * r->se;
	r->ci = interval_clip((struct interval){r->value - half, r->value + half},
			      (double)scale.lo / scale.per_unit, (double)scale.hi / scale.per_unit);
}

struct standard standard_mean(const struct mean_stratum *strata, size_t len, struct scale scale,
			      double level)
{
	double total = 0, value = 0, inverse = 0;
	struct standard r = undefined(0);
	for (size_t i = 0; i < len; i++) {
		r.n += strata[i].n;
		total += strata[i].n > 0 ? strata[i].weight : 0;
	}
	if (!(total > 0))
		return r;
	for (size_t i = 0; i < len; i++) {
		if (strata[i].n == 0)
			continue;
		double w = strata[i].weight / total;
		value += w * strata[i].mean;
		inverse += w * w / (double)strata[i].n;
	}
	r.value = value;
	r.n_effective = 1 / inverse;
	mean_interval(&r, strata, len, total, scale, level);
	return r;
}

/** Weighted shares of the box and of the detractors. */
struct weighted {
	struct standard r;
	double count, detractors;
	bool defined;
};

static struct weighted weigh(const struct count_stratum *strata, size_t len)
{
	struct weighted s = {.r = undefined(0)};
	double total = 0, inverse = 0;
	for (size_t i = 0; i < len; i++) {
		s.r.n += strata[i].n;
		total += strata[i].n > 0 ? strata[i].weight : 0;
	}
	s.defined = total > 0;
	for (size_t i = 0; s.defined && i < len; i++) {
		if (strata[i].n == 0)
			continue;
		double w = strata[i].weight / total, n = (double)strata[i].n;
		s.count += w * (double)strata[i].count / n;
		s.detractors += w * (double)strata[i].detractors / n;
		inverse += w * w / n;
	}
	if (s.defined)
		s.r.n_effective = 1 / inverse;
	return s;
}

struct standard standard_share(const struct count_stratum *strata, size_t len, double level)
{
	struct weighted s = weigh(strata, len);
	if (!s.defined)
		return s.r;
	double n = s.r.n_effective;
	s.r.value = 100 * s.count;
	s.r.ci = interval_times(proportion_wilson(s.count * n, n, level), 100);
	return s.r;
}

struct standard standard_nps(const struct count_stratum *strata, size_t len, double level)
{
	struct weighted s = weigh(strata, len);
	if (!s.defined)
		return s.r;
	double n = s.r.n_effective;
	s.r.value = 100 * (s.count - s.detractors);
	s.r.ci = nps_adjusted_wald(s.count * n, s.detractors * n, n, level).ci;
	return s.r;
}
