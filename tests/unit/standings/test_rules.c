/** What is shown, ranked, hidden, and in which order. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "small.h"

static struct sample s;
static cJSON *board;

static void given(void)
{
	s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
}

static void away(void)
{
	cJSON_Delete(board);
	board = NULL;
	given_away(&s);
}

TestSuite(rules, .init = given, .fini = away);

static void show(const char *sector, const char *channel, const char *metric)
{
	cJSON_Delete(board);
	board = board_of(&s, sector, channel, metric, NULL, NULL);
}

static const cJSON *company(const char *code)
{
	return row_of(at_path(board, "standings"), "company", code);
}

/** The codes of the rows as they are shown, in one word. */
static const char *order(void)
{
	static char codes[64];
	const cJSON *row;

	codes[0] = '\0';
	cJSON_ArrayForEach(row, at_path(board, "standings"))
	{
		const char *code = at_path(row, "company.code")->valuestring;

		snprintf(codes + strlen(codes), sizeof(codes) - strlen(codes), "%s", code);
	}
	return codes;
}

static double number(const cJSON *object, const char *path)
{
	const cJSON *found = at_path(object, path);

	cr_assert(cJSON_IsNumber(found), "%s is not a number", path);
	return found->valuedouble;
}

static const char *text(const cJSON *object, const char *path)
{
	const cJSON *found = at_path(object, path);

	cr_assert(cJSON_IsString(found), "%s is not a text", path);
	return found->valuestring;
}

Test(rules, equal_means_share_a_rank_and_the_next_is_passed_over)
{
	given_contacts(&s, "A", "phone", "222221");
	given_contacts(&s, "C", "phone", "211111");
	given_contacts(&s, "B", "phone", "211111211111");
	given_contacts(&s, "D", "phone", "111110");
	show("S1", NULL, "score");
	cr_expect_eq(number(company("A"), "rank"), 1);
	cr_expect_eq(number(company("B"), "rank"), 2);
	cr_expect_eq(number(company("C"), "rank"), 2);
	cr_expect_eq(number(company("D"), "rank"), 4);
}

Test(rules, equals_stand_in_the_order_of_their_codes)
{
	for (const char *code = "DBCA"; *code != '\0'; code++)
		given_contacts(&s, (const char[]){*code, '\0'}, "phone", "111122");
	given_contacts(&s, "E", "phone", "222222");
	show("S1", NULL, "score");
	cr_expect_str_eq(order(), "EABCD");
}

Test(rules, ranked_come_first_then_shown_then_suppressed_ones)
{
	given_contacts(&s, "A", "phone", "222");
	given_contacts(&s, "B", "phone", "2222");
	given_contacts(&s, "C", "phone", "11111");
	given_contacts(&s, "D", "phone", "010000");
	show("S1", NULL, "score");
	cr_expect_str_eq(order(), "DBCAE");
	cr_expect_str_eq(text(company("D"), "base_status"), "ranked");
	cr_expect_str_eq(text(company("B"), "base_status"), "published_unranked");
	cr_expect_str_eq(text(company("A"), "base_status"), "suppressed");
}

Test(rules, a_suppressed_company_shows_its_contacts_and_nothing_else)
{
	given_contacts(&s, "A", "phone", "222");
	show("S1", NULL, "score");
	cr_expect_eq(number(company("A"), "n"), 3);
	for (const cJSON *member = company("A")->child; member != NULL; member = member->next) {
		if (cJSON_IsNumber(member))
			cr_expect_str_eq(member->string, "n");
		cr_expect_neq(cJSON_IsObject(member), strcmp(member->string, "company") != 0);
	}
	cr_expect_str_eq(text(company("A"), "score_reason"), "below_minimum_base");
}

Test(rules, a_suppressed_company_is_in_no_sector_figure)
{
	given_contacts(&s, "A", "phone", "000");
	given_contacts(&s, "B", "phone", "222222");
	show("S1", NULL, "score");
	cr_expect_eq(number(board, "summary.mean_of_companies"), 100);
	cr_expect_eq(number(board, "summary.contacts"), 6);
	cr_expect_eq(number(board, "summary.companies_suppressed"), 4);
}

