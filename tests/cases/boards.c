/* Figures of many companies. */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/must.h"
#include "case.h"
#include "stats/components.h"
#include "stats/letters.h"
#include "stats/posterior.h"
#include "stats/ranks.h"
#include "stats/sector.h"
#include "stats/standard.h"

static const struct scale PERCENT = {0, 100, 1};

static void put_standard(cJSON *to, const char *name, const struct standard *s)
{
	put(to, name, s->value);
	put(to, "n_effective", s->n_effective);
	put_interval(to, "ci_lower", "ci_upper", s->ci);
}

/** Names of weights no channel has an answer for. */
static void put_missing(cJSON *to, const cJSON *weights, const cJSON *channels)
{
	cJSON *missing = cJSON_AddArrayToObject(to, "channels_missing");
	const cJSON *weight, *channel;
	cJSON_ArrayForEach(weight, weights)
	{
		bool present = false;
		cJSON_ArrayForEach(channel, channels)
			present |= whole(channel, "n") > 0 &&
				   slice_is(slice_of(text(channel, "channel")), weight->string);
		if (!present)
			cJSON_AddItemToArray(missing, cJSON_CreateString(weight->string));
	}
}

cJSON *answer_standardised_mean(struct arena *arena, const cJSON *input)
{
	const cJSON *weights = member(input, "weights"), *channels = member(input, "channels");
	const cJSON *channel;
	size_t len = 0;
	struct mean_stratum *strata = take(arena, (size_t)cJSON_GetArraySize(channels),
					   sizeof(*strata));
	cJSON_ArrayForEach(channel, channels)
	{
		strata[len++] = (struct mean_stratum){
			.weight = number(weights, text(channel, "channel")),
			.n = whole(channel, "n"),
			.mean = number(channel, "mean"),
			.variance = number(channel, "variance"),
		};
	}
	struct standard s = standard_mean(strata, len, PERCENT, LEVEL);
	cJSON *got = cJSON_CreateObject();
	put_standard(got, "mean", &s);
	put(got, "se", s.se);
	put(got, "df", s.df);
	put_whole(got, "n", s.n);
	put_missing(got, weights, channels);
	return got;
}

/** Strata of rows with n, a count of this name and detractors; weight 1 without weights. */
static struct count_stratum *read_strata(struct arena *arena, const cJSON *rows,
					 const char *counted, const cJSON *weights, size_t *len)
{
	struct count_stratum *strata = take(arena, (size_t)cJSON_GetArraySize(rows),
					    sizeof(*strata));
	const cJSON *row;
	*len = 0;
	cJSON_ArrayForEach(row, rows)
	{
		strata[(*len)++] = (struct count_stratum){
			.weight = weights ? number(weights, text(row, "channel")) : 1,
			.n = whole(row, "n"),
			.count = whole(row, counted),
			.detractors = whole(row, "detractors"),
		};
	}
	return strata;
}

static void put_nps_and_share(struct arena *arena, cJSON *to, const cJSON *rows,
			      const cJSON *weights, const char *counted, const char *share_name)
{
	size_t len;
	cJSON *nps = cJSON_AddObjectToObject(to, "nps");
	cJSON *share = cJSON_AddObjectToObject(to, share_name);
	struct count_stratum *strata = read_strata(arena, rows, "promoters", weights, &len);
	struct standard s = standard_nps(strata, len, LEVEL);
	put_standard(nps, "nps", &s);
	strata = read_strata(arena, rows, counted, weights, &len);
	s = standard_share(strata, len, LEVEL);
	put_standard(share, "percent", &s);
}

cJSON *answer_standardised_nps(struct arena *arena, const cJSON *input)
{
	cJSON *got = cJSON_CreateObject();
	put_nps_and_share(arena, got, member(input, "channels"), member(input, "weights"),
			  "promoters", "promoter_share");
	return got;
}

cJSON *answer_sector_nps(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	int64_t net = 0, n = 0;
	cJSON *got = cJSON_CreateObject();
	put_nps_and_share(arena, got, companies, NULL, "top2", "top2");
	cJSON_ArrayForEach(company, companies)
	{
		net += whole(company, "promoters") - whole(company, "detractors");
		n += whole(company, "n");
	}
	put(got, "nps_pooled", n > 0 ? 100.0 * (double)net / (double)n : NAN);
	return got;
}

