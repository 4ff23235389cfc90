#include "standings/level.h"

struct level_company level_company_of(const struct metric *m, const struct figures *f)
{
	return (struct level_company){
		.metric = metric_sums(m, &f->answers),
		.nps = f->nps,
		.csat = f->csat,
		.ces = f->ces,
		.contacts = f->n,
		.answered = f->answered,
	};
}

struct workspace {
	struct sums *sums;
	struct count_stratum *strata;
	size_t len;
};

static void level_of_nps(const struct level_company *at, struct workspace w, double confidence,
			 struct level *level)
{
	struct scale scale = {.lo = -100, .hi = 100, .per_unit = 1};
	struct sector_summary s;

	for (size_t i = 0; i < w.len; i++) {
		const struct nps *n = &at[i].nps;

		w.sums[i] = sums_of_nps(n->promoters, n->passives, n->detractors);
		w.strata[i] = (struct count_stratum){1, n->n, n->promoters, n->detractors};
	}
	s = sector_summary_of(w.sums, w.len, scale, confidence);
	level->nps = standard_nps(w.strata, w.len, confidence);
	level->nps_pooled = s.pooled_mean;
	level->nps_between_company_sd = s.between_company_sd;
}

/** The level of a rating's box; returns the mean of the companies' own means. */
static double level_of_rating(const struct level_company *at, bool ces, struct workspace w,
			      double confidence, struct standard *box)
{
	double sum = 0;
	size_t companies = 0;

	for (size_t i = 0; i < w.len; i++) {
		const struct rating *r = ces ? &at[i].ces.rating : &at[i].csat.rating;

		w.strata[i] = (struct count_stratum){1, r->box.n, r->box.count, 0};
		if (r->mean.n == 0)
			continue;
		sum += r->mean.mean;
		companies++;
	}
	*box = standard_share(w.strata, w.len, confidence);
	return companies == 0 ? NAN : sum / (double)companies;
}

static void count_contacts(const struct level_company *at, size_t len, struct level *level)
{
	int64_t answered = 0;

	for (size_t i = 0; i < len; i++) {
		level->contacts += at[i].contacts;
		answered += at[i].answered;
	}
	level->no_answer_percent = NAN;
	if (level->contacts > 0)
		level->no_answer_percent = 100 * (double)(level->contacts - answered) /
					   (double)level->contacts;
}

enum status level_make(const struct roster *r, const struct metric *m,
		       const struct level_company *companies, size_t len, struct arena *arena,
		       struct level *level)
{
	struct workspace w = {.len = len};
	double confidence = r->wave->level;

	*level = (struct level){0};
	w.sums = arena_take_array(arena, len + 1, sizeof(*w.sums));
	w.strata = arena_take_array(arena, len + 1, sizeof(*w.strata));
	if (w.sums == NULL || w.strata == NULL)
		return E_LIMIT;
	count_contacts(companies, len, level);
	level_of_nps(companies, w, confidence, level);
	level->csat_mean_of_companies = level_of_rating(companies, false, w, confidence,
							&level->csat);
	level->ces_mean_of_companies = level_of_rating(companies, true, w, confidence, &level->ces);
	for (size_t i = 0; i < len; i++)
		w.sums[i] = companies[i].metric;
	level->metric = sector_summary_of(w.sums, len, m->scale, confidence);
	return OK;
}
