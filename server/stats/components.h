/** Variance within companies and between them, over a wave, and what shrinking makes of it.
 *
 * Source: nested analysis of variance, companies within sectors, pooled over sectors;
 *   shrinkage is the BLUP to GLS sector means (Henderson); Efron & Morris (1975).
 * Units: sigma2 and tau2 in squared published units.
 * Promise: floating-point sums run in the order given. Sectors are 0 .. sectors - 1.
 * Errors: none. Undefined is NAN (no company with two answers: sigma2).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** A company with n >= 1 answers. */
struct wave_company {
	size_t sector;
	int64_t n;
	double mean;
	double ss; /**< squares about its mean, sums_squares_within() */
};

struct components {
	double sigma2, tau2;
	double ms_company, n0; /**< NAN where every sector has one company; tau2 is 0 then */
	int64_t df_company, df_within;
};

struct components components_of(const struct wave_company *companies, size_t len, size_t sectors);

struct shrunken {
	double target;	    /**< the sector's GLS mean */
	double reliability; /**< share of the deviation that is kept */
	double mean, sd;    /**< the shrunken score and its posterior sd */
};

/** Fills shrunk[0 .. len - 1]. */
void components_shrink(const struct components *c, const struct wave_company *companies, size_t len,
		       size_t sectors, struct shrunken *shrunk);

/** How many contacts a company needs for this reliability, 0 < reliability < 1; NAN where
 * tau2 is 0. Not rounded. */
double components_contacts_needed(const struct components *c, double reliability);
