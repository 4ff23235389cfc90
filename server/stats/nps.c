#include "stats/nps.h"

#include <stdbool.h>

#include "stats/special.h"

struct nps nps_of_counts(struct counts answers, double level)
{
	int64_t promoters = counts_from(answers, NPS_PROMOTER_FROM);
	int64_t passives = counts_between(answers, NPS_PASSIVE_FROM, NPS_PROMOTER_FROM - 1);
	return nps_of(promoters, passives, counts_total(answers) - promoters - passives, level);
}

/** Exact up to the last division: n (P + D) - (P - D)^2 over n^2. */
static double variance_of(int64_t promoters, int64_t detractors, int64_t n)
{
	__int128 net = promoters - detractors;
	__int128 spread = (__int128)n * (promoters + detractors) - net * net;
	return (double)spread / (double)((__int128)n * n);
}

struct nps nps_of(int64_t promoters, int64_t passives, int64_t detractors, double level)
{
	int64_t n = promoters + passives + detractors;
	struct nps r = {
		.n = n,
		.promoters = promoters,
		.passives = passives,
		.detractors = detractors,
		.promoters_percent = NAN,
		.passives_percent = NAN,
		.detractors_percent = NAN,
		.nps = NAN,
		.variance = NAN,
		.sd = NAN,
		.se = NAN,
		.ci = INTERVAL_NONE,
	};
	if (n == 0)
		return r;
	r.promoters_percent = 100.0 * (double)promoters / (double)n;
	r.passives_percent = 100.0 * (double)passives / (double)n;
	r.detractors_percent = 100.0 * (double)detractors / (double)n;
	r.nps = 100.0 * (double)(promoters - detractors) / (double)n;
	r.variance = variance_of(promoters, detractors, n);
	r.sd = 100 * sqrt(r.variance);
	r.se = r.sd / sqrt((double)n);
	if (n < 2)
		return r;
	r.ci = nps_adjusted_wald((double)promoters, (double)detractors, (double)n, level).ci;
	r.method = CI_ADJUSTED_WALD;
	return r;
}

struct adjusted_wald nps_adjusted_wald(double promoters, double detractors, double n, double level)
{
	double z = special_normal_two_sided(level), all = n + 3;
	double p = (promoters + 0.75) / all, d = (detractors + 0.75) / all;
	double centre = p - d, se = sqrt((p + d - centre * centre) / all);
	struct interval ci = {centre - z * se, centre + z * se};
	return (struct adjusted_wald){
		.centre = 100 * centre,
		.se = 100 * se,
		.ci = interval_times(interval_clip(ci, -1, 1), 100),
	};
}

struct interval nps_wald(int64_t promoters, int64_t detractors, int64_t n, double level)
{
	if (n <= 0)
		return INTERVAL_NONE;
	double centre = (double)(promoters - detractors) / (double)n;
	double se = sqrt(variance_of(promoters, detractors, n) / (double)n);
	double half = special_normal_two_sided(level) * se;
	return (struct interval){100 * (centre - half), 100 * (centre + half)};
}

struct tango {
	double promoters, detractors, n;
};

/** Tango's statistic at `net`; it falls as `net` grows. */
static double tango_score(const struct tango *t, double net)
{
	double b = -t->promoters - t->detractors + (2 * t->n - t->promoters + t->detractors) * net;
	double c = -t->detractors * net * (1 - net);
	double q = (sqrt(fmax(b * b - 8 * t->n * c, 0)) - b) / (4 * t->n);
	double variance = t->n * (2 * q + net * (1 - net));
	double numerator = t->promoters - t->detractors - t->n * net;
	if (variance > 0)
		return numerator / sqrt(variance);
	return numerator == 0 ? 0 : copysign(INFINITY, numerator);
}

/** Where the falling score passes `limit` between a and b. */
static double tango_cross(const struct tango *t, double limit, bool at_limit, double a, double b)
{
	for (int turn = 0; turn < 200; turn++) {
		double middle = (a + b) / 2;
		if (middle == a || middle == b)
			break;
		double score = tango_score(t, middle);
		if (score > limit || (at_limit && score == limit))
			a = middle;
		else
			b = middle;
	}
	return (a + b) / 2;
}

struct interval nps_score_interval(int64_t promoters, int64_t detractors, int64_t n, double level)
{
	if (n <= 0)
		return INTERVAL_NONE;
	struct tango t = {(double)promoters, (double)detractors, (double)n};
	double z = special_normal_two_sided(level), net = (t.promoters - t.detractors) / t.n;
	return (struct interval){
		.lower = detractors == n ? -100 : 100 * tango_cross(&t, z, false, -1, net),
		.upper = promoters == n ? 100 : 100 * tango_cross(&t, -z, true, net, 1),
	};
}
