/** Who wins by a line, a rank, a verdict or several awards at once, and who was not asked. */
#include <criterion/criterion.h>

#include "award_words.h"
#include "series.h"
#include "wave.h"

static struct series s;
static cJSON *awards;

static void away(void)
{
	cJSON_Delete(awards);
	awards = NULL;
	series_away(&s);
}

TestSuite(awards, .fini = away);

static void given(const char *of_wave)
{
	s = given_series("A B C D E F", NULL, &(struct given_wave){.awards = of_wave}, 1);
}

static void decide(void)
{
	cJSON_Delete(awards);
	awards = awards_in(&s, 1);
}

static double number(const cJSON *of, const char *path)
{
	const cJSON *at = at_path(of, path);

	cr_assert(cJSON_IsNumber(at), "%s is no number", path);
	return at->valuedouble;
}

static const char *text(const cJSON *of, const char *path)
{
	const cJSON *at = at_path(of, path);

	cr_assert(cJSON_IsString(at), "%s is no text", path);
	return at->valuestring;
}

static double candidates(const char *award, const char *outcome)
{
	return number(at_path(award_of(awards, award), "candidates"), outcome);
}

/* 8999.5 hundredths is shown as 90.0 with one decimal. */
Test(awards, a_mean_just_below_the_line_is_not_rounded_over_it)
{
	given(LINE_AT("best", "90") "," LINE("over", "\"above\":90"));
	given_each(&s, 1, "A", "8999 8999 9000 9000");
	decide();
	cr_expect_str_eq(winners_of(awards, "best"), "");
	cr_expect_str_eq(winners_of(awards, "over"), "");
	cr_expect_eq(candidates("best", "not_won"), 1);
}

Test(awards, exactly_on_the_line_wins_with_at_least_and_not_with_above)
{
	given(LINE_AT("best", "90") "," LINE("over", "\"above\":90"));
	given_each(&s, 1, "A", "8900 9100 8999 9001");
	given_each(&s, 1, "B", "8900 9100 8999 9002");
	decide();
	cr_expect_str_eq(winners_of(awards, "best"), "A B");
	cr_expect_str_eq(winners_of(awards, "over"), "B");
	cr_expect_str_eq(text(winner_of(awards, "over", "B"), "comparator"), "above");
	cr_expect_eq(number(winner_of(awards, "over", "B"), "figure"), 90.0025);
}

Test(awards, a_line_between_two_hundredths_is_met_exactly)
{
	given(LINE_AT("best", "89.995") "," LINE_AT("more", "89.995001"));
	given_each(&s, 1, "A", "8999 8999 9000 9000");
	decide();
	cr_expect_str_eq(winners_of(awards, "best"), "A");
	cr_expect_str_eq(winners_of(awards, "more"), "");
}

Test(awards, a_negative_nps_meets_a_negative_line)
{
	given(LINE("liked", "\"metric\":\"nps\",\"at_least\":-50") "," LINE(
		"loved", "\"metric\":\"nps\",\"above\":-50"));
	for (int i = 0; i < 4; i++)
		given_contact(&s, 1, "A",
			      (struct given_contact){.nps = i < 1   ? 11
							    : i < 2 ? 1
								    : 8});
	for (int i = 0; i < 4; i++)
		given_contact(&s, 1, "B", (struct given_contact){.nps = i < 2 ? 1 : 8});
	decide();
	cr_expect_str_eq(winners_of(awards, "liked"), "A B");
	cr_expect_str_eq(winners_of(awards, "loved"), "A");
	cr_expect_eq(number(winner_of(awards, "liked", "B"), "figure"), -50);
}

