#include "standings/figures_json.h"

#include <stdio.h>

#include "stats/interval.h"

/** Up to here a scale's counts are listed for every point, zeros too. */
enum { DISTRIBUTION_POINTS = 101 };

void text_json(struct json_out *j, const char *key, const char *text)
{
	json_pair_text(j, key, slice_of(text));
}

/** prefix + "ci_lower", "ci_upper", "ci_method". */
static void interval_json(struct json_out *j, const char *prefix, struct interval ci,
			  enum ci_method method, enum reason reason)
{
	char key[64];

	snprintf(key, sizeof(key), "%sci_lower", prefix);
	json_figure(j, key, ci.lower, reason);
	snprintf(key, sizeof(key), "%sci_upper", prefix);
	json_figure(j, key, ci.upper, reason);
	snprintf(key, sizeof(key), "%sci_method", prefix);
	text_json(j, key, ci_method_name(method));
}

void bins_json(struct json_out *j, struct counts c, int32_t per_unit)
{
	json_key(j, "bins");
	json_open_array(j);
	for (size_t i = 0; i < c.len; i++) {
		json_open_array(j);
		json_double(j, (double)c.bins[i].value / per_unit);
		json_int(j, c.bins[i].count);
		json_close_array(j);
	}
	json_close_array(j);
}

/** Counts of every point from lo to hi, or of those that occur on a long scale. */
static void distribution_json(struct json_out *j, struct counts c, int32_t lo, int32_t hi)
{
	size_t at = 0;

	if (hi - lo >= DISTRIBUTION_POINTS) {
		bins_json(j, c, 1);
		return;
	}
	json_key(j, "distribution");
	json_open_array(j);
	for (int32_t value = lo; value <= hi; value++) {
		while (at < c.len && c.bins[at].value < value)
			at++;
		json_int(j, at < c.len && c.bins[at].value == value ? c.bins[at].count : 0);
	}
	json_close_array(j);
}

/** What is defined from the first answer on. */
static const struct figure_field from_one_answer[] = {
	{"min", offsetof(struct spread, min)},
	{"p25", offsetof(struct spread, p25)},
	{"median", offsetof(struct spread, median)},
	{"p75", offsetof(struct spread, p75)},
	{"max", offsetof(struct spread, max)},
	{"iqr", offsetof(struct spread, iqr)},
	{"mad", offsetof(struct spread, mad)},
	{"range", offsetof(struct spread, range)},
	{"trimmed_mean", offsetof(struct spread, trimmed_mean)},
	{"relative_variance", offsetof(struct spread, relative_variance)},
};

static const struct figure_field from_two_answers[] = {
	{"sd", offsetof(struct spread, mean.sd)},
	{"se", offsetof(struct spread, mean.se)},
	{"gini_mean_difference", offsetof(struct spread, gini_mean_difference)},
	{"relative_sd", offsetof(struct spread, relative_sd)},
	{"cv_percent", offsetof(struct spread, cv_percent)},
};

static void spread_members(struct json_out *j, const struct spread *s, struct interval ci,
			   enum ci_method method)
{
	enum reason reason = reason_of_base(s->mean.n);

	json_pair_int(j, "n", s->mean.n);
	json_figure(j, "mean", s->mean.mean, reason);
	interval_json(j, "", ci, method, reason);
	json_figure_fields(j, s, from_two_answers, COUNT_OF(from_two_answers), reason);
	json_figure_fields(j, s, from_one_answer, COUNT_OF(from_one_answer), reason);
}

void spread_json(struct json_out *j, const char *key, const struct spread *s, struct interval ci,
		 enum ci_method method)
{
	json_key(j, key);
	json_open_object(j);
	spread_members(j, s, ci, method);
	json_close_object(j);
}

static void score_json(struct json_out *j, const struct figures *f, bool bins)
{
	json_key(j, "score");
	json_open_object(j);
	spread_members(j, &f->score, f->score_ci, f->score_method);
	if (bins)
		bins_json(j, f->answers.score, SCALE_SCORE.per_unit);
	json_close_object(j);
}

static void mean_members(struct json_out *j, const char *name, const struct mean *m,
			 const char *prefix)
{
	enum reason reason = reason_of_base(m->n);

	json_figure(j, name, m->mean, reason);
	interval_json(j, prefix, m->ci, m->method, reason);
	json_figure(j, "sd", m->sd, reason);
	json_figure(j, "se", m->se, reason);
}

static void answered_mean_json(struct json_out *j, const struct figures *f, bool bins)
{
	json_key(j, "answered_mean");
	json_open_object(j);
	json_pair_int(j, "n", f->answered_mean.n);
	mean_members(j, "mean", &f->answered_mean, "");
	if (bins)
		bins_json(j, f->answers.answered_score, SCALE_SCORE.per_unit);
	json_close_object(j);
}

static const struct figure_field nps_fields[] = {
	{"promoters_percent", offsetof(struct nps, promoters_percent)},
	{"passives_percent", offsetof(struct nps, passives_percent)},
	{"detractors_percent", offsetof(struct nps, detractors_percent)},
	{"variance", offsetof(struct nps, variance)},
	{"sd", offsetof(struct nps, sd)},
	{"se", offsetof(struct nps, se)},
};

