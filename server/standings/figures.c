#include "standings/figures.h"

#include "stats/consensus.h"

struct rating_figures figures_of_rating(struct counts c, const struct question *q, double level)
{
	struct rating_figures f;
	struct scale scale;
	struct sums sums;

	if (q == NULL) {
		scale = (struct scale){.lo = 0, .hi = 1, .per_unit = 1};
		f.rating = rating_of(c, scale, 1, level);
		f.consensus = f.agreement_a = f.relative_variance = NAN;
		return f;
	}
	scale = answers_scale(q);
	sums = counts_sums(c);
	f.rating = rating_of(c, scale, q->good_from, level);
	f.consensus = consensus_of(c, q->scale_min, q->scale_max);
	f.agreement_a = consensus_agreement_a(c, q->scale_min, q->scale_max);
	f.relative_variance = spread_relative_variance(&sums, scale);
	return f;
}

/** The score's interval knows of the unanswered contacts where they count as 0. */
static void score_interval(const struct roster *r, const struct answers *a, struct figures *f)
{
	struct sums answered = counts_sums(a->answered_score);
	struct two_part two;

	f->score_ci = f->score.mean.ci;
	f->score_method = f->score.mean.method;
	if (r->instrument->unanswered != UNANSWERED_ZERO)
		return;
	two = two_part_of(&answered, answered.n + a->zeros, SCALE_SCORE, r->wave->level);
	f->score_ci = two.ci;
	f->score_method = two.method;
}

struct figures figures_of(const struct roster *r, const struct answers *a)
{
	double level = r->wave->level;
	struct figures f = {.n = a->contacts, .answered = a->answered, .answers = *a};
	struct sums answered = counts_sums(a->answered_score), nps = counts_sums(a->nps);

	f.no_answer = share_of(a->contacts - a->answered, a->contacts, level);
	f.answered_mean = mean_of(&answered, SCALE_SCORE, level);
	f.score = spread_of(a->score, SCALE_SCORE, level);
	score_interval(r, a, &f);
	f.nps = nps_of_counts(a->nps, level);
	f.nps_mean = sums_mean(&nps, 1);
	f.nps_consensus = NAN;
	if (r->nps != NULL)
		f.nps_consensus = consensus_of(a->nps, r->nps->scale_min, r->nps->scale_max);
	f.csat = figures_of_rating(a->csat, r->csat, level);
	f.ces = figures_of_rating(a->ces, r->ces, level);
	f.area = spread_of(a->area, SCALE_SCORE, level);
	return f;
}

struct interval figures_metric_ci(const struct figures *f, enum board_metric metric)
{
	switch (metric) {
	case BOARD_SCORE:
		return f->score_ci;
	case BOARD_NPS:
		return f->nps.ci;
	case BOARD_CSAT:
		return f->csat.rating.box.ci;
	case BOARD_CES:
		return f->ces.rating.mean.ci;
	case BOARD_AREA:
		return f->area.mean.ci;
	}
	return INTERVAL_NONE;
}
