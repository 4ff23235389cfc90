#include "stats/proportion.h"

#include "stats/special.h"

struct interval proportion_wilson(double x, double n, double level)
{
	if (!(n > 0))
		return INTERVAL_NONE;
	double z = special_normal_two_sided(level), p = x / n;
	double stretch = 1 + z * z / n;
	double centre = (p + z * z / (2 * n)) / stretch;
	double half = z / stretch * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	return (struct interval){
		.lower = x == 0 ? 0 : fmax(0, centre - half),
		.upper = x == n ? 1 : fmin(1, centre + half),
	};
}

struct interval proportion_jeffreys(int64_t x, int64_t n, double level)
{
	if (n <= 0)
		return INTERVAL_NONE;
	double tail = (1 - level) / 2, yes = (double)x + 0.5, no = (double)(n - x) + 0.5;
	return (struct interval){
		.lower = x == 0 ? 0 : special_beta_quantile(tail, yes, no),
		.upper = x == n ? 1 : special_beta_quantile(1 - tail, yes, no),
	};
}

struct interval proportion_clopper_pearson(int64_t x, int64_t n, double level)
{
	if (n <= 0)
		return INTERVAL_NONE;
	double tail = (1 - level) / 2, yes = (double)x, no = (double)(n - x);
	return (struct interval){
		.lower = x == 0 ? 0 : special_beta_quantile(tail, yes, no + 1),
		.upper = x == n ? 1 : special_beta_quantile(1 - tail, yes + 1, no),
	};
}

struct share share_of(int64_t count, int64_t n, double level)
{
	return (struct share){
		.count = count,
		.n = n,
		.percent = n > 0 ? 100.0 * (double)count / (double)n : NAN,
		.ci = interval_times(proportion_wilson((double)count, (double)n, level), 100),
	};
}