static void nps_json(struct json_out *j, const struct figures *f, const struct question *q)
{
	const struct nps *n = &f->nps;
	enum reason reason = reason_of_base(n->n);

	if (q == NULL) {
		json_undefined(j, "nps", REASON_NOT_APPLICABLE_SCALE);
		return;
	}
	json_key(j, "nps");
	json_open_object(j);
	json_figure(j, "nps", n->nps, reason);
	json_pair_int(j, "n", n->n);
	json_pair_int(j, "n_missing", f->n - n->n);
	json_pair_int(j, "promoters", n->promoters);
	json_pair_int(j, "passives", n->passives);
	json_pair_int(j, "detractors", n->detractors);
	interval_json(j, "", n->ci, n->method, reason);
	json_figure_fields(j, n, nps_fields, COUNT_OF(nps_fields), reason);
	json_figure(j, "mean", f->nps_mean, reason);
	json_figure(j, "consensus", f->nps_consensus, reason);
	distribution_json(j, f->answers.nps, q->scale_min, q->scale_max);
	json_close_object(j);
}

/** What every rating has after its mean and its box. */
static void rating_rest(struct json_out *j, const struct rating_figures *f,
			const struct question *q, struct counts c, int64_t contacts)
{
	int64_t n = f->rating.mean.n;
	enum reason reason = reason_of_base(n);

	json_figure(j, "consensus", f->consensus, reason);
	json_figure(j, "agreement_a", f->agreement_a, n > 0 ? REASON_NOT_APPLICABLE_SCALE : reason);
	json_figure(j, "relative_variance", f->relative_variance, reason);
	distribution_json(j, c, q->scale_min, q->scale_max);
	json_pair_int(j, "n", n);
	json_pair_int(j, "n_missing", contacts - n);
}

static void csat_json(struct json_out *j, const struct figures *f, const struct question *q)
{
	const struct rating *r = &f->csat.rating;
	enum reason reason = reason_of_base(r->mean.n);

	if (q == NULL) {
		json_undefined(j, "csat", REASON_NOT_APPLICABLE_SCALE);
		return;
	}
	json_key(j, "csat");
	json_open_object(j);
	json_figure(j, "csat_top2_percent", r->box.percent, reason);
	interval_json(j, "", r->box.ci, r->mean.n > 0 ? CI_WILSON : CI_NONE, reason);
	json_pair_int(j, "top2_count", r->box.count);
	mean_members(j, "csat_mean", &r->mean, "mean_");
	json_figure(j, "csat_score_0_100", r->score_0_100, reason);
	rating_rest(j, &f->csat, q, f->answers.csat, f->n);
	json_close_object(j);
}

static void ces_json(struct json_out *j, const struct figures *f, const struct question *q)
{
	const struct rating *r = &f->ces.rating;
	enum reason reason = reason_of_base(r->mean.n);

	if (q == NULL) {
		json_undefined(j, "ces", REASON_NOT_APPLICABLE_SCALE);
		return;
	}
	json_key(j, "ces");
	json_open_object(j);
	mean_members(j, "ces_mean", &r->mean, "");
	json_figure(j, "ces_score_0_100", r->score_0_100, reason);
	json_figure(j, "ces_easy_percent", r->box.percent, reason);
	json_pair_int(j, "easy_count", r->box.count);
	interval_json(j, "easy_", r->box.ci, r->mean.n > 0 ? CI_WILSON : CI_NONE, reason);
	rating_rest(j, &f->ces, q, f->answers.ces, f->n);
	json_close_object(j);
}

void rating_json(struct json_out *j, const char *key, const struct rating_figures *f,
		 const struct question *q, struct counts c, int64_t contacts)
{
	const struct rating *r = &f->rating;
	enum reason reason = reason_of_base(r->mean.n);

	json_key(j, key);
	json_open_object(j);
	mean_members(j, "mean", &r->mean, "");
	json_figure(j, "score_0_100", r->score_0_100, reason);
	json_figure(j, "good_percent", r->box.percent, reason);
	json_pair_int(j, "good_count", r->box.count);
	interval_json(j, "good_", r->box.ci, r->mean.n > 0 ? CI_WILSON : CI_NONE, reason);
	rating_rest(j, f, q, c, contacts);
	json_close_object(j);
}

static void area_json(struct json_out *j, const struct figures *f, bool bins)
{
	json_key(j, "area");
	json_open_object(j);
	spread_members(j, &f->area, f->area.mean.ci, f->area.mean.method);
	if (bins)
		bins_json(j, f->answers.area, SCALE_SCORE.per_unit);
	json_close_object(j);
}

void figures_json(struct json_out *j, const struct figures *f, struct figures_style style)
{
	enum ci_method rate = f->n > 0 ? CI_WILSON : CI_NONE;

	json_pair_int(j, "answered", f->answered);
	json_figure(j, "no_answer_percent", f->no_answer.percent, REASON_NO_ANSWERS);
	interval_json(j, "no_answer_", f->no_answer.ci, rate, REASON_NO_ANSWERS);
	score_json(j, f, style.bins);
	answered_mean_json(j, f, style.bins);
	nps_json(j, f, style.roster->nps);
	csat_json(j, f, style.roster->csat);
	ces_json(j, f, style.roster->ces);
	if (style.area)
		area_json(j, f, style.bins);
}

void figures_json_hidden(struct json_out *j, struct figures_style style)
{
	static const char *const keys[] = {"answered", "no_answer_percent", "no_answer_ci_lower",
					   "no_answer_ci_upper"};
	static const char *const objects[] = {"score", "answered_mean", "nps",
					      "csat",  "ces",		"area"};
	size_t shown = COUNT_OF(objects) - (style.area ? 0 : 1);

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		json_undefined(j, keys[i], REASON_BELOW_MINIMUM_BASE);
	text_json(j, "no_answer_ci_method", ci_method_name(CI_NONE));
	for (size_t i = 0; i < shown; i++)
		json_undefined(j, objects[i], REASON_BELOW_MINIMUM_BASE);
}
