/** A company's history and its combined figures, against R and against the boards. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "award_words.h"
#include "series.h"
#include "standings/awards.h"
#include "standings/history.h"
#include "wave.h"

#include "golden_series.inc"

static const struct {
	int wave;
	bool answered;
	int score, nps, csat, ces;
} contacts[] = {GOLDEN_CONTACTS};

static const struct {
	const char *metric;
	int wave;
	double change, adjusted, se, lower, upper, p, p_adjusted;
} changes[] = {GOLDEN_CHANGES};

static const double combined[] = GOLDEN_COMBINED;

#define TWO_WAVES(one, other)                                                                      \
	",\"combined\":[{\"code\":\"c\",\"name\":{},\"of\":[{\"wave\":\"w1\",\"weight\":" one "}," \
	"{\"wave\":\"w2\",\"weight\":" other "}]}]"

#define BREAK ",\"series_break\":{\"reason\":{\"en\":\"two areas became one\"}}"

static struct series s;
static cJSON *answer;

static void away(void)
{
	cJSON_Delete(answer);
	answer = NULL;
	series_away(&s);
}

static const cJSON *at(const char *path)
{
	return at_path(answer, path);
}

static const cJSON *wave_of(const char *code)
{
	const cJSON *row = row_of(at("waves"), "wave", code);

	cr_assert(row != NULL, "%s is not in the history", code);
	return row;
}

static bool near(const cJSON *got, double expected)
{
	return cJSON_IsNumber(got) &&
	       fabs(got->valuedouble - expected) <= 1e-9 * fmax(1, fabs(expected));
}

static const char *reason(const cJSON *of, const char *path)
{
	const cJSON *word = at_path(of, path);

	return cJSON_IsString(word) ? word->valuestring : "no reason";
}

static void given_golden(const char *more)
{
	struct given_wave waves[4] = {{0}};

	waves[2].more = BREAK;
	s = given_series("A B C D E F", more, waves, 4);
	for (size_t i = 0; i < COUNT_OF(contacts); i++) {
		struct given_contact c = {.unanswered = !contacts[i].answered};

		if (contacts[i].answered)
			c = (struct given_contact){.score = contacts[i].score,
						   .nps = contacts[i].nps + 1,
						   .csat = contacts[i].csat + 1,
						   .ces = contacts[i].ces + 1};
		given_contact(&s, contacts[i].wave, "A", c);
	}
}

TestSuite(history, .fini = away);

static const cJSON *change_of(size_t i)
{
	char code[8];

	snprintf(code, sizeof(code), "w%d", changes[i].wave);
	return at_path(at_path(wave_of(code), changes[i].metric), "change");
}

Test(history, changes_intervals_and_p_values_are_those_of_r)
{
	given_golden(NULL);
	answer = history_in(&s, "A");
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		const cJSON *c = change_of(i);
		const char *name = changes[i].metric;

		cr_expect(near(at_path(c, "change"), changes[i].change), "%s", name);
		cr_expect(near(at_path(c, "adjusted_change"), changes[i].adjusted), "%s", name);
		cr_expect(near(at_path(c, "se"), changes[i].se), "%s", name);
		cr_expect(near(at_path(c, "ci_lower"), changes[i].lower), "%s", name);
		cr_expect(near(at_path(c, "ci_upper"), changes[i].upper), "%s", name);
		cr_expect(near(at_path(c, "p_value"), changes[i].p), "%s", name);
	}
}

Test(history, p_values_are_adjusted_over_the_comparable_changes_of_a_metric)
{
	given_golden(NULL);
	answer = history_in(&s, "A");
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		const cJSON *c = change_of(i);

		if (isnan(changes[i].p_adjusted)) {
			cr_expect(cJSON_IsNull(at_path(c, "p_adjusted")));
			cr_expect_str_eq(reason(c, "significant_reason"), "not_comparable");
			continue;
		}
		cr_expect(near(at_path(c, "p_adjusted"), changes[i].p_adjusted));
		cr_expect_eq(cJSON_IsTrue(at_path(c, "significant")), changes[i].p_adjusted < 0.05);
	}
}

Test(history, a_break_and_another_instrument_are_not_compared)
{
	struct given_wave waves[4] = {{0}};

	waves[1].more = BREAK;
	waves[2].more = ",\"instrument\":\"j\"";
	waves[3].more = ",\"instrument\":\"j\"";
	s = given_series("A B C D E F", NULL, waves, 4);
	for (int w = 1; w <= 4; w++)
		given_each(&s, w, "A", "9000 8000 7000 9500");
	answer = history_in(&s, "A");
	cr_expect_str_eq(reason(wave_of("w1"), "comparable_reason"), "first_wave");
	cr_expect_str_eq(reason(wave_of("w2"), "comparable_reason"), "series_break");
	cr_expect_str_eq(reason(wave_of("w2"), "series_break.en"), "two areas became one");
	cr_expect_str_eq(reason(wave_of("w3"), "comparable_reason"), "instrument");
	cr_expect(cJSON_IsTrue(at_path(wave_of("w4"), "comparable")));
	cr_expect(cJSON_IsFalse(at_path(wave_of("w3"), "comparable")));
	cr_expect(cJSON_IsNumber(at_path(wave_of("w3"), "score.change.change")));
}

Test(history, two_scales_of_a_question_have_no_difference)
{
	struct given_wave waves[2] = {{0}};

	waves[1].more = ",\"instrument\":\"k\"";
	s = given_series("A B C D E F", NULL, waves, 2);
	for (int w = 1; w <= 2; w++)
		for (int i = 0; i < 4; i++)
			given_contact(&s, w, "A",
				      (struct given_contact){.score = 9000 + i, .ces = i + 2});
	answer = history_in(&s, "A");
	cr_expect_str_eq(reason(wave_of("w2"), "ces.change_reason"), "not_applicable_scale");
	cr_expect(cJSON_IsNumber(at_path(wave_of("w2"), "score.change.change")));
}

Test(history, the_first_wave_and_a_gap_have_no_change_and_say_why)
{
	struct given_wave waves[4] = {{0}};

	waves[1].sectors = "{\"code\":\"S1\",\"companies\":[\"B\"]}";
	s = given_series("A B C D E F", NULL, waves, 4);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 3, "A", 4, 9000);
	given_scores(&s, 4, "A", 1, 9000);
	answer = history_in(&s, "A");
	cr_expect_str_eq(reason(wave_of("w1"), "score.change_reason"), "first_wave");
	cr_expect_str_eq(reason(wave_of("w2"), "score_reason"), "not_in_wave");
	cr_expect_str_eq(reason(wave_of("w3"), "score.change_reason"), "not_in_wave");
	cr_expect_str_eq(reason(wave_of("w4"), "score_reason"), "below_minimum_base");
	cr_expect_str_eq(reason(wave_of("w4"), "rank_reason"), "below_minimum_base");
}

Test(history, a_wave_that_may_not_be_seen_is_not_there_and_nothing_is_compared_with_it)
{
	struct given_wave waves[3] = {{0}};

	s = given_series("A B C D E F", NULL, waves, 3);
	for (int w = 1; w <= 3; w++)
		given_scores(&s, w, "A", 4, 9000 + w);
	s.hidden[1] = true;
	answer = history_in(&s, "A");
	cr_expect_eq(cJSON_GetArraySize(at("waves")), 2);
	cr_expect_str_eq(reason(wave_of("w3"), "score.change_reason"), "wave_not_available");
}

Test(history, the_company_it_succeeds_stands_for_it_before)
{
	struct given_wave waves[3] = {{0}};

	waves[2].sectors = "{\"code\":\"S1\",\"companies\":[\"G\",\"B\"]}";
	s = given_series("A B C D E F G",
			 ",\"successors\":[{\"company\":\"G\",\"of\":\"A\",\"kind\":\"renamed\","
			 "\"from\":\"2003-01-01\"}]",
			 waves, 3);
	given_scores(&s, 1, "A", 4, 8000);
	given_scores(&s, 2, "A", 4, 9000);
	given_scores(&s, 3, "G", 4, 9100);
	answer = history_in(&s, "G");
	cr_expect_str_eq(reason(wave_of("w2"), "company.code"), "A");
	cr_expect_str_eq(reason(wave_of("w3"), "company.code"), "G");
	cr_expect(near(at_path(wave_of("w3"), "score.change.change"), 1));
	cr_expect_str_eq(reason(cJSON_GetArrayItem(at("succeeds"), 0), "company.code"), "A");
}

Test(history, a_merged_company_has_no_figures_of_its_own_before)
{
	struct given_wave waves[2] = {{0}};

	waves[1].sectors = "{\"code\":\"S1\",\"companies\":[\"G\"]}";
	s = given_series("A B C D E F G",
			 ",\"successors\":[{\"company\":\"G\",\"of\":\"A\",\"kind\":\"merged\","
			 "\"from\":\"2002-01-01\"},{\"company\":\"G\",\"of\":\"B\","
			 "\"kind\":\"merged\",\"from\":\"2002-01-01\"}]",
			 waves, 2);
	given_scores(&s, 1, "A", 4, 8000);
	given_scores(&s, 1, "B", 4, 8000);
	given_scores(&s, 2, "G", 4, 9000);
	answer = history_in(&s, "G");
	cr_expect_str_eq(reason(wave_of("w1"), "score_reason"), "merged");
	cr_expect_str_eq(reason(wave_of("w2"), "score.change_reason"), "merged");
}

Test(history, awards_and_streaks_stand_beside_the_figures)
{
	struct given_wave waves[3] = {{0}};
	const cJSON *streak;

	for (int w = 0; w < 3; w++)
		waves[w].awards = LINE_AT("best", "90") "," STREAK(
			"long", "running", "best", "5", "breaks", "restarts", "counts", "inherit");
	s = given_series("A B C D E F", NULL, waves, 3);
	given_scores(&s, 1, "A", 4, 8000);
	given_scores(&s, 2, "A", 4, 9000);
	given_scores(&s, 3, "A", 4, 9000);
	answer = history_in(&s, "A");
	cr_expect_str_eq(texts_of(at_path(wave_of("w1"), "awards")), "");
	cr_expect_str_eq(texts_of(at_path(wave_of("w3"), "awards")), "best");
	streak = cJSON_GetArrayItem(at("streaks"), 0);
	cr_expect_str_eq(reason(streak, "award"), "long");
	cr_expect_eq(at_path(streak, "times")->valueint, 2, "two of the five so far");
	cr_expect(cJSON_IsFalse(at_path(streak, "won")));
	cr_expect_eq(cJSON_GetArraySize(at_path(streak, "waves")), 2);
}

Test(history, the_rank_is_that_of_the_sector_and_equals_share_it)
{
	s = given_series("A B C D E F", NULL, &(struct given_wave){0}, 1);
	given_scores(&s, 1, "A", 4, 8000);
	given_scores(&s, 1, "B", 5, 8000);
	given_scores(&s, 1, "C", 4, 7000);
	given_scores(&s, 1, "D", 4, 9000);
	answer = history_in(&s, "B");
	cr_expect_eq(at_path(wave_of("w1"), "rank")->valueint, 1);
	cr_expect_eq(at_path(wave_of("w1"), "companies_ranked")->valueint, 3);
}

static void same(const cJSON *row, const char *key, const cJSON *figure, const char *its)
{
	cr_expect_eq(at_path(row, key)->valuedouble, at_path(figure, its)->valuedouble, "%s", key);
}

Test(history, figures_and_intervals_are_those_of_the_board)
{
	struct board_query query = {.sector = BOARD_FIELD, .channel = -1, .threshold = NAN};
	struct board_source source = {.state = SLICE("published")};
	struct board *board;
	struct trouble why;
	struct buf text;
	cJSON *json;
	const cJSON *row, *wave;

	given_golden(NULL);
	answer = history_in(&s, "A");
	source.programme = s.programme;
	source.tally = s.tallies[0];
	cr_assert_eq(board_make(&source, &query, &s.arena, &board, &why), OK);
	buf_init(&text, BOARD_BUF_BYTES);
	board_json(board, &text);
	json = cJSON_ParseWithLength(text.at, text.len);
	buf_fini(&text);
	row = row_of(at_path(json, "standings"), "company", "A");
	wave = wave_of("w1");
	same(row, "score.ci_lower", wave, "score.ci_lower");
	same(row, "score.ci_upper", wave, "score.ci_upper");
	same(row, "answered_mean.ci_lower", wave, "answered_mean.ci_lower");
	same(row, "nps.nps", wave, "nps.nps");
	same(row, "nps.ci_upper", wave, "nps.ci_upper");
	same(row, "csat.csat_top2_percent", wave, "csat.csat_top2_percent");
	same(row, "csat.ci_lower", wave, "csat.ci_lower");
	same(row, "ces.ces_mean", wave, "ces.ces_mean");
	same(row, "ces.ci_upper", wave, "ces.ci_upper");
	cJSON_Delete(json);
}

Test(history, a_series_must_be_named_where_there_are_several)
{
	struct given_wave waves[2] = {{0}, {.more = ",\"series\":\"t\""}};
	struct slice series;
	struct trouble why = {0};

	s = given_series("A B C D E F", NULL, waves, 2);
	cr_expect_eq(history_series(s.programme, SLICE("t"), &series, &why), OK);
	cr_expect(slice_is(series, "t"));
	cr_expect_eq(history_series(s.programme, SLICE(""), &series, &why), E_GONE);
	cr_expect_str_eq(why.code, "unknown_series");
	cr_expect_str_eq(why.words, "series \"\" is not one of the programme's: \"s\", \"t\"");
	cr_expect_eq(history_series(s.programme, SLICE("u"), &series, &why), E_GONE);
}

TestSuite(several_waves, .fini = away);

Test(several_waves, every_arena_is_large_enough_or_refused)
{
	const char *awards = LINE_AT("best", "50") "," RANK("winner", "\"rank\":1") "," STREAK(
		"long", "running", "best", "2", "breaks", "restarts", "counts",
		"inherit") ",{\"code\":\"only\",\"kind\":\"sole\",\"of\":\"best\"}";
	struct given_wave waves[2] = {{.awards = awards}, {.awards = awards}};
	size_t bytes = 0;

	s = given_series("A B C D E F", TWO_WAVES("1", "1"), waves, 2);
	for (int w = 1; w <= 2; w++)
		given_each(&s, w, "A", "9000 8000 7000 9500");
	while (!fits_into(&s, 2, "A", bytes))
		bytes += 64;
	cr_expect_gt(bytes, 1024);
}

static size_t cells_in(const char *line)
{
	size_t cells = 1;

	for (; *line != '\0' && *line != '\r'; line++)
		cells += *line == ',';
	return cells;
}

/** Every row as long as the first; *lines without it. */
static void expect_a_table(const char *csv, size_t *lines)
{
	size_t cells = cells_in(csv);

	*lines = 0;
	for (const char *line = strchr(csv, '\n'); line != NULL && line[1] != '\0';
	     line = strchr(line + 1, '\n')) {
		cr_expect_eq(cells_in(line + 1), cells);
		++*lines;
	}
}

