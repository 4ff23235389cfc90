/* Figures of one set of answers. */
#include <math.h>
#include <stdio.h>

#include "base/must.h"
#include "case.h"
#include "stats/consensus.h"
#include "stats/mean.h"
#include "stats/nps.h"
#include "stats/proportion.h"
#include "stats/rating.h"
#include "stats/spread.h"
#include "stats/two_part.h"

static void put_mean(cJSON *to, const struct mean *m)
{
	put(to, "mean", m->mean);
	put(to, "sd", m->sd);
	put(to, "se", m->se);
	put_interval(to, "ci_lower", "ci_upper", m->ci);
	put_text(to, "ci_method", ci_method_name(m->method));
}

static cJSON *rating(const struct answers *a, const struct rating *r, const char *const names[4])
{
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "n", r->mean.n);
	put_whole(got, "n_missing", a->missing);
	put_mean(got, &r->mean);
	put(got, "score_0_100", r->score_0_100);
	put_whole(got, names[0], r->box.count);
	put(got, names[1], r->box.percent);
	put_interval(got, names[2], names[3], r->box.ci);
	return got;
}

cJSON *answer_ces(struct arena *arena, const cJSON *input)
{
	static const char *const names[] = {"easy_count", "easy_percent", "easy_ci_lower",
					    "easy_ci_upper"};
	struct answers a = read_answers(arena, input);
	double from = number_or(input, "easy_from", number(input, "scale_max") == 7 ? 5 : 4);
	if (slice_is(slice_of(text(input, "direction")), "high_is_effort")) {
		struct stats_bin *room = take(arena, a.counts.len, sizeof(*room));
		a.counts = counts_recoded(a.counts, a.scale.lo, a.scale.hi, room);
	}
	struct rating r = rating_of(a.counts, a.scale, on_grid(from, a.scale.per_unit), LEVEL);
	return rating(&a, &r, names);
}

cJSON *answer_csat(struct arena *arena, const cJSON *input)
{
	static const char *const names[] = {"top2_count", "top2_percent", "top2_ci_lower",
					    "top2_ci_upper"};
	struct answers a = read_answers(arena, input);
	int32_t from = on_grid(number_or(input, "top_from", 4), a.scale.per_unit);
	struct rating r = rating_of(a.counts, a.scale, from, LEVEL);
	return rating(&a, &r, names);
}

static cJSON *nps(struct counts counts, int64_t missing)
{
	struct nps r = nps_of_counts(counts, LEVEL);
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "n", r.n);
	put_whole(got, "n_missing", missing);
	put_whole(got, "promoters", r.promoters);
	put_whole(got, "passives", r.passives);
	put_whole(got, "detractors", r.detractors);
	put(got, "promoters_percent", r.promoters_percent);
	put(got, "passives_percent", r.passives_percent);
	put(got, "detractors_percent", r.detractors_percent);
	put(got, "nps", r.nps);
	put(got, "variance", r.variance);
	put(got, "sd", r.sd);
	put(got, "se", r.se);
	put_interval(got, "ci_lower", "ci_upper", r.ci);
	put_text(got, "ci_method", ci_method_name(r.method));
	return got;
}

cJSON *answer_nps(struct arena *arena, const cJSON *input)
{
	struct answers a = read_answers(arena, input);
	return nps(a.counts, a.missing);
}

