#include "stats/special.h"

#include <Rmath.h>
#include <math.h>
#include <stdbool.h>

static bool inside(double p)
{
	return p > 0 && p < 1;
}

/** Degrees of freedom and shapes: above 0, not NAN; INFINITY is a fine df. */
static bool positive(double x)
{
	return x > 0;
}

double special_normal_quantile(double p)
{
	return inside(p) ? qnorm5(p, 0, 1, 1, 0) : NAN;
}

double special_normal_below(double x)
{
	return isnan(x) ? NAN : pnorm5(x, 0, 1, 1, 0);
}

double special_normal_density(double x)
{
	return isnan(x) ? NAN : dnorm4(x, 0, 1, 0);
}

double special_t_quantile(double p, double df)
{
	return inside(p) && positive(df) ? qt(p, df, 1, 0) : NAN;
}

double special_t_below(double t, double df)
{
	return !isnan(t) && positive(df) ? pt(t, df, 1, 0) : NAN;
}

double special_f_quantile(double p, double df1, double df2)
{
	return inside(p) && positive(df1) && positive(df2) ? qf(p, df1, df2, 1, 0) : NAN;
}

double special_f_above(double f, double df1, double df2)
{
	return !isnan(f) && positive(df1) && positive(df2) ? pf(f, df1, df2, 0, 0) : NAN;
}

double special_beta_quantile(double p, double a, double b)
{
	bool given = inside(p) && positive(a) && positive(b) && isfinite(a) && isfinite(b);
	return given ? qbeta(p, a, b, 1, 0) : NAN;
}

double special_beta_below(double x, double a, double b)
{
	if (isnan(x) || !positive(b) || !(a >= 0))
		return NAN;
	return a > 0 ? pbeta(x, a, b, 1, 0) : 1;
}

double special_beta_binomial_from(int64_t k, int64_t n, double a, double b)
{
	int64_t from = k < 0 ? 0 : k;
	double sum = 0, of = (double)n, first = (double)from;
	if (!positive(a) || !positive(b) || k > n)
		return NAN;
	double term = exp(lchoose(of, first) + lbeta(first + a, of - first + b) - lbeta(a, b));
	for (int64_t i = from; i <= n; i++) {
		double at = (double)i;
		sum += term;
		term *= (of - at) / (at + 1) * (at + a) / (of - at - 1 + b);
	}
	return fmin(sum, 1);
}

double special_range_above(double q, size_t means, double df)
{
	if (isnan(q) || means < 2 || !(df >= 2))
		return NAN;
	return ptukey(q, 1, (double)means, df, 0, 0);
}

double special_normal_two_sided(double level)
{
	return special_normal_quantile(1 - (1 - level) / 2);
}

double special_t_two_sided(double level, double df)
{
	return special_t_quantile(1 - (1 - level) / 2, df);
}