Test(awards, top_box_mean_effort_answered_and_area_have_lines_of_their_own)
{
	given(LINE("csat", "\"metric\":\"csat\",\"at_least\":75") "," LINE("ces", "\"metric\":\"ces\",\"at_least\":5.5") "," LINE(
		"answered",
		"\"metric\":\"answered\",\"at_least\":60") "," LINE("area",
								    "\"metric\":\"area:a\",\"at_least\":70") "," LINE("score",
														      "\"metric\":\"score\",\"at_least\":50"));
	for (int i = 0; i < 4; i++)
		given_contact(&s, 1, "A",
			      (struct given_contact){.score = 6000,
						     .csat = 1 + (i < 3 ? 5 : 1),
						     .ces = 1 + (i < 2 ? 5 : 6),
						     .area = 1 + 7000});
	given_contact(&s, 1, "A", (struct given_contact){.unanswered = true});
	decide();
	cr_expect_str_eq(winners_of(awards, "csat"), "A");
	cr_expect_str_eq(winners_of(awards, "ces"), "A");
	cr_expect_str_eq(winners_of(awards, "answered"), "A");
	cr_expect_str_eq(winners_of(awards, "area"), "A");
	cr_expect_str_eq(winners_of(awards, "score"), "", "4 of 60 and a 0 make 48");
}

Test(awards, equal_figures_share_a_rank_and_the_award_is_joint)
{
	given(WINNER("winner") "," RANK("podium", "\"rank\":2"));
	given_each(&s, 1, "A", "9000 9001 9001 9000 9001 9001");
	given_each(&s, 1, "B", "9002 9001 9001 9000 9000 9000");
	given_each(&s, 1, "C", "9001 9000 9001 9001 9000 9001 9002 9000 9000");
	decide();
	cr_expect_str_eq(winners_of(awards, "winner"), "A B C", "all three are 9000 and 2/3");
	cr_expect_eq(number(winner_of(awards, "winner", "B"), "joint"), 3);
	cr_expect_str_eq(winners_of(awards, "podium"), "A B C");
}

Test(awards, two_first_places_leave_no_second)
{
	given(RANK("podium", "\"rank\":2"));
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 5, 9000);
	given_scores(&s, 1, "C", 4, 8999);
	decide();
	cr_expect_str_eq(winners_of(awards, "podium"), "A B");
	cr_expect_eq(number(winner_of(awards, "podium", "A"), "joint"), 2);
	cr_expect_eq(number(winner_of(awards, "podium", "B"), "rank"), 1);
}

Test(awards, each_sector_has_its_winner_and_the_field_one)
{
	given(WINNER("sector") "," RANK("field", "\"rank\":1,\"scope\":\"field\""));
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 8000);
	given_scores(&s, 1, "D", 4, 7000);
	decide();
	cr_expect_str_eq(winners_of(awards, "sector"), "A D");
	cr_expect_str_eq(winners_of(awards, "field"), "A");
	cr_expect_str_eq(text(winner_of(awards, "sector", "D"), "sector.code"), "S2");
}

Test(awards, a_channel_has_its_own_base_and_winner)
{
	given(RANK("chat", "\"rank\":1,\"channel\":\"chat\""));
	given_scores(&s, 1, "A", 6, 9000);
	for (int i = 0; i < 3; i++)
		given_contact(&s, 1, "A", (struct given_contact){.score = 9900, .channel = "chat"});
	given_scores(&s, 1, "B", 4, 1000);
	for (int i = 0; i < 4; i++)
		given_contact(&s, 1, "B",
			      (struct given_contact){.score = 5000 + i, .channel = "chat"});
	decide();
	cr_expect_str_eq(winners_of(awards, "chat"), "B");
	cr_expect_eq(candidates("chat", "below_minimum_base"), 1, "A has three in chat");
}

Test(awards, not_eligible_suppressed_too_small_and_empty_are_different_answers)
{
	struct given_wave wave = {
		.awards = "{\"code\":\"best\",\"kind\":\"line\",\"at_least\":50,"
			  "\"prerequisites\":[\"certified\"]}",
		.more = ",\"prerequisites\":[\"certified\"]",
		.sectors = "{\"code\":\"S1\",\"companies\":[{\"company\":\"A\",\"fulfils\":["
			   "\"certified\"]},\"B\",\"C\",\"D\",\"E\"]}",
	};

	s = given_series("A B C D E F", NULL, &wave, 1);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 9000);
	given_scores(&s, 1, "C", 3, 9000);
	given_scores(&s, 1, "D", 1, 9000);
	decide();
	cr_expect_str_eq(winners_of(awards, "best"), "A");
	cr_expect_eq(candidates("best", "companies"), 5);
	cr_expect_eq(candidates("best", "not_eligible"), 1);
	cr_expect_eq(candidates("best", "below_minimum_base"), 1);
	cr_expect_eq(candidates("best", "suppressed"), 1);
	cr_expect_eq(candidates("best", "no_answers"), 1);
}