Test(several_waves, awards_as_csv_have_a_row_a_winner)
{
	struct given_wave wave = {
		.awards = LINE_AT("best", "50") "," WINNER("winner") "," STREAK(
			"long", "running", "best", "1", "breaks", "restarts", "counts",
			"inherit") ",{\"code\":\"pass\",\"kind\":\"no_nonconformity\","
				   "\"conformity\":\"major\"}"};
	char *csv;
	size_t rows;

	s = given_series("A B C D E F", NULL, &wave, 1);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 6000);
	csv = awards_csv_text(&s, 1);
	expect_a_table(csv, &rows);
	cr_expect_eq(rows, 7, "best 2, winner 1, long 2, pass 2");
	cr_expect_not_null(strstr(csv, "\nlong,A,S1,4,,,,,,,,1,,,1,w1\r"));
	memory_free(csv);
}

Test(several_waves, a_history_as_csv_has_a_row_a_wave)
{
	struct given_wave waves[3] = {{.awards = LINE_AT("best", "50")}, {0}, {0}};
	char *csv;
	size_t rows;

	waves[1].sectors = "{\"code\":\"S1\",\"companies\":[\"B\"]}";
	s = given_series("A B C D E F", NULL, waves, 3);
	given_each(&s, 1, "A", "9000 9100 9200 9000");
	given_scores(&s, 3, "A", 1, 9000);
	csv = history_csv_text(&s, "A");
	expect_a_table(csv, &rows);
	cr_expect_eq(rows, 3);
	cr_expect_not_null(strstr(csv, "\nw1,published,1,i,false,A,S1,ranked,4,1,1,4,90.75,"));
	cr_expect_not_null(strstr(csv, ",best\r\nw2,published,1,i,true,,,,,,0,"));
	memory_free(csv);
}

