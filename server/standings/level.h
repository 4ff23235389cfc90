/** The level and spread of a set of companies: a sector, or the field.
 *
 * Companies come in byte order of their codes, all published (ranked or not); so
 * every sum runs in the same order whatever order the contacts came in.
 * Rule: each company counts once; for NPS and shares companies are strata of equal
 * weight.
 */
#pragma once

#include "standings/figures.h"
#include "standings/metric.h"
#include "stats/components.h"
#include "stats/sector.h"
#include "stats/standard.h"

#define LEVEL_RELIABILITY_WANTED	  0.7 /**< below it a ranking is called unsupported */
#define LEVEL_CONTACTS_NEEDED_RELIABILITY 0.8

/** A company's part in a level. */
struct level_company {
	struct sums metric; /**< of the board's metric */
	struct nps nps;
	struct rating_figures csat, ces;
	int64_t contacts, answered;
};

struct level {
	size_t companies_tested, companies_suppressed, companies_ranked;
	int64_t contacts; /**< of published companies */
	struct sector_summary metric;
	double no_answer_percent;
	struct standard nps, csat, ces;
	double nps_pooled, nps_between_company_sd;
	double csat_mean_of_companies, ces_mean_of_companies;
};

struct level_company level_company_of(const struct metric *m, const struct figures *f);

/** `companies` are the published ones; the counts of tested, suppressed and ranked ones are
 * the caller's to fill. */
enum status level_make(const struct roster *r, const struct metric *m,
		       const struct level_company *companies, size_t len, struct arena *arena,
		       struct level *level) NODISCARD;