Test(rules, an_unranked_company_counts_in_the_sector)
{
	given_contacts(&s, "A", "phone", "0000");
	given_contacts(&s, "B", "phone", "222222");
	show("S1", NULL, "score");
	cr_expect_eq(number(board, "summary.mean_of_companies"), 50);
	cr_expect_eq(number(board, "summary.companies_ranked"), 1);
	cr_expect(cJSON_IsNull(at_path(company("A"), "rank")));
}

Test(rules, unanswered_contacts_count_in_the_base)
{
	given_contacts(&s, "A", "phone", "2-----");
	show("S1", NULL, "score");
	cr_expect_str_eq(text(company("A"), "base_status"), "ranked");
	cr_expect_eq(number(company("A"), "answered"), 1);
	cr_expect_eq(number(company("A"), "score.n"), 6);
	cr_expect_str_eq(text(company("A"), "score.ci_method"), "none");
	cr_expect_str_eq(text(company("A"), "score.ci_lower_reason"), "zero_variance");
}

Test(rules, a_channel_board_asks_for_the_cell_minimum)
{
	given_contacts(&s, "A", "phone", "222");
	given_contacts(&s, "A", "chat", "000");
	given_contacts(&s, "B", "phone", "111111");
	show("S1", "phone", "score");
	cr_expect_str_eq(text(company("A"), "base_status"), "published_unranked");
	cr_expect_eq(number(company("A"), "score.mean"), 100);
	cr_expect_eq(number(company("B"), "rank"), 1);
	cr_expect_str_eq(text(board, "channel.code"), "phone");
}

Test(rules, a_lone_hidden_channel_takes_the_next_smallest_with_it)
{
	given_contacts(&s, "A", "phone", "222222");
	given_contacts(&s, "A", "chat", "1111");
	given_contacts(&s, "A", "email", "00");
	show("S1", "email", "score");
	cr_expect_str_eq(text(company("A"), "base_status"), "suppressed");
	show("S1", "chat", "score");
	cr_expect_str_eq(text(company("A"), "base_status"), "suppressed");
	cr_expect_eq(number(company("A"), "n"), 4);
	show("S1", "phone", "score");
	cr_expect_eq(number(company("A"), "rank"), 1);
}

Test(rules, hidden_channels_hold_a_cell_minimum_of_contacts_together)
{
	given_contacts(&s, "A", "phone", "222222");
	given_contacts(&s, "A", "chat", "1");
	given_contacts(&s, "A", "email", "0");
	show("S1", "phone", "score");
	cr_expect_str_eq(text(company("A"), "base_status"), "suppressed");
}

Test(rules, a_company_of_one_channel_is_shown_in_it)
{
	given_contacts(&s, "A", "chat", "222222");
	show("S1", "chat", "score");
	cr_expect_eq(number(company("A"), "rank"), 1);
}

Test(rules, a_hidden_channel_is_in_no_figure_of_the_channels_board)
{
	given_contacts(&s, "A", "phone", "222222");
	given_contacts(&s, "A", "chat", "1111");
	given_contacts(&s, "A", "email", "00");
	given_contacts(&s, "B", "chat", "111111");
	show("S1", "chat", "score");
	cr_expect_eq(number(board, "summary.contacts"), 6);
	cr_expect_eq(number(board, "summary.components.df_within"), 5);
}

Test(rules, effort_is_turned_round_before_any_statistic)
{
	char words[120];

	for (int i = 0; i < 6; i++) {
		snprintf(words, sizeof(words), "result_id=e%d company=A channel=phone ces=%d", i,
			 1 + i % 2);
		given_result(&s, words);
	}
	show("S1", NULL, "ces");
	cr_expect_eq(number(company("A"), "ces.ces_mean"), 6.5);
	cr_expect_eq(number(company("A"), "ces.ces_easy_percent"), 100);
	cr_expect_eq(cJSON_GetArrayItem(at_path(company("A"), "ces.distribution"), 6)->valueint, 3);
	cr_expect_eq(cJSON_GetArrayItem(at_path(company("A"), "ces.distribution"), 0)->valueint, 0);
}