Test(several_waves, figures_of_another_programme_file_are_refused)
{
	struct given_wave wave = {.awards = LINE_AT("best", "50")};
	struct series other = given_series("B A C D E F", NULL, &wave, 1);
	struct board_source source = {.programme = other.programme, .tally = other.tallies[0]};
	struct wave_summary *summary;
	const struct wave_summary *summaries[1];
	struct trouble why = {0};
	struct awards *awards;

	s = given_series("A B C D E F", NULL, &wave, 1);
	cr_assert_eq(wave_summary_make(&source, &summary, &why), OK);
	summaries[0] = summary;
	cr_expect(wave_summary_fits(summary, other.programme));
	cr_expect_not(wave_summary_fits(summary, s.programme));
	cr_expect_eq(awards_make(s.programme, 0, summaries, &s.arena, &awards, &why), E_CONFLICT);
	cr_expect_null(awards);
	wave_summary_free(summary);
	series_away(&other);
}

TestSuite(combined, .fini = away);

static const cJSON *company(const char *code)
{
	return row_of(at("standings"), "company", code);
}

Test(combined, mean_error_and_interval_are_those_of_r)
{
	const cJSON *score;

	given_golden(TWO_WAVES("1", "2"));
	answer = combined_in(&s);
	score = at_path(company("A"), "score");
	cr_expect(near(at_path(score, "mean"), combined[0]));
	cr_expect(near(at_path(score, "se"), combined[1]));
	cr_expect(near(at_path(score, "df"), combined[2]));
	cr_expect(near(at_path(score, "ci_lower"), combined[3]));
	cr_expect(near(at_path(score, "ci_upper"), combined[4]));
	cr_expect_eq(at_path(score, "n")->valueint, 55);
}