static cJSON *sector(const struct sector_summary *s)
{
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "companies", (int64_t)s->companies);
	put_whole(got, "n", s->n);
	put(got, "mean_of_companies", s->mean_of_companies);
	put(got, "se", s->se);
	put(got, "df", s->df);
	put_interval(got, "ci_lower", "ci_upper", s->ci);
	put(got, "pooled_mean", s->pooled_mean);
	put(got, "company_min", s->company_min);
	put(got, "company_max", s->company_max);
	put(got, "company_range", s->company_range);
	put(got, "between_company_sd", s->between_company_sd);
	put(got, "se_if_companies_are_a_sample", s->se_if_companies_are_a_sample);
	put(got, "ss_between", s->ss_between);
	put(got, "ss_within", s->ss_within);
	put(got, "ms_between", s->ms_between);
	put(got, "ms_within", s->ms_within);
	put(got, "within_company_sd", s->within_company_sd);
	put(got, "n0", s->n0);
	put(got, "true_between_sd", s->true_between_sd);
	put(got, "icc1", s->icc1);
	put(got, "icc1_raw", s->icc1_raw);
	put_interval(got, "icc1_ci_lower", "icc1_ci_upper", s->icc1_ci);
	put(got, "reliability", s->reliability);
	put(got, "f", s->f);
	put(got, "df1", s->df1);
	put(got, "df2", s->df2);
	put(got, "p_value", s->p_value);
	put(got, "eta_squared", s->eta_squared);
	put(got, "omega_squared", s->omega_squared);
	return got;
}

cJSON *answer_sector(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	int32_t unit = grid_of(companies);
	struct scale scale = {
		.lo = on_grid(number_or(input, "scale_min", 0), unit),
		.hi = on_grid(number_or(input, "scale_max", 100), unit),
		.per_unit = unit,
	};
	size_t len = 0;
	struct sums *sums = take(arena, (size_t)cJSON_GetArraySize(companies), sizeof(*sums));
	cJSON_ArrayForEach(company, companies)
		sums[len++] = counts_sums(read_list(arena, company, unit));
	struct sector_summary s = sector_summary_of(sums, len, scale, LEVEL);
	return sector(&s);
}

/** The place of a name among those before it; a new one is added. */
static size_t place_of(const char **names, size_t *len, const char *name)
{
	for (size_t i = 0; i < *len; i++)
		if (slice_is(slice_of(names[i]), name))
			return i;
	names[*len] = name;
	return (*len)++;
}

static cJSON *components(const struct components *c)
{
	cJSON *got = cJSON_CreateObject();
	put(got, "sigma2", c->sigma2);
	put(got, "tau2", c->tau2);
	put(got, "ms_company", c->ms_company);
	put(got, "n0", c->n0);
	put_whole(got, "df_company", c->df_company);
	put_whole(got, "df_within", c->df_within);
	return got;
}

cJSON *answer_shrinkage(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	size_t len = (size_t)cJSON_GetArraySize(companies), sectors = 0, at = 0;
	struct wave_company *rows = take(arena, len, sizeof(*rows));
	struct shrunken *shrunk = take(arena, len, sizeof(*shrunk));
	const char **names = take(arena, len, sizeof(*names));
	cJSON_ArrayForEach(company, companies)
	{
		rows[at++] = (struct wave_company){
			.sector = place_of(names, &sectors, text(company, "sector")),
			.n = whole(company, "n"),
			.mean = number(company, "mean"),
			.ss = number(company, "ss"),
		};
	}
	struct components c = components_of(rows, len, sectors);
	components_shrink(&c, rows, len, sectors, shrunk);
	cJSON *got = cJSON_CreateObject();
	cJSON_AddItemToObject(got, "components", components(&c));
	cJSON *list = cJSON_AddArrayToObject(got, "companies");
	at = 0;
	cJSON_ArrayForEach(company, companies)
	{
		cJSON *row = cJSON_CreateObject();
		put_text(row, "sector", text(company, "sector"));
		put_text(row, "company", text(company, "company"));
		put_whole(row, "n", rows[at].n);
		put(row, "mean", rows[at].mean);
		put(row, "target", shrunk[at].target);
		put(row, "reliability", shrunk[at].reliability);
		put(row, "shrunken", shrunk[at].mean);
		put(row, "shrunken_sd", shrunk[at].sd);
		cJSON_AddItemToArray(list, row);
		at++;
	}
	return got;
}