cJSON *answer_nps_intervals(struct arena *arena, const cJSON *input)
{
	cJSON *rows = cJSON_CreateArray();
	const cJSON *given;
	(void)arena;
	cJSON_ArrayForEach(given, member(input, "cases"))
	{
		int64_t up = whole(given, "promoters"), down = whole(given, "detractors");
		struct nps r = nps_of(up, whole(given, "passives"), down, LEVEL);
		cJSON *row = cJSON_CreateObject();
		put_whole(row, "n", r.n);
		put(row, "nps", r.nps);
		put_interval(row, "adjusted_wald_lower", "adjusted_wald_upper",
			     nps_adjusted_wald((double)up, (double)down, (double)r.n, LEVEL).ci);
		put_interval(row, "score_lower", "score_upper",
			     nps_score_interval(up, down, r.n, LEVEL));
		put_interval(row, "wald_lower", "wald_upper", nps_wald(up, down, r.n, LEVEL));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

static cJSON *proportion(int64_t x, int64_t n, double level)
{
	cJSON *row = cJSON_CreateObject();
	put_whole(row, "x", x);
	put_whole(row, "n", n);
	put(row, "level", level);
	put_interval(row, "wilson_lower", "wilson_upper",
		     proportion_wilson((double)x, (double)n, level));
	put_interval(row, "jeffreys_lower", "jeffreys_upper", proportion_jeffreys(x, n, level));
	put_interval(row, "clopper_pearson_lower", "clopper_pearson_upper",
		     proportion_clopper_pearson(x, n, level));
	return row;
}

cJSON *answer_proportion_intervals(struct arena *arena, const cJSON *input)
{
	cJSON *rows = cJSON_CreateArray();
	const cJSON *given;
	(void)arena;
	cJSON_ArrayForEach(given, member(input, "cases"))
	{
		double level = number_or(input, "level", LEVEL);
		cJSON_AddItemToArray(rows, proportion(whole(given, "x"), whole(given, "n"), level));
	}
	cJSON_ArrayForEach(given, member(input, "levels"))
	{
		cJSON_AddItemToArray(
			rows, proportion(whole(input, "x"), whole(input, "n"), given->valuedouble));
	}
	return rows;
}

/** The points of a scale by their place: the agreement is ordinal. */
static double agreement_by_place(struct arena *arena, const cJSON *counts)
{
	size_t len = (size_t)cJSON_GetArraySize(counts), at = 0;
	struct stats_bin *bins = take(arena, len, sizeof(*bins));
	const cJSON *count;
	cJSON_ArrayForEach(count, counts)
	{
		bins[at] = (struct stats_bin){(int32_t)at, llround(count->valuedouble)};
		at++;
	}
	return consensus_agreement_a(counts_over(bins, len), 0, (int32_t)len - 1);
}

static cJSON *spread(const struct answers *a, bool discrete)
{
	struct spread r = spread_of(a->counts, a->scale, LEVEL);
	struct sums s = counts_sums(a->counts);
	int32_t lo = a->scale.lo, hi = a->scale.hi;
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "n", r.mean.n);
	put_whole(got, "n_missing", a->missing);
	put(got, "sum", (double)s.s1 / a->scale.per_unit);
	put_mean(got, &r.mean);
	put(got, "variance", r.mean.variance);
	put(got, "min", r.min);
	put(got, "max", r.max);
	put(got, "range", r.range);
	put(got, "p25", r.p25);
	put(got, "median", r.median);
	put(got, "p75", r.p75);
	put(got, "iqr", r.iqr);
	put(got, "mad", r.mad);
	put(got, "trimmed_mean", r.trimmed_mean);
	put(got, "cv_percent", r.cv_percent);
	put(got, "gini_mean_difference", r.gini_mean_difference);
	put(got, "relative_variance", r.relative_variance);
	put(got, "relative_sd", r.relative_sd);
	put(got, "consensus", discrete ? consensus_of(a->counts, lo, hi) : NAN);
	put(got, "agreement_a", discrete ? consensus_agreement_a(a->counts, lo, hi) : NAN);
	return got;
}

cJSON *answer_spread(struct arena *arena, const cJSON *input)
{
	struct answers a = read_answers(arena, input);
	return spread(&a, member(input, "points") != NULL);
}

cJSON *answer_quantiles(struct arena *arena, const cJSON *input)
{
	enum { DEN = 1000000 };
	cJSON *rows = cJSON_CreateArray();
	const cJSON *sample, *p;
	int32_t grid = grid_of(member(input, "samples"));
	cJSON_ArrayForEach(sample, member(input, "samples"))
	{
		struct counts counts = read_list(arena, sample, grid);
		cJSON *row = cJSON_CreateObject();
		put_whole(row, "n", counts_total(counts));
		cJSON_ArrayForEach(p, member(input, "probs"))
		{
			char name[16];
			snprintf(name, sizeof(name), "p%02d", (int)lround(100 * p->valuedouble));
			put(row, name,
			    counts_quantile(counts, on_grid(p->valuedouble, DEN), DEN, grid));
		}
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_trimmed_mean(struct arena *arena, const cJSON *input)
{
	enum { DEN = 1000000 };
	cJSON *rows = cJSON_CreateArray();
	const cJSON *sample;
	int32_t grid = grid_of(member(input, "samples"));
	int32_t trim = on_grid(number_or(input, "trim", 0.1), DEN);
	cJSON_ArrayForEach(sample, member(input, "samples"))
	{
		struct counts counts = read_list(arena, sample, grid);
		int64_t n = counts_total(counts);
		cJSON *row = cJSON_CreateObject();
		put_whole(row, "n", n);
		put_whole(row, "dropped_each_end", n * trim / DEN);
		put(row, "trimmed_mean", counts_trimmed_mean(counts, trim, DEN, grid));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_consensus(struct arena *arena, const cJSON *input)
{
	const cJSON *points = member(input, "points"), *counts;
	cJSON *rows = cJSON_CreateArray();
	cJSON_ArrayForEach(counts, member(input, "histograms"))
	{
		struct counts c = read_histogram(arena, points, counts);
		cJSON *row = cJSON_CreateObject();
		put_whole(row, "n", counts_total(c));
		put(row, "consensus", consensus_of(c, c.bins[0].value, c.bins[c.len - 1].value));
		put(row, "agreement_a", agreement_by_place(arena, counts));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_merge(struct arena *arena, const cJSON *input)
{
	const cJSON *points = member(input, "points"), *channel;
	size_t len = (size_t)cJSON_GetArraySize(points);
	struct stats_bin *sum = take(arena, len, sizeof(*sum));
	cJSON_ArrayForEach(channel, member(input, "channels"))
	{
		struct counts c = read_histogram(arena, points, channel);
		for (size_t i = 0; i < c.len; i++) {
			sum[i].value = c.bins[i].value;
			sum[i].count += c.bins[i].count;
		}
	}
	struct answers a = {.counts = counts_over(sum, len), .scale = {0, 10, 1}};
	cJSON *got = cJSON_CreateObject(), *counts = cJSON_AddArrayToObject(got, "counts");
	for (size_t i = 0; i < len; i++)
		push(counts, (double)sum[i].count);
	cJSON_AddItemToObject(got, "nps", nps(a.counts, 0));
	cJSON_AddItemToObject(got, "spread", spread(&a, true));
	return got;
}

/** Whole hundredths of a contact's score, half up; -1 where no criterion applies. */
static int64_t contact_score(const cJSON *criteria, const cJSON *contact)
{
	double got = 0, possible = 0;
	const cJSON *criterion;
	cJSON_ArrayForEach(criterion, criteria)
	{
		double level = number(contact, text(criterion, "criterion"));
		if (isnan(level))
			continue;
		double most = number(criterion, "points_max");
		got += most * level / number(criterion, "level_max");
		possible += most;
	}
	int64_t whole_got = llround(got), whole_possible = llround(possible);
	if (whole_possible == 0)
		return -1;
	return (20000 * whole_got + whole_possible) / (2 * whole_possible);
}

cJSON *answer_quality_score(struct arena *arena, const cJSON *input)
{
	cJSON *got = cJSON_CreateObject(), *scores = cJSON_CreateArray();
	struct answers a = {.scale = SCALE_SCORE};
	const cJSON *contact;
	cJSON_ArrayForEach(contact, member(input, "contacts"))
	{
		int64_t score = contact_score(member(input, "criteria"), contact);
		push(scores, score < 0 ? NAN : (double)score);
		a.missing += score < 0;
	}
	a.counts = read_list(arena, scores, 1);
	cJSON_AddItemToObject(got, "score_hundredths", scores);
	cJSON_AddItemToObject(got, "company", spread(&a, false));
	return got;
}

static cJSON *two_part(struct arena *arena, const cJSON *input)
{
	const cJSON *list = member(input, "answered_scores");
	int32_t unit = grid_of(list);
	struct sums answered = counts_sums(read_list(arena, list, unit));
	struct scale scale = {0, 100 * unit, unit};
	struct two_part r = two_part_of(&answered, whole(input, "contacts"), scale, LEVEL);
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "n", r.n);
	put_whole(got, "n_answered", answered.n);
	put(got, "no_answer_percent", r.no_answer.percent);
	put_interval(got, "no_answer_ci_lower", "no_answer_ci_upper", r.no_answer.ci);
	put(got, "answered_mean", r.answered.mean);
	put_interval(got, "answered_ci_lower", "answered_ci_upper", r.answered.ci);
	put(got, "score", r.score);
	put_interval(got, "ci_lower", "ci_upper", r.ci);
	put_text(got, "ci_method", ci_method_name(r.method));
	return got;
}

cJSON *answer_two_part(struct arena *arena, const cJSON *input)
{
	const cJSON *cases = member(input, "cases"), *given;
	if (cases == NULL)
		return two_part(arena, input);
	cJSON *rows = cJSON_CreateArray();
	cJSON_ArrayForEach(given, cases) cJSON_AddItemToArray(rows, two_part(arena, given));
	return rows;
}
