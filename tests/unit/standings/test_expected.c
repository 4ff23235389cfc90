/** Every column of the tables R made of the sample wave, read from our answers. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "wave.h"

struct column {
	const char *name; /**< of the table */
	const char *path; /**< in our answer */
	double tolerance; /**< 0: 1e-10 */
};

#define FIGURES 1e-10
/** What the studentized range decides is exact; what REML finds is good to 1e-4. */
#define REML   1e-4
#define CHANCE 1e-8
#define RANGE  1e-7

static const struct column company_columns[] = {
	{"sector", "sector", 0},
	{"contacts", "n", 0},
	{"status", "base_status", 0},
	{"answered", "answered", 0},
	{"no_answer_percent", "no_answer_percent", 0},
	{"no_answer_ci_lower", "no_answer_ci_lower", 0},
	{"no_answer_ci_upper", "no_answer_ci_upper", 0},
	{"answered_mean", "answered_mean.mean", 0},
	{"answered_ci_lower", "answered_mean.ci_lower", 0},
	{"answered_ci_upper", "answered_mean.ci_upper", 0},
	{"score", "score.mean", 0},
	{"score_ci_lower", "score.ci_lower", 0},
	{"score_ci_upper", "score.ci_upper", 0},
	{"score_sd", "score.sd", 0},
	{"score_se", "score.se", 0},
	{"score_min", "score.min", 0},
	{"score_p25", "score.p25", 0},
	{"score_median", "score.median", 0},
	{"score_p75", "score.p75", 0},
	{"score_max", "score.max", 0},
	{"score_iqr", "score.iqr", 0},
	{"score_mad", "score.mad", 0},
	{"score_range", "score.range", 0},
	{"score_trimmed_mean", "score.trimmed_mean", 0},
	{"score_cv_percent", "score.cv_percent", 0},
	{"score_gini_mean_difference", "score.gini_mean_difference", 0},
	{"score_relative_sd", "score.relative_sd", 0},
	{"score_standardised", "score_standardised.mean", 0},
	{"score_standardised_se", "score_standardised.se", 0},
	{"score_standardised_ci_lower", "score_standardised.ci_lower", 0},
	{"score_standardised_ci_upper", "score_standardised.ci_upper", 0},
	{"score_standardised_n_effective", "score_standardised.n_effective", 0},
	{"nps_n", "nps.n", 0},
	{"nps_missing", "nps.n_missing", 0},
	{"promoters", "nps.promoters", 0},
	{"passives", "nps.passives", 0},
	{"detractors", "nps.detractors", 0},
	{"nps", "nps.nps", 0},
	{"nps_sd", "nps.sd", 0},
	{"nps_se", "nps.se", 0},
	{"nps_ci_lower", "nps.ci_lower", 0},
	{"nps_ci_upper", "nps.ci_upper", 0},
	{"nps_consensus", "nps.consensus", 0},
	{"csat_n", "csat.n", 0},
	{"csat_mean", "csat.csat_mean", 0},
	{"csat_sd", "csat.sd", 0},
	{"csat_ci_lower", "csat.mean_ci_lower", 0},
	{"csat_ci_upper", "csat.mean_ci_upper", 0},
	{"csat_top2_count", "csat.top2_count", 0},
	{"csat_top2_percent", "csat.csat_top2_percent", 0},
	{"csat_top2_ci_lower", "csat.ci_lower", 0},
	{"csat_top2_ci_upper", "csat.ci_upper", 0},
	{"csat_consensus", "csat.consensus", 0},
	{"csat_relative_variance", "csat.relative_variance", 0},
	{"ces_n", "ces.n", 0},
	{"ces_mean", "ces.ces_mean", 0},
	{"ces_sd", "ces.sd", 0},
	{"ces_ci_lower", "ces.ci_lower", 0},
	{"ces_ci_upper", "ces.ci_upper", 0},
	{"ces_score_0_100", "ces.ces_score_0_100", 0},
	{"ces_easy_count", "ces.easy_count", 0},
	{"ces_easy_percent", "ces.ces_easy_percent", 0},
	{"ces_easy_ci_lower", "ces.easy_ci_lower", 0},
	{"ces_easy_ci_upper", "ces.easy_ci_upper", 0},
	{"ces_consensus", "ces.consensus", 0},
	{"ces_agreement_a", "ces.agreement_a", 0},
	{"score_reliability", "score_reliability", 0},
	{"score_shrunken", "score_shrunken", 0},
	{"score_shrunken_sd", "score_shrunken_sd", 0},
	{"p_at_least_80", "p_at_least", 0},
	{"rank", "rank", 0},
	{"rank_lower", "rank_lower", 0},
	{"rank_upper", "rank_upper", 0},
	{"tied_with_best", "tied_with_best", 0},
	{"letters", "group_letters", 0},
	{"expected_rank", "expected_rank", 0},
	{"p_best", "p_best", CHANCE},
	{"answered_mean_severity_adjusted", "answered_mean_severity_adjusted", REML},
	{"answered_mean_severity_adjusted_se", "answered_mean_severity_adjusted_se", REML},
};

