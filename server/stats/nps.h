/** Net promoter score: promoters 9-10, passives 7-8, detractors 0-6.
 *
 * Units: nps, sd, se and intervals on -100..100; variance on -1..1, divisor n.
 * Source: interval Rocks, The American Statistician 70 (2016): adjusted Wald with
 *   3/4, 3/2, 3/4 pseudo-answers, clipped; from two answers on. Alternative score
 *   interval: Tango, Statistics in Medicine 17 (1998).
 * Errors: none. n = 0: NAN.
 */
#pragma once

#include <stdint.h>

#include "stats/counts.h"
#include "stats/interval.h"

enum { NPS_PROMOTER_FROM = 9, NPS_PASSIVE_FROM = 7 };

struct nps {
	int64_t n, promoters, passives, detractors;
	double promoters_percent, passives_percent, detractors_percent;
	double nps, variance, sd, se;
	struct interval ci;
	enum ci_method method;
};

struct nps nps_of(int64_t promoters, int64_t passives, int64_t detractors, double level);
struct nps nps_of_counts(struct counts answers, double level);

/** Centre, standard error and clipped interval of the adjusted Wald method. `n` may be
 * effective and fractional, promoters and detractors with it. n > 0. */
struct adjusted_wald {
	double centre, se;
	struct interval ci;
};

struct adjusted_wald nps_adjusted_wald(double promoters, double detractors, double n, double level);
struct interval nps_score_interval(int64_t promoters, int64_t detractors, int64_t n, double level);
/** Plain Wald, unclipped, for comparison only: it collapses at the ends. */
struct interval nps_wald(int64_t promoters, int64_t detractors, int64_t n, double level);