Test(rules, a_ranked_base_without_two_answers_of_the_metric_has_no_rank)
{
	given_contacts(&s, "A", "phone", "222222");
	given_contacts(&s, "B", "phone", "11111");
	given_result(&s, "result_id=one company=B channel=phone q1=1 nps=9");
	show("S1", NULL, "nps");
	cr_expect_str_eq(text(company("A"), "rank_reason"), "no_answers");
	cr_expect_str_eq(text(company("B"), "rank_reason"), "one_answer");
	cr_expect_eq(number(company("B"), "nps.nps"), 100);
	cr_expect_eq(number(board, "summary.companies_ranked"), 0);
}

Test(rules, a_single_company_has_no_spread_between_companies)
{
	given_contacts(&s, "F", "phone", "222211");
	show("S2", NULL, "score");
	cr_expect_str_eq(text(board, "summary.reliability_reason"), "single_company");
	cr_expect_eq(number(company("F"), "rank"), 1);
	cr_expect_str_eq(text(board, "summary.ranking.reason"), "too_few_ranked");
}

Test(rules, a_threshold_is_met_only_by_the_whole_interval)
{
	given_contacts(&s, "A", "phone", "222222222222222222222222222222222222222222222222");
	given_contacts(&s, "B", "phone", "2211");
	given_contacts(&s, "C", "phone", "000000000000000000000000000000000000000000000010");
	board = board_of(&s, "S1", NULL, "score", "50", NULL);
	cr_expect_str_eq(text(company("A"), "threshold_verdict"), "at_or_above");
	cr_expect_str_eq(text(company("B"), "threshold_verdict"), "undetermined");
	cr_expect_str_eq(text(company("C"), "threshold_verdict"), "below");
	cr_expect_eq(number(board, "definition.threshold"), 50);
}

Test(rules, a_ranking_nobody_leads_is_not_supported)
{
	given_contacts(&s, "A", "phone", "220011");
	given_contacts(&s, "B", "phone", "220110");
	show("S1", NULL, "score");
	cr_expect(cJSON_IsFalse(at_path(board, "summary.ranking.ranking_supported")));
	cr_expect_str_eq(text(board, "summary.ranking.reason"), "low_reliability");
}

Test(rules, companies_far_apart_support_their_ranking)
{
	given_contacts(&s, "A", "phone", "2222222122");
	given_contacts(&s, "B", "phone", "0000000100");
	given_contacts(&s, "C", "phone", "1111121111");
	show("S1", NULL, "score");
	cr_expect(cJSON_IsTrue(at_path(board, "summary.ranking.ranking_supported")));
	cr_expect_eq(number(board, "summary.tied_with_best"), 1);
}

Test(rules, a_channel_the_company_lacks_is_named_and_not_punished)
{
	given_contacts(&s, "A", "phone", "2222");
	given_contacts(&s, "A", "chat", "0000");
	show("S1", NULL, "score");
	cr_expect_float_eq(number(company("A"), "score_standardised.mean"), 100 * 0.5 / 0.8, 1e-12);
	cr_expect_str_eq(
		cJSON_GetArrayItem(at_path(company("A"), "score_standardised.channels_missing"), 0)
			->valuestring,
		"email");
}

Test(rules, a_contact_without_a_shopper_leaves_its_company_unadjusted)
{
	for (int i = 0; i < 12; i++) {
		char words[120];

		snprintf(words, sizeof(words),
			 "result_id=s%d company=%c channel=phone shopper=P%d q1=%d", i, 'A' + i % 2,
			 i % 3, i % 3);
		given_result(&s, words);
	}
	given_contacts(&s, "B", "phone", "1");
	show("S1", NULL, "score");
	cr_expect(cJSON_IsNumber(at_path(company("A"), "answered_mean_severity_adjusted")));
	cr_expect_str_eq(text(company("B"), "answered_mean_severity_adjusted_reason"),
			 "not_computed");
}