static const struct column nps_board_columns[] = {
	{"nps_rank", "rank", 0},
	{"nps_rank_lower", "rank_lower", 0},
	{"nps_rank_upper", "rank_upper", 0},
	{"nps_letters", "group_letters", 0},
};

static const struct column sector_columns[] = {
	{"companies_tested", "summary.companies_tested", 0},
	{"companies_suppressed", "summary.companies_suppressed", 0},
	{"companies", "summary.companies", 0},
	{"n", "summary.n", 0},
	{"mean_of_companies", "summary.mean_of_companies", 0},
	{"se", "summary.se", 0},
	{"df", "summary.df", 0},
	{"ci_lower", "summary.ci_lower", 0},
	{"ci_upper", "summary.ci_upper", 0},
	{"pooled_mean", "summary.pooled_mean", 0},
	{"company_min", "summary.company_min", 0},
	{"company_max", "summary.company_max", 0},
	{"company_range", "summary.company_range", 0},
	{"between_company_sd", "summary.between_company_sd", 0},
	{"se_if_companies_are_a_sample", "summary.se_if_companies_are_a_sample", 0},
	{"ss_between", "summary.ss_between", 0},
	{"ss_within", "summary.ss_within", 0},
	{"ms_between", "summary.ms_between", 0},
	{"ms_within", "summary.ms_within", 0},
	{"within_company_sd", "summary.within_company_sd", 0},
	{"n0", "summary.n0", 0},
	{"true_between_sd", "summary.true_between_sd", 0},
	{"icc1", "summary.icc1", 0},
	{"icc1_raw", "summary.icc1_raw", 0},
	{"icc1_ci_lower", "summary.icc1_ci_lower", 0},
	{"icc1_ci_upper", "summary.icc1_ci_upper", 0},
	{"reliability", "summary.reliability", 0},
	{"f", "summary.f", 0},
	{"df1", "summary.df1", 0},
	{"df2", "summary.df2", 0},
	{"p_value", "summary.p_value", 0},
	{"eta_squared", "summary.eta_squared", 0},
	{"omega_squared", "summary.omega_squared", 0},
	{"nps", "summary.nps.nps", 0},
	{"nps_ci_lower", "summary.nps.ci_lower", 0},
	{"nps_ci_upper", "summary.nps.ci_upper", 0},
	{"nps_pooled", "summary.nps.nps_pooled", 0},
	{"nps_between_company_sd", "summary.nps.between_company_sd", 0},
	{"csat_top2_percent", "summary.csat.csat_top2_percent", 0},
	{"csat_top2_ci_lower", "summary.csat.ci_lower", 0},
	{"csat_top2_ci_upper", "summary.csat.ci_upper", 0},
	{"ces_easy_percent", "summary.ces.ces_easy_percent", 0},
	{"ces_easy_ci_lower", "summary.ces.ci_lower", 0},
	{"ces_easy_ci_upper", "summary.ces.ci_upper", 0},
	{"csat_mean_of_companies", "summary.csat.csat_mean_of_companies", 0},
	{"ces_mean_of_companies", "summary.ces.ces_mean_of_companies", 0},
};

static const struct column channel_columns[] = {
	{"contacts", "n", 0},
	{"answered", "answered", 0},
	{"score", "score.mean", 0},
	{"score_sd", "score.sd", 0},
	{"score_median", "score.median", 0},
	{"nps", "nps.nps", 0},
	{"nps_n", "nps.n", 0},
	{"csat_mean", "csat.csat_mean", 0},
	{"csat_top2_percent", "csat.csat_top2_percent", 0},
	{"ces_mean", "ces.ces_mean", 0},
	{"ces_easy_percent", "ces.ces_easy_percent", 0},
};