/** A board on its way: companies in the order given. */
struct table {
	size_t k;
	const char **names;
	struct group *groups;
	size_t *rank, *order;
	struct pair *pairs;
	struct rank_interval *intervals;
	bool *tied;
	struct letters letters;
	bool lettered;
};

/** NPS boards come as counts and are ranked exactly; others as means. */
static void read_table(struct arena *arena, const cJSON *companies, struct table *t)
{
	const cJSON *company;
	bool counted = member(companies->child, "promoters") != NULL;
	struct sums *sums;
	size_t at = 0;
	t->groups = read_groups(arena, companies, &t->k);
	t->names = take(arena, t->k, sizeof(*t->names));
	t->rank = take(arena, t->k, sizeof(*t->rank));
	sums = take(arena, t->k, sizeof(*sums));
	double *means = take(arena, t->k, sizeof(*means));
	cJSON_ArrayForEach(company, companies)
	{
		t->names[at] = text(company, "company");
		if (counted) {
			sums[at] = sums_of_nps(whole(company, "promoters"),
					       whole(company, "passives"),
					       whole(company, "detractors"));
			t->groups[at] = group_of(&sums[at], 1);
		}
		means[at] = t->groups[at].mean;
		at++;
	}
	if (counted)
		ranks_of_sums(sums, t->k, t->rank);
	else
		ranks_of_means(means, t->k, t->rank);
}

/** Best first, equal ranks by name. */
static void order_by_name(struct table *t)
{
	for (size_t i = 0; i < t->k; i++) {
		size_t at = i;
		for (; at > 0; at--) {
			size_t other = t->order[at - 1];
			if (t->rank[other] < t->rank[i] ||
			    (t->rank[other] == t->rank[i] &&
			     slice_compare(slice_of(t->names[other]), slice_of(t->names[i])) <= 0))
				break;
			t->order[at] = other;
		}
		t->order[at] = i;
	}
}

static cJSON *table_pairs(const struct table *t)
{
	cJSON *rows = cJSON_CreateArray();
	size_t at = 0;
	for (size_t i = 0; i < t->k; i++) {
		for (size_t j = i + 1; j < t->k; j++, at++) {
			cJSON *row = cJSON_CreateObject();
			put_text(row, "a", t->names[i]);
			put_text(row, "b", t->names[j]);
			put(row, "difference", t->pairs[at].difference);
			put(row, "se", t->pairs[at].se);
			put(row, "t", t->pairs[at].t);
			put(row, "df", t->pairs[at].df);
			put(row, "p_value", pair_p_value(&t->pairs[at], t->k));
			cJSON_AddItemToArray(rows, row);
		}
	}
	return rows;
}

static void put_letters(cJSON *row, const struct table *t, size_t company)
{
	struct buf letters;
	if (!t->lettered) {
		cJSON_AddNullToObject(row, "letters");
		return;
	}
	buf_init(&letters, 65536);
	letters_print(&t->letters, company, &letters);
	buf_add_byte(&letters, '\0');
	put_text(row, "letters", letters.at);
	buf_fini(&letters);
}

