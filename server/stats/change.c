#include "stats/change.h"

#include "stats/nps.h"
#include "stats/special.h"

static struct change undefined(double change)
{
	return (struct change){
		.change = change,
		.adjusted = change,
		.se = NAN,
		.statistic = NAN,
		.df = NAN,
		.p_value = NAN,
		.ci = INTERVAL_NONE,
	};
}

struct change change_level(struct estimate first, struct estimate second, double level)
{
	double a = first.se * first.se, b = second.se * second.se, sum = a + b;
	struct change r = undefined(second.value - first.value);
	if (isnan(sum))
		return r;
	r.se = sqrt(sum);
	if (sum == 0) {
		r.p_value = r.change == 0 ? 1 : 0;
		return r;
	}
	/* an estimate without error has no degrees of freedom and adds none */
	double denominator = (a > 0 ? a * a / first.df : 0) + (b > 0 ? b * b / second.df : 0);
	r.df = sum * sum / denominator;
	r.statistic = r.change / r.se;
	r.p_value = 2 * special_t_below(-fabs(r.statistic), r.df);
	double half = special_t_two_sided(level, r.df) * r.se;
	r.ci = (struct interval){r.change - half, r.change + half};
	return r;
}

static struct estimate estimate_of(const struct group *g)
{
	if (g->n < 2)
		return (struct estimate){g->mean, NAN, NAN};
	double n = (double)g->n;
	return (struct estimate){g->mean, sqrt(g->variance / n), n - 1};
}

struct change change_mean(const struct group *first, const struct group *second, double level)
{
	return change_level(estimate_of(first), estimate_of(second), level);
}

/** A normal difference on the published scale, clipped to +-limit. */
static struct change of_normal(double change, double adjusted, double se, double limit,
			       double level)
{
	double half = special_normal_two_sided(level) * se;
	struct interval ci = {adjusted - half, adjusted + half};
	struct change r = undefined(change);
	r.adjusted = adjusted;
	r.se = se;
	r.statistic = adjusted / se;
	r.p_value = 2 * special_normal_below(-fabs(r.statistic));
	r.ci = interval_clip(ci, -limit, limit);
	return r;
}

static double nps_figure(struct nps_counts c)
{
	return (double)(c.promoters - c.detractors) / (double)c.n;
}

static struct adjusted_wald adjusted_nps(struct nps_counts c, double level)
{
	return nps_adjusted_wald((double)c.promoters, (double)c.detractors, (double)c.n, level);
}

struct change change_nps(struct nps_counts first, struct nps_counts second, double level)
{
	if (first.n <= 0 || second.n <= 0)
		return undefined(NAN);
	struct adjusted_wald a = adjusted_nps(first, level), b = adjusted_nps(second, level);
	double change = 100 * (nps_figure(second) - nps_figure(first));
	return of_normal(change, b.centre - a.centre, hypot(a.se, b.se), 200, level);
}

struct change change_share(int64_t count1, int64_t n1, int64_t count2, int64_t n2, double level)
{
	if (n1 <= 0 || n2 <= 0)
		return undefined(NAN);
	double size1 = (double)n1 + 2, size2 = (double)n2 + 2;
	double p1 = ((double)count1 + 1) / size1, p2 = ((double)count2 + 1) / size2;
	double se = sqrt(p1 * (1 - p1) / size1 + p2 * (1 - p2) / size2);
	double change = (double)count2 / (double)n2 - (double)count1 / (double)n1;
	return of_normal(100 * change, 100 * (p2 - p1), 100 * se, 100, level);
}