Test(awards, who_is_not_eligible_does_not_keep_another_from_the_first_place)
{
	struct given_wave wave = {
		.awards = RANK("first", "\"rank\":1,\"prerequisites\":[\"certified\"]"),
		.more = ",\"prerequisites\":[\"certified\"]",
		.sectors = "{\"code\":\"S1\",\"companies\":[{\"company\":\"A\",\"fulfils\":["
			   "\"certified\"]},\"B\"]}",
	};

	s = given_series("A B", NULL, &wave, 1);
	given_scores(&s, 1, "A", 4, 8000);
	given_scores(&s, 1, "B", 4, 9000);
	decide();
	cr_expect_str_eq(winners_of(awards, "first"), "A");
}

Test(awards, no_average_buys_a_pass_with_an_open_major)
{
	given("{\"code\":\"pass\",\"kind\":\"no_nonconformity\",\"conformity\":\"major\"},"
	      "{\"code\":\"clean\",\"kind\":\"no_nonconformity\",\"conformity\":\"minor\"}," LINE_AT(
		      "best", "90"));
	for (int i = 0; i < 100; i++) {
		given_contact(&s, 1, "A",
			      (struct given_contact){.score = i > 0 ? 10000 : 0,
						     .verdict = i > 0 ? 'c' : 'M'});
		given_contact(&s, 1, "B",
			      (struct given_contact){.score = 9000, .verdict = i > 0 ? 'c' : 'm'});
	}
	given_contact(&s, 1, "C", (struct given_contact){.score = 9900, .verdict = 'c'});
	given_contact(&s, 1, "C", (struct given_contact){.score = 9900});
	decide();
	cr_expect_str_eq(winners_of(awards, "best"), "A B");
	cr_expect_str_eq(winners_of(awards, "pass"), "B C", "A has 99 %% and one major");
	cr_expect_str_eq(winners_of(awards, "clean"), "C", "minor includes major");
	cr_expect_eq(number(winner_of(awards, "pass", "B"), "minor"), 1);
	cr_expect_eq(number(winner_of(awards, "pass", "B"), "major"), 0);
}

Test(awards, all_awards_named_must_be_won)
{
	given(LINE_AT("best", "90") "," WINNER(
		"winner") ",{\"code\":\"both\",\"kind\":\"all\",\"of\":[\"best\",\"winner\"]}");
	given_scores(&s, 1, "A", 4, 9100);
	given_scores(&s, 1, "B", 4, 9100);
	given_scores(&s, 1, "C", 4, 9000);
	given_scores(&s, 1, "D", 4, 8000);
	decide();
	cr_expect_str_eq(winners_of(awards, "both"), "A B");
	cr_expect_eq(number(winner_of(awards, "both", "A"), "joint"), 2, "the first place is");
}

Test(awards, the_only_one_of_its_sector_over_the_line)
{
	given(LINE_AT(
		"best",
		"90") ",{\"code\":\"only\",\"kind\":\"sole\",\"of\":\"best\"},"
		      "{\"code\":\"alone\",\"kind\":\"sole\",\"of\":\"best\",\"scope\":\"field\"}");
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 9500);
	given_scores(&s, 1, "D", 4, 9000);
	given_scores(&s, 1, "E", 4, 8999);
	decide();
	cr_expect_str_eq(winners_of(awards, "only"), "D");
	cr_expect_str_eq(winners_of(awards, "alone"), "");
}

Test(awards, a_rank_needs_two_answers_as_on_a_board)
{
	given(RANK("liked", "\"rank\":1,\"metric\":\"nps\""));
	given_scores(&s, 1, "A", 4, 9000);
	given_contact(&s, 1, "A", (struct given_contact){.nps = 11});
	given_scores(&s, 1, "B", 4, 9000);
	given_contact(&s, 1, "B", (struct given_contact){.nps = 1});
	given_contact(&s, 1, "B", (struct given_contact){.nps = 1});
	decide();
	cr_expect_str_eq(winners_of(awards, "liked"), "B");
	cr_expect_eq(candidates("liked", "no_answers"), 5, "A, and four without a contact");
}