Test(rules, excluded_unanswered_contacts_leave_the_score_alone)
{
	struct sample exclude = given_programme(SMALL_PROGRAMME("exclude", SMALL_QUESTIONS));

	given_contacts(&exclude, "A", "phone", "22221---");
	board = board_of(&exclude, "S1", NULL, "score", NULL, NULL);
	cr_expect_eq(number(company("A"), "score.mean"), 90);
	cr_expect_eq(number(company("A"), "score.n"), 5);
	cr_expect_eq(number(company("A"), "no_answer_percent"), 37.5);
	cr_expect_str_eq(text(company("A"), "score.ci_method"), "t");
	cr_expect_str_eq(text(board, "definition.unanswered"), "exclude");
	given_away(&exclude);
}

Test(rules, a_question_that_is_not_asked_has_no_figure)
{
	static const char *const questions[] = {"nps", "csat", "ces"};
	struct sample none = given_programme(SMALL_PROGRAMME("zero", ""));

	given_contacts(&none, "A", "phone", "222211");
	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		char reason[40];

		cJSON_Delete(board);
		board = board_of(&none, "S1", NULL, questions[i], NULL, NULL);
		snprintf(reason, sizeof(reason), "%s_reason", questions[i]);
		cr_expect_str_eq(text(company("A"), reason), "not_applicable_scale");
		cr_expect_str_eq(text(company("A"), "rank_reason"), "no_answers");
	}
	given_away(&none);
}

static enum status read_words(const char *sector, const char *channel, const char *metric,
			      const char *threshold, const char *include, struct trouble *why)
{
	struct board_words words = {slice_of(sector), slice_of(channel), slice_of(metric),
				    slice_of(threshold), slice_of(include)};
	struct board_query query;

	return board_query_read(s.programme, 0, &words, &query, why);
}

Test(rules, a_query_nobody_can_answer_says_why)
{
	static const struct {
		const char *words[5];
		enum status status;
		const char *code;
	} cases[] = {
		{{"S9"}, E_GONE, "unknown_sector"},
		{{"", "fax"}, E_GONE, "unknown_channel"},
		{{"", "", "mood"}, E_INPUT, "unknown_metric"},
		{{"", "", "area:"}, E_INPUT, "unknown_metric"},
		{{"", "", "area:none"}, E_INPUT, "unknown_metric"},
		{{"", "", "", "eighty"}, E_INPUT, "bad_threshold"},
		{{"", "", "", "80 "}, E_INPUT, "bad_threshold"},
		{{"", "", "", "inf"}, E_INPUT, "bad_threshold"},
		{{"", "", "", "", "pairs,shoes"}, E_INPUT, "unknown_include"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct trouble why;
		const char *const *w = cases[i].words;

		cr_expect_eq(read_words(w[0], w[1], w[2], w[3], w[4], &why), cases[i].status);
		cr_expect_str_eq(why.code, cases[i].code);
	}
}

Test(rules, companies_without_any_spread_are_ranked_without_chances)
{
	given_contacts(&s, "A", "phone", "222222");
	given_contacts(&s, "B", "phone", "111111");
	show("S1", NULL, "score");
	cr_expect_eq(number(company("A"), "rank_upper"), 1);
	cr_expect_eq(number(company("B"), "rank_lower"), 2);
	cr_expect_eq(number(company("A"), "score_shrunken"), 100);
	cr_expect_str_eq(text(company("A"), "p_best_reason"), "zero_variance");
	cr_expect_eq(number(board, "summary.icc1"), 1);
}

/** Two shoppers, six contacts each, half of them through `channel`. */
static double adjusted_with(const char *channel)
{
	struct sample shopped = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	double adjusted;

	for (int i = 0; i < 24; i++) {
		char words[120];

		snprintf(words, sizeof(words),
			 "result_id=m%d company=%c channel=%s shopper=P%d q1=%d", i, 'A' + i % 2,
			 i % 4 < 2 ? "phone" : channel, i % 3, (i * 5 + i / 4) % 3);
		given_result(&shopped, words);
	}
	cJSON_Delete(board);
	board = board_of(&shopped, "S1", NULL, "score", NULL, NULL);
	adjusted = number(company("A"), "answered_mean_severity_adjusted");
	given_away(&shopped);
	return adjusted;
}

Test(rules, a_shopper_is_one_shopper_in_every_channel)
{
	cr_expect_eq(adjusted_with("chat"), adjusted_with("phone"));
}