static const struct column overall_columns[] = {
	{"contacts_all", "contacts_all", 0},
	{"contacts", "contacts", 0},
	{"sectors", "sectors", 0},
	{"companies_tested", "companies_tested", 0},
	{"companies_published", "companies", 0},
	{"companies_ranked", "companies_ranked", 0},
	{"mean_of_companies", "mean_of_companies", 0},
	{"mean_of_contacts", "pooled_mean", 0},
	{"between_company_sd", "between_company_sd", 0},
	{"company_min", "company_min", 0},
	{"company_max", "company_max", 0},
	{"sector_min", "sector_min", 0},
	{"sector_max", "sector_max", 0},
	{"nps", "pool.nps.nps", 0},
	{"nps_ci_lower", "pool.nps.ci_lower", 0},
	{"nps_ci_upper", "pool.nps.ci_upper", 0},
	{"nps_mean_of_companies", "nps.nps", 0},
	{"no_answer_percent", "no_answer_percent", 0},
	{"sigma2", "components.sigma2", 0},
	{"tau2", "components.tau2", 0},
	{"ms_company", "components.ms_company", 0},
	{"n0", "components.n0", 0},
	{"df_company", "components.df_company", 0},
	{"df_within", "components.df_within", 0},
	{"shopper_sd", "severity.shopper_sd", REML},
	{"residual_sd", "severity.residual_sd", REML},
	{"shopper_share", "severity.shopper_share", REML},
};

static struct sample sample;

static void given(void)
{
	sample = given_sample(false);
}

static void away(void)
{
	given_away(&sample);
}

TestSuite(expected, .init = given, .fini = away, .timeout = 300);

static size_t compare(const cJSON *row, const struct expected *e, size_t at,
		      const struct column *columns, size_t len)
{
	size_t faults = 0;

	for (size_t i = 0; i < len; i++) {
		double tolerance = columns[i].tolerance > 0 ? columns[i].tolerance : FIGURES;

		if (agrees(row, columns[i].path, expected_cell(e, at, columns[i].name), tolerance))
			continue;
		fprintf(stderr, "  ^ %s of row %zu, %s\n", columns[i].name, at, e->cells[at][1]);
		faults++;
	}
	return faults;
}

static void compare_companies(const char *metric, const struct column *columns, size_t len)
{
	struct expected e = expected_table("expected_company.csv");
	const struct wave *w = &sample.programme->waves[0];
	size_t faults = 0, rows = 0;

	for (size_t s = 0; e.rows > 0 && s < w->sectors_len; s++) {
		char code[80];

		snprintf(code, sizeof(code), "%.*s", SLICE_ARGS(w->sectors[s].code));
		cJSON *board = board_of(&sample, code, NULL, metric, "80", NULL);

		for (size_t at = 1; at < e.rows; at++) {
			if (strcmp(expected_cell(&e, at, "sector"), code) != 0)
				continue;
			faults += compare(row_of(at_path(board, "standings"), "company",
						 expected_cell(&e, at, "company")),
					  &e, at, columns, len);
			rows++;
		}
		cJSON_Delete(board);
	}
	cr_expect_eq(faults, 0);
	cr_expect_eq(rows, e.rows > 0 ? e.rows - 1 : 0);
	expected_free(&e);
}

Test(expected, every_company_figure_is_what_r_found)
{
	compare_companies("score", company_columns, COUNT_OF(company_columns));
}

Test(expected, every_rank_by_nps_is_what_r_found)
{
	compare_companies("nps", nps_board_columns, COUNT_OF(nps_board_columns));
}

Test(expected, no_column_of_the_company_table_is_forgotten)
{
	struct expected e = expected_table("expected_company.csv");

	/* The key "company" and the columns compared above. */
	if (e.rows > 0)
		cr_expect_eq(e.columns,
			     1 + COUNT_OF(company_columns) + COUNT_OF(nps_board_columns));
	expected_free(&e);
}

Test(expected, every_sector_figure_is_what_r_found)
{
	struct expected e = expected_table("expected_sector.csv");
	cJSON *table = sectors_of(&sample);
	size_t faults = 0;

	for (size_t at = 1; at < e.rows; at++) {
		const cJSON *row = row_of(at_path(table, "sectors"), "sector",
					  expected_cell(&e, at, "sector"));

		faults += compare(row, &e, at, sector_columns, COUNT_OF(sector_columns));
		faults += !agrees(row, "rank", expected_cell(&e, at, "rank"), 0);
	}
	cr_expect_eq(faults, 0);
	if (e.rows > 0)
		cr_expect_eq(e.columns, 2 + COUNT_OF(sector_columns));
	cJSON_Delete(table);
	expected_free(&e);
}

