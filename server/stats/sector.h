/** A sector: level, spread between its companies, and how much of that is real.
 *
 * Source: one-way random effects with unequal n; ICC(1) and its F-based interval
 *   (exact when balanced, Searle; Thomas & Hultquist 1978 otherwise); omega squared.
 * Units: as published. Shares 0..1 for ICC, reliability, eta and omega squared.
 * Errors: none. Undefined is NAN, as docs/statistics.md lists the edges: one company,
 *   every company with one answer, nothing varies.
 * Promise: floating-point sums run in the order the companies are given.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"
#include "stats/sums.h"

struct sector_summary {
	size_t companies; /**< with an answer */
	int64_t n;
	double mean_of_companies, se, df;
	struct interval ci;
	double pooled_mean;
	double company_min, company_max, company_range;
	double between_company_sd, se_if_companies_are_a_sample;
	double ss_between, ss_within, ms_between, ms_within;
	double within_company_sd, n0;
	double true_between_sd;
	double icc1, icc1_raw;
	struct interval icc1_ci;
	double reliability;
	double f, df1, df2, p_value;
	double eta_squared, omega_squared;
};

struct sector_summary sector_summary_of(const struct sums *companies, size_t len,
					struct scale scale, double level);