static void given_two(const char *awards)
{
	struct given_wave waves[2] = {{0}, {.awards = awards}};

	s = given_series("A B C D E F", TWO_WAVES("1", "0.5"), waves, 2);
}

/* 2/3 of 9000 1/3 and 1/3 of 9000; 2/3 of 9000 and 1/3 of 9000 2/3: both 9000 2/9. */
Test(combined, equal_fractions_share_a_rank)
{
	given_two(NULL);
	given_each(&s, 1, "A", "9000 9000 9001 9001 9000 9000");
	given_scores(&s, 2, "A", 4, 9000);
	given_scores(&s, 1, "B", 7, 9000);
	given_each(&s, 2, "B", "9001 9001 9000 9001 9001 9000");
	given_scores(&s, 1, "C", 4, 9000);
	given_scores(&s, 2, "C", 4, 9000);
	given_scores(&s, 1, "D", 4, 8000);
	given_scores(&s, 2, "D", 4, 8000);
	answer = combined_in(&s);
	cr_expect_eq(at_path(company("A"), "rank")->valueint, 1);
	cr_expect_eq(at_path(company("B"), "rank")->valueint, 1);
	cr_expect_eq(at_path(company("C"), "rank")->valueint, 3);
	cr_expect_eq(at_path(company("D"), "rank")->valueint, 4);
	cr_expect_eq(at_path(company("D"), "rank_in_sector")->valueint, 1);
}