Test(expected, a_board_sums_up_its_sector_as_the_table_of_sectors_does)
{
	struct expected e = expected_table("expected_sector.csv");
	size_t faults = 0;

	for (size_t at = 1; at < e.rows; at++) {
		cJSON *board = board_of(&sample, expected_cell(&e, at, "sector"), NULL, "score",
					NULL, NULL);

		faults += compare(board, &e, at, sector_columns, COUNT_OF(sector_columns));
		cJSON_Delete(board);
	}
	cr_expect_eq(faults, 0);
	expected_free(&e);
}

Test(expected, every_channel_figure_is_what_r_found)
{
	struct expected e = expected_table("expected_channel.csv");
	cJSON *table = sectors_of(&sample);
	size_t faults = 0;

	for (size_t at = 1; at < e.rows; at++)
		faults += compare(row_of(at_path(table, "channels"), "channel",
					 expected_cell(&e, at, "channel")),
				  &e, at, channel_columns, COUNT_OF(channel_columns));
	cr_expect_eq(faults, 0);
	if (e.rows > 0)
		cr_expect_eq(e.columns, 1 + COUNT_OF(channel_columns));
	cJSON_Delete(table);
	expected_free(&e);
}

Test(expected, every_overall_figure_is_what_r_found)
{
	struct expected e = expected_table("expected_overall.csv");
	cJSON *table = sectors_of(&sample);

	if (e.rows > 0) {
		cr_expect_eq(compare(at_path(table, "overall"), &e, 1, overall_columns,
				     COUNT_OF(overall_columns)),
			     0);
		cr_expect_eq(e.columns, COUNT_OF(overall_columns));
	}
	cJSON_Delete(table);
	expected_free(&e);
}

Test(expected, every_shopper_is_as_severe_as_r_found)
{
	struct expected e = expected_table("expected_shoppers.csv");
	cJSON *table = shoppers_of(&sample);
	const cJSON *rows = at_path(table, "shoppers");
	size_t faults = 0;

	for (size_t at = 1; at < e.rows; at++) {
		const cJSON *row = cJSON_GetArrayItem(rows, (int)at - 1);

		faults += !agrees(row, "shopper", expected_cell(&e, at, "shopper"), 0);
		faults += !agrees(row, "effect", expected_cell(&e, at, "effect"), REML);
	}
	cr_expect_eq(faults, 0);
	if (e.rows > 0)
		cr_expect_eq(cJSON_GetArraySize(rows), (int)e.rows - 1);
	cJSON_Delete(table);
	expected_free(&e);
}

/** The pair of a board that names these two; NULL: none. */
static const cJSON *pair_of(const cJSON *board, const char *a, const char *b)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, at_path(board, "pairs"))
	{
		if (strcmp(at_path(pair, "a")->valuestring, a) == 0 &&
		    strcmp(at_path(pair, "b")->valuestring, b) == 0)
			return pair;
	}
	return NULL;
}

Test(expected, every_pair_differs_as_r_found)
{
	static const struct column columns[] = {
		{"difference", "difference", 0}, {"se", "se", 0}, {"t", "t", 0}, {"df", "df", 0},
		{"p_value", "p_value", RANGE},
	};
	struct expected e = expected_table("expected_pairs.csv");
	cJSON *board = NULL;
	size_t faults = 0;
	char last[80] = "";

	for (size_t at = 1; at < e.rows; at++) {
		char now[80];
		const char *sector = expected_cell(&e, at, "sector");
		const char *metric = expected_cell(&e, at, "metric");

		snprintf(now, sizeof(now), "%s %s", sector, metric);
		if (strcmp(now, last) != 0) {
			cJSON_Delete(board);
			board = board_of(&sample, sector, NULL, metric, NULL, "pairs");
			snprintf(last, sizeof(last), "%s", now);
		}
		faults += compare(
			pair_of(board, expected_cell(&e, at, "a"), expected_cell(&e, at, "b")), &e,
			at, columns, COUNT_OF(columns));
	}
	cr_expect_eq(faults, 0);
	cJSON_Delete(board);
	expected_free(&e);
}