static cJSON *table_rows(const struct table *t)
{
	cJSON *rows = cJSON_CreateArray();
	for (size_t place = 0; place < t->k; place++) {
		size_t i = t->order[place];
		cJSON *row = cJSON_CreateObject();
		put_text(row, "company", t->names[i]);
		put_whole(row, "n", t->groups[i].n);
		put(row, "mean", t->groups[i].mean);
		put_whole(row, "rank", (int64_t)t->rank[i]);
		put_whole(row, "rank_lower", (int64_t)t->intervals[i].lower);
		put_whole(row, "rank_upper", (int64_t)t->intervals[i].upper);
		put_flag(row, "tied_with_best", t->tied[i]);
		put_letters(row, t, i);
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

static cJSON *table_values(const struct table *t)
{
	cJSON *rows = cJSON_CreateArray();
	for (size_t i = 0; i < t->k; i++) {
		cJSON *row = cJSON_CreateObject();
		put_text(row, "company", t->names[i]);
		put_whole(row, "n", t->groups[i].n);
		put(row, "mean", t->groups[i].mean);
		put(row, "variance", t->groups[i].variance);
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_leaderboard(struct arena *arena, const cJSON *input)
{
	struct table *t = take(arena, 1, sizeof(*t));
	read_table(arena, member(input, "companies"), t);
	t->order = take(arena, t->k, sizeof(*t->order));
	t->pairs = take(arena, pairs_count(t->k), sizeof(*t->pairs));
	t->intervals = take(arena, t->k, sizeof(*t->intervals));
	t->tied = take(arena, t->k, sizeof(*t->tied));
	order_by_name(t);
	pairs_compare(t->groups, t->k, number_or(input, "alpha", 1 - LEVEL), t->pairs);
	ranks_simultaneous(t->pairs, t->k, t->intervals);
	ranks_tied_with_best(t->pairs, t->rank, t->k, t->tied);
	t->lettered = letters_of(t->pairs, t->k, t->order, &t->letters);
	cJSON *got = cJSON_CreateObject();
	cJSON_AddItemToObject(got, "values", table_values(t));
	cJSON_AddItemToObject(got, "pairs", table_pairs(t));
	cJSON_AddItemToObject(got, "leaderboard", table_rows(t));
	return got;
}

cJSON *answer_rank_marginal(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	size_t k, at = 0;
	struct group *groups = read_groups(arena, companies, &k);
	cJSON *rows = cJSON_CreateArray();
	cJSON_ArrayForEach(company, companies)
	{
		struct rank_interval interval = ranks_marginal(
			groups, k, at++, number_or(input, "alpha", 1 - LEVEL));
		cJSON *row = cJSON_CreateObject();
		put_text(row, "company", text(company, "company"));
		put_whole(row, "rank_lower", (int64_t)interval.lower);
		put_whole(row, "rank_upper", (int64_t)interval.upper);
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_rank_posterior(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	size_t k = (size_t)cJSON_GetArraySize(companies), at = 0;
	double *mean = take(arena, k, sizeof(*mean)), *sd = take(arena, k, sizeof(*sd));
	double *expected = take(arena, k, sizeof(*expected));
	double *chance = take(arena, k * k, sizeof(*chance));
	cJSON_ArrayForEach(company, companies)
	{
		mean[at] = number(company, "shrunken");
		sd[at++] = number(company, "shrunken_sd");
	}
	posterior_expected_ranks(mean, sd, k, expected);
	posterior_rank_chances(mean, sd, k, k, chance);
	cJSON *got = cJSON_CreateObject();
	cJSON *ranks = cJSON_AddArrayToObject(got, "expected_rank");
	cJSON *best = cJSON_AddArrayToObject(got, "p_best");
	cJSON *top3 = cJSON_AddArrayToObject(got, "p_top3");
	cJSON *all = cJSON_AddArrayToObject(got, "rank_probability");
	for (size_t i = 0; i < k; i++) {
		cJSON *row = cJSON_CreateArray();
		double sum = 0;
		for (size_t r = 0; r < k; r++) {
			sum += r < 3 ? chance[i * k + r] : 0;
			push(row, chance[i * k + r]);
		}
		push(ranks, expected[i]);
		push(best, chance[i * k]);
		push(top3, sum);
		cJSON_AddItemToArray(all, row);
	}
	return got;
}

cJSON *answer_threshold(struct arena *arena, const cJSON *input)
{
	cJSON *rows = cJSON_CreateArray();
	double threshold = number(input, "threshold");
	const cJSON *company;
	(void)arena;
	cJSON_ArrayForEach(company, member(input, "companies"))
	{
		struct interval ci = {number(company, "ci_lower"), number(company, "ci_upper")};
		cJSON *row = cJSON_CreateObject();
		put_text(row, "company", text(company, "company"));
		put(row, "p_at_least",
		    posterior_at_least(number(company, "shrunken"), number(company, "shrunken_sd"),
				       threshold));
		put_text(row, "verdict", verdict_name(posterior_verdict(ci, threshold)));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}
