/** What changed between two waves: the second minus the first.
 *
 * Source: means Welch (1947); NPS difference of adjusted Wald centres (Rocks 2016,
 *   Lewis & Sauro 2021); shares Agresti & Caffo (2000).
 * Units: published units; shares and their se in percent points.
 * Errors: none. Undefined is NAN: everything but the change where a mean's wave has one
 *   answer; t, df and interval where both variances are 0 (p is 1 or 0); all where a
 *   wave has none.
 */
#pragma once

#include <stdint.h>

#include "stats/interval.h"
#include "stats/pairs.h"

struct change {
	double change;	 /**< as published */
	double adjusted; /**< centre of the interval; the change itself for means */
	double se;
	double statistic; /**< t of means, z of NPS and shares */
	double df;	  /**< of means, else NAN */
	double p_value;
	struct interval ci;
};

struct nps_counts {
	int64_t promoters, detractors, n;
};

struct change change_mean(const struct group *first, const struct group *second, double level);
struct change change_nps(struct nps_counts first, struct nps_counts second, double level);
struct change change_share(int64_t count1, int64_t n1, int64_t count2, int64_t n2, double level);

/** Of two estimates with a standard error and degrees of freedom each: sector levels. */
struct estimate {
	double value, se, df;
};

struct change change_level(struct estimate first, struct estimate second, double level);