Test(combined, a_company_without_one_of_the_waves_has_none)
{
	given_two(NULL);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 9000);
	given_scores(&s, 2, "B", 3, 9000);
	given_scores(&s, 1, "C", 4, 9000);
	given_scores(&s, 2, "C", 1, 9000);
	answer = combined_in(&s);
	cr_expect_str_eq(reason(company("A"), "rank_reason"), "no_answers");
	cr_expect_str_eq(reason(company("B"), "score_reason"), "below_minimum_base");
	cr_expect_str_eq(
		reason(cJSON_GetArrayItem(at_path(company("C"), "parts"), 1), "mean_reason"),
		"below_minimum_base");
	cr_expect_eq(at("summary.companies_ranked")->valueint, 0);
}

Test(combined, a_line_and_a_rank_look_at_the_exact_combined_figure)
{
	given_two(LINE("line", "\"metric\":\"combined:c\",\"at_least\":90") "," LINE(
		"over",
		"\"metric\":\"combined:c\",\"above\":90") "," RANK("first",
								   "\"metric\":\"combined:c\",\"rank\":1"));
	given_each(&s, 1, "A", "9001 9000 9000 9000");
	given_each(&s, 2, "A", "8998 9000 9000 9000");
	given_each(&s, 1, "B", "9001 9000 9000 9000");
	given_each(&s, 2, "B", "8997 9000 9000 9000");
	answer = awards_in(&s, 2);
	cr_expect_str_eq(winners_of(answer, "line"), "A", "B lacks a twelfth of a hundredth");
	cr_expect_str_eq(winners_of(answer, "over"), "");
	cr_expect_str_eq(winners_of(answer, "first"), "A");
	cr_expect_eq(at_path(winner_of(answer, "first", "A"), "figure")->valuedouble, 90);
	cr_expect_eq(at_path(winner_of(answer, "line", "A"), "n")->valueint, 8);
	cr_expect_eq(at_path(award_of(answer, "line"), "sectors.reaching")->valueint, 0);
}