Test(awards, verdict_and_chance_beside_a_line_are_those_of_the_board)
{
	struct board_words words = {.threshold = SLICE("70")};
	struct board_query query;
	struct board *board;
	struct trouble why;
	struct buf text_of_board;
	cJSON *json;
	const cJSON *row, *won;

	given(LINE_AT("best", "70"));
	given_each(&s, 1, "A", "7500 7600 8000 6900 7000 7700");
	given_each(&s, 1, "B", "6500 7900 8000 6900 7000 7700");
	given_each(&s, 1, "C", "5500 2900 8000 6900 3000 7700");
	given_contact(&s, 1, "A", (struct given_contact){.unanswered = true});
	given_each(&s, 1, "D", "9500 9600 9700 9800");
	decide();
	cr_assert_eq(board_query_read(s.programme, 0, &words, &query, &why), OK);
	cr_assert_eq(board_make(&(struct board_source){.programme = s.programme,
						       .tally = s.tallies[0],
						       .state = SLICE("published")},
				&query, &s.arena, &board, &why),
		     OK);
	buf_init(&text_of_board, BOARD_BUF_BYTES);
	board_json(board, &text_of_board);
	json = cJSON_ParseWithLength(text_of_board.at, text_of_board.len);
	buf_fini(&text_of_board);
	cr_expect_str_eq(winners_of(awards, "best"), "B D");
	row = row_of(at_path(json, "standings"), "company", "B");
	won = winner_of(awards, "best", "B");
	cr_expect_eq(number(won, "p_at_least"), number(row, "p_at_least"));
	cr_expect_str_eq(text(won, "verdict"), text(row, "threshold_verdict"));
	row = row_of(at_path(json, "standings"), "company", "D");
	won = winner_of(awards, "best", "D");
	cr_expect_eq(number(won, "p_at_least"), number(row, "p_at_least"));
	cr_expect_str_eq(text(won, "verdict"), text(row, "threshold_verdict"));
	cJSON_Delete(json);
}

Test(awards, the_interval_of_a_first_place_says_how_sure_it_is)
{
	const cJSON *a;

	given(WINNER("winner"));
	given_each(&s, 1, "A", "9000 9100 9200 9300");
	given_each(&s, 1, "B", "8990 9100 9200 9300");
	given_each(&s, 1, "C", "1000 1100 1200 1300");
	decide();
	a = winner_of(awards, "winner", "A");
	cr_expect_eq(number(a, "rank_lower"), 1);
	cr_expect_eq(number(a, "rank_upper"), 2);
	cr_expect(cJSON_IsTrue(at_path(a, "tied_with_best")));
}

/* A 9033 1/3 of 6 and B 8966 2/3 of 9 have the mean 9000, which no double of either holds. */
Test(awards, a_sector_exactly_on_the_line_is_counted)
{
	given(LINE_AT("best", "90") "," LINE("over", "\"above\":90"));
	given_each(&s, 1, "A", "9033 9033 9033 9033 9034 9034");
	given_each(&s, 1, "B", "8966 8966 8966 8967 8967 8967 8967 8967 8967");
	given_scores(&s, 1, "D", 4, 8999);
	decide();
	cr_expect_eq(number(award_of(awards, "best"), "sectors.compared"), 2);
	cr_expect_eq(number(award_of(awards, "best"), "sectors.reaching"), 1);
	cr_expect_eq(number(award_of(awards, "over"), "sectors.reaching"), 0);
}

