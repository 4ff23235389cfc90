#include "stats/sector.h"

#include <stdbool.h>

#include "base/must.h"
#include "stats/special.h"

static struct sector_summary undefined(void)
{
	return (struct sector_summary){
		.mean_of_companies = NAN,
		.se = NAN,
		.df = NAN,
		.ci = INTERVAL_NONE,
		.pooled_mean = NAN,
		.company_min = NAN,
		.company_max = NAN,
		.company_range = NAN,
		.between_company_sd = NAN,
		.se_if_companies_are_a_sample = NAN,
		.ss_between = NAN,
		.ss_within = NAN,
		.ms_between = NAN,
		.ms_within = NAN,
		.within_company_sd = NAN,
		.n0 = NAN,
		.true_between_sd = NAN,
		.icc1 = NAN,
		.icc1_raw = NAN,
		.icc1_ci = INTERVAL_NONE,
		.reliability = NAN,
		.f = NAN,
		.df1 = NAN,
		.df2 = NAN,
		.p_value = NAN,
		.eta_squared = NAN,
		.omega_squared = NAN,
	};
}

static void describe_level(struct sector_summary *r, const struct sums *companies, size_t len,
			   int32_t unit)
{
	struct sums all = {0};
	double sum = 0;
	for (size_t i = 0; i < len; i++) {
		if (companies[i].n == 0)
			continue;
		double mean = sums_mean(&companies[i], unit);
		r->companies++;
		sums_merge(&all, &companies[i]);
		sum += mean;
		r->company_min = fmin(r->company_min, mean); /* fmin and fmax skip NAN */
		r->company_max = fmax(r->company_max, mean);
	}
	r->n = all.n;
	r->pooled_mean = sums_mean(&all, unit);
	r->mean_of_companies = r->companies > 0 ? sum / (double)r->companies : NAN;
	r->company_range = r->company_max - r->company_min;
}

/** Squares of company figures about their mean, of contacts about their company's, and of
 * companies about the mean of contacts. */
static void sum_squares(struct sector_summary *r, const struct sums *companies, size_t len,
			int32_t unit)
{
	double figures = 0, within = 0, between = 0, squares = 0;
	for (size_t i = 0; i < len; i++) {
		if (companies[i].n == 0)
			continue;
		double mean = sums_mean(&companies[i], unit), n = (double)companies[i].n;
		double off_figures = mean - r->mean_of_companies, off_all = mean - r->pooled_mean;
		figures += off_figures * off_figures;
		between += n * off_all * off_all;
		within += sums_squares_within(&companies[i], unit);
		squares += n * n;
	}
	double k = (double)r->companies, n = (double)r->n;
	if (r->companies >= 2) {
		r->between_company_sd = sqrt(figures / (k - 1));
		r->se_if_companies_are_a_sample = r->between_company_sd / sqrt(k);
	}
	if (r->n <= (int64_t)r->companies)
		return;
	r->ss_within = within;
	r->ms_within = within / (n - k);
	r->within_company_sd = sqrt(r->ms_within);
	if (r->companies < 2)
		return;
	r->ss_between = between;
	r->ms_between = between / (k - 1);
	r->n0 = (n - squares / n) / (k - 1);
	r->df1 = k - 1;
	r->df2 = n - k;
}

/** The level's error is that of these companies; one with a single answer borrows the
 * variance within companies. */
static void level_interval(struct sector_summary *r, const struct sums *companies, size_t len,
			   struct scale scale, double level)
{
	double sum = 0, squares = 0, k = (double)r->companies;
	if (isnan(r->ms_within))
		return;
	for (size_t i = 0; i < len; i++) {
		if (companies[i].n == 0)
			continue;
		bool alone = companies[i].n < 2;
		double n = (double)companies[i].n, df = alone ? (double)r->n - k : n - 1;
		double variance = alone ? r->ms_within
					: sums_variance(&companies[i], scale.per_unit);
		double term = variance / n / (k * k);
		sum += term;
		squares += term * term / df;
	}
	r->se = sqrt(sum);
	if (sum == 0)
		return;
	r->df = sum * sum / squares;
	double half = special_t_two_sided(level, r->df) * r->se;
	r->ci = interval_clip(
		(struct interval){r->mean_of_companies - half, r->mean_of_companies + half},
		(double)scale.lo / scale.per_unit, (double)scale.hi / scale.per_unit);
}

static double icc_from(double f, double n0)
{
	return (f - 1) / (f + n0 - 1);
}

/** Contacts of a company all agree, companies do not: every share is one. */
static void limit_without_noise(struct sector_summary *r)
{
	r->true_between_sd = sqrt(r->ms_between / r->n0);
	r->icc1 = r->icc1_raw = r->reliability = 1;
	r->eta_squared = r->omega_squared = 1;
}

static void compare_companies(struct sector_summary *r, double level)
{
	if (!(r->ms_within > 0)) {
		if (r->ms_between > 0)
			limit_without_noise(r);
		return;
	}
	if (isnan(r->ms_between))
		return;
	double upper = 1 - (1 - level) / 2, f = r->ms_between / r->ms_within;
	double low = f / special_f_quantile(upper, r->df1, r->df2);
	double high = f * special_f_quantile(upper, r->df2, r->df1);
	r->f = f;
	r->p_value = special_f_above(f, r->df1, r->df2);
	r->true_between_sd = sqrt(fmax(0, (r->ms_between - r->ms_within) / r->n0));
	r->icc1_raw = icc_from(f, r->n0);
	r->icc1 = fmax(0, r->icc1_raw);
	r->icc1_ci.lower = fmax(0, icc_from(low, r->n0));
	r->icc1_ci.upper = fmax(0, icc_from(high, r->n0));
	r->reliability = f > 0 ? fmax(0, 1 - 1 / f) : 0;
	r->eta_squared = r->ss_between / (r->ss_between + r->ss_within);
	r->omega_squared = fmax(0, (r->ss_between - r->df1 * r->ms_within) /
					   (r->ss_between + r->ss_within + r->ms_within));
}

struct sector_summary sector_summary_of(const struct sums *companies, size_t len,
					struct scale scale, double level)
{
	struct sector_summary r = undefined();
	describe_level(&r, companies, len, scale.per_unit);
	sum_squares(&r, companies, len, scale.per_unit);
	level_interval(&r, companies, len, scale, level);
	compare_companies(&r, level);
	return r;
}