Test(combined, a_company_that_another_wave_does_not_have_is_asked_and_has_no_answers)
{
	struct given_wave waves[] = {
		{.sectors = "{\"code\":\"S1\",\"companies\":[\"A\"]}"},
		{.awards = LINE("line", "\"metric\":\"combined:c\",\"at_least\":90")}};

	s = given_series("A B C D E F", TWO_WAVES("1", "1"), waves, 2);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 2, "A", 4, 9000);
	given_scores(&s, 2, "B", 4, 9000);
	answer = awards_in(&s, 2);
	cr_expect_eq(at_path(award_of(answer, "line"), "candidates.companies")->valueint, 6);
	cr_expect_eq(at_path(award_of(answer, "line"), "candidates.no_answers")->valueint, 5);
	cr_expect_str_eq(winners_of(answer, "line"), "A");
}

Test(combined, a_wave_that_may_not_be_seen_leaves_nobody_with_a_figure)
{
	given_two(NULL);
	given_scores(&s, 1, "A", 4, 9000);
	given_scores(&s, 2, "A", 4, 9000);
	s.hidden[0] = true;
	answer = combined_in(&s);
	cr_expect_str_eq(
		reason(cJSON_GetArrayItem(at_path(company("A"), "parts"), 0), "mean_reason"),
		"wave_not_available");
	cr_expect(cJSON_IsNull(at_path(company("A"), "score")));
	cr_expect_str_eq(reason(company("A"), "score_reason"), "wave_not_available");
}