Test(awards, who_answered_for_the_winner_while_the_wave_was_in_the_field)
{
	const char *more =
		",\"centres\":[{\"code\":\"OC1\"},{\"code\":\"OC2\"}],\"operations\":["
		"{\"company\":\"A\",\"centre\":\"OC1\",\"country\":\"EE\",\"until\":\"2000-12-31\"},"
		"{\"company\":\"A\",\"centre\":\"OC2\",\"channels\":[\"phone\"],"
		"\"from\":\"2001-12-31\"},"
		"{\"company\":\"B\",\"country\":\"NO\"}]";
	const cJSON *by;

	s = given_series("A B C D E F", more, &(struct given_wave){.awards = WINNER("winner")}, 1);
	given_scores(&s, 1, "A", 4, 9000);
	decide();
	by = at_path(winner_of(awards, "winner", "A"), "operated_by");
	cr_assert_eq(cJSON_GetArraySize(by), 1);
	cr_expect_str_eq(text(cJSON_GetArrayItem(by, 0), "centre.code"), "OC2");
	cr_expect_str_eq(text(cJSON_GetArrayItem(by, 0), "from"), "2001-12-31");
	cr_expect_str_eq(texts_of(at_path(cJSON_GetArrayItem(by, 0), "channels")), "phone");
}

Test(awards, the_rule_reads_as_in_the_programme_file)
{
	const cJSON *rule;

	given(LINE("best", "\"metric\":\"nps\",\"channel\":\"chat\",\"above\":12.5") "," STREAK(
		"long", "running", "best", "3", "skips", "continues", "breaks", "ignore"));
	decide();
	rule = at_path(award_of(awards, "best"), "rule");
	cr_expect_str_eq(text(rule, "kind"), "line");
	cr_expect_str_eq(text(rule, "metric"), "nps");
	cr_expect_str_eq(text(rule, "channel"), "chat");
	cr_expect_eq(number(rule, "above"), 12.5);
	rule = at_path(award_of(awards, "long"), "rule");
	cr_expect_str_eq(text(rule, "of"), "best");
	cr_expect_str_eq(text(rule, "missed"), "skips");
	cr_expect_str_eq(text(rule, "at_break"), "continues");
	cr_expect_str_eq(text(rule, "joint"), "breaks");
	cr_expect_str_eq(text(rule, "successors"), "ignore");
}

static char *awards_with_companies(const char *companies)
{
	struct given_wave wave = {.awards = WINNER("winner") "," LINE_AT("best", "50")};
	struct series other = given_series(companies, NULL, &wave, 1);
	char *written;

	given_scores(&other, 1, "B", 4, 9000);
	given_scores(&other, 1, "A", 4, 9000);
	given_each(&other, 1, "C", "8000 8100 9000 5000 4000");
	given_each(&other, 1, "F", "8000 8100 9000 5000 4000");
	written = awards_text(&other, 1);
	series_away(&other);
	return written;
}

Test(awards, the_order_of_companies_in_the_file_does_not_matter)
{
	char *one = awards_with_companies("A B C D E F");
	char *other = awards_with_companies("F D B E C A");

	given(NULL);
	cr_expect_str_eq(one, other);
	memory_free(one);
	memory_free(other);
}

Test(awards, a_summary_needs_neither_counts_nor_programme)
{
	struct given_wave wave = {.awards = LINE_AT("best", "50")};
	struct series other = given_series("A B C D E F", NULL, &wave, 1);
	struct board_source source = {.programme = other.programme,
				      .tally = other.tallies[0],
				      .state = SLICE("closed"),
				      .revision = 3};
	struct summary_column score = {AWARD_SCORE, SUMMARY_NO_AREA, SUMMARY_ALL_CHANNELS};
	struct wave_summary *summary;
	struct trouble why = {0};
	struct sums sums;

	given(NULL);
	given_each(&other, 1, "C", "9000 8000 7000 9500");
	cr_assert_eq(wave_summary_make(&source, &summary, &why), OK);
	series_away(&other);
	sums = wave_summary_sums(summary, wave_summary_place(summary, 2), score);
	cr_expect_eq(sums.n, 4);
	cr_expect_eq((int64_t)sums.s1, 33500);
	cr_expect_eq((int64_t)sums.s2, 284250000);
	cr_expect(slice_is(summary->code, "w1"));
	cr_expect(slice_is(summary->state, "closed"));
	cr_expect_gt(wave_summary_bytes(summary), sizeof(*summary));
	wave_summary_free(summary);
}
