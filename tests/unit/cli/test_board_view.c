#include <criterion/criterion.h>

#include "cli/board_view.h"
#include "cli/sectors_view.h"

#define HEAD                                                                                       \
	"{\"programme\":\"sample\",\"wave\":\"2020\",\"state\":\"fielding\",\"revision\":0,"       \
	"\"channel\":null,\"metric\":\"score\",\"sector\":{\"code\":\"S01\",\"name\":{\"en\":"     \
	"\"Telecom\",\"ko\":\"통신\"}},\"definition\":{\"level\":0.95},"

#define SUMMARY                                                                                    \
	"\"summary\":{\"companies\":2,\"n\":50,\"mean_of_companies\":75,\"ci_lower\":70.04,"       \
	"\"ci_upper\":80,\"company_min\":70,\"company_max\":80,\"company_range\":10,"              \
	"\"between_company_sd\":7.07,\"true_between_sd\":5,\"reliability\":0.5,\"companies_suppressed\":1,\"ranking\":{\"sentence\":\"The order is weak.\"}},"

#define FIRST                                                                                      \
	"{\"rank\":1,\"rank_lower\":1,\"rank_upper\":2,\"tied_with_best\":true,\"company\":{"      \
	"\"code\":\"C1\",\"name\":{\"en\":\"Oasis\",\"ko\":\"오아시스\"}},\"base_status\":"    \
	"\"ranked\",\"n\":25,\"score\":{\"mean\":80,\"ci_lower\":70,\"ci_upper\":90},\"nps\":{"    \
	"\"nps\":-4,\"n\":25},\"csat\":{\"csat_top2_percent\":72,\"n\":25},\"ces\":{\"ces_mean\":" \
	"null,\"ces_mean_reason\":\"no_answers\",\"n\":0}}"

#define SECOND                                                                                      \
	"{\"rank\":2,\"rank_lower\":1,\"rank_upper\":2,\"tied_with_best\":false,\"company\":{"      \
	"\"code\":\"C2\",\"name\":{\"en\":\"Is\"}},\"base_status\":\"ranked\",\"n\":25,\"score\":{" \
	"\"mean\":70,\"ci_lower\":60,\"ci_upper\":75},\"nps\":null,\"nps_reason\":"                 \
	"\"not_applicable_scale\",\"csat\":{\"csat_top2_percent\":60,\"n\":25},\"ces\":{"           \
	"\"ces_mean\":5.25,\"n\":25}}"

#define HIDDEN                                                                                     \
	"{\"rank\":null,\"company\":{\"code\":\"C3\",\"name\":{\"en\":\"Eika\"}},\"base_status\":" \
	"\"suppressed\",\"n\":7,\"score\":null,\"score_reason\":\"below_minimum_base\"}"

static const char small_board[] = HEAD SUMMARY "\"standings\":[" FIRST "," SECOND "," HIDDEN "]}";

static struct view view_of(size_t columns, const char *language)
{
	return (struct view){.columns = columns, .set = TEXT_UTF8, .language = language};
}

static void draw(struct buf *made, const char *json, const struct view *view)
{
	struct trouble why;
	cJSON *board = cJSON_Parse(json);
	cr_assert_not_null(board);
	buf_init(made, 100000);
	cr_assert_eq(board_view_add(made, board, view, &why), OK, "%s", why.words);
	buf_add_byte(made, '\0');
	cJSON_Delete(board);
}

static void expect_board(const char *json, struct view view, const char *wanted)
{
	struct buf made;
	draw(&made, json, &view);
	cr_expect_str_eq(made.at, wanted, "drawn:\n%s\nwanted:\n%s", made.at, wanted);
	buf_fini(&made);
}

static bool board_has(const char *json, struct view view, const char *words)
{
	struct buf made;
	draw(&made, json, &view);
	bool found = strstr(made.at, words) != NULL;
	buf_fini(&made);
	return found;
}

Test(board_view, a_small_board_with_hangul_names_is_these_lines)
{
	expect_board(
		small_board, view_of(90, "ko"),
		/* clang-format off */
		"통신, sample 2020: score from 0 to 100, all channels (fielding, revision 0)\n"
		"\n"
		"Rank  Between  Company    n  Score  60        80     100  95 % interval  CSAT %  CES   NPS\n"
		"                                    ┼─────────┼────────┼\n"
		"   1  1-2      오아시스  25   80.0       ├────●───┤       70.0 to 90.0     72.0   –¹  −4.0\n"
		"   2  1-2      Is        25   70.0  ├────○─┤              60.0 to 75.0     60.0  5.3    –²\n"
		"   –           Eika      too few results to publish\n"
		"● not distinguishable from the best   ○ behind the best\n"
		"\n"
		"Sector level    75.0 (95 % interval 70.0 to 80.0)\n"
		"Base            2 companies, 50 results, 1 not shown\n"
		"Spread          70.0 to 80.0 (range 10.0), SD between companies 7.1 (5.0 with chance taken out)\n"
		"Reliability     50.0 % of the differences between companies is more than chance\n"
		"Ranking         The order is weak.\n"
		"\n"
		"–¹ nobody answered the question\n"
		"–² not asked, or the question's scale does not allow this figure\n"
		/* clang-format on */
	);
}

static struct view ascii_view(size_t columns)
{
	return (struct view){
		.columns = columns, .ascii = true, .set = TEXT_ASCII, .language = "ko"};
}

static void expect_table(struct view view, const char *wanted)
{
	struct buf made;
	draw(&made, small_board, &view);
	const char *table = strstr(made.at, "\n\n");
	cr_assert_not_null(table);
	cr_expect_eq(strncmp(table + 2, wanted, strlen(wanted)), 0, "drawn:\n%s\nwanted:\n%s",
		     table + 2, wanted);
	buf_fini(&made);
}

Test(board_view, ascii_draws_the_same_board_without_a_foreign_character)
{
	/* clang-format off */
	expect_table(ascii_view(90),
		"Rank  Between  Company   n  Score  60        80     100  95 % interval  CSAT %   CES   NPS\n"
		"                                   +---------+--------+\n"
		"   1  1-2      Oasis    25   80.0       |----*---|       70.0 to 90.0     72.0  -[1]  -4.0\n"
		"   2  1-2      Is       25   70.0  |----o-|              60.0 to 75.0     60.0   5.3  -[2]\n"
		"   -           Eika     too few results to publish\n"
		"* not distinguishable from the best   o behind the best\n");
	/* clang-format on */
}

Test(board_view, a_narrow_terminal_keeps_rank_name_base_and_figure)
{
	/* clang-format off */
	expect_table(view_of(40, "en"),
		"Rank  Between  Company   n  Score\n"
		"   1  1-2      Oasis    25   80.0\n"
		"   2  1-2      Is       25   70.0\n"
		"   –           Eika     too few results to publish\n");
	/* clang-format on */
}

Test(board_view, the_other_metrics_go_before_the_interval_and_the_interval_before_the_plot)
{
	cr_expect(board_has(small_board, view_of(72, "en"), "95 % interval\n"));
	cr_expect_not(board_has(small_board, view_of(72, "en"), "CSAT"));
	cr_expect_not(board_has(small_board, view_of(60, "en"), "95 % interval\n"));
	cr_expect(board_has(small_board, view_of(60, "en"), "●"));
}

Test(board_view, a_long_sentence_breaks_between_words)
{
	cr_expect(board_has(HEAD "\"summary\":{\"ranking\":{\"sentence\":\"Four companies of five "
				 "cannot be told apart.\"}},\"standings\":[]}",
			    view_of(44, "en"),
			    "Ranking         Four companies of five\n"
			    "                cannot be told apart.\n"));
}

Test(board_view, a_column_that_is_not_shown_leaves_no_footnote)
{
	cr_expect(board_has(small_board, view_of(90, "en"), "nobody answered the question"));
	cr_expect_not(board_has(small_board, view_of(60, "en"), "nobody answered the question"));
}

Test(board_view, a_document_that_is_no_board_is_refused)
{
	struct view view = view_of(100, "en");
	struct trouble why;
	struct buf made;
	cJSON *other = cJSON_Parse("{\"upload\":\"x\"}");
	buf_init(&made, 1000);
	cr_expect_eq(board_view_add(&made, other, &view, &why), E_INPUT);
	cr_expect_eq(made.len, 0);
	buf_fini(&made);
	cJSON_Delete(other);
}

Test(board_view, a_suppressed_company_shows_its_reason_and_not_its_n)
{
	cr_expect(board_has(small_board, view_of(100, "en"),
			    "\n   –           Eika     too few results to publish\n"));
}

Test(board_view, colours_appear_only_where_wanted)
{
	struct view view = view_of(100, "en");
	cr_expect_not(board_has(small_board, view, "\033["));
	view.colour = true;
	cr_expect(board_has(small_board, view, "\033[32m"));
}

Test(board_view, a_sector_without_companies_says_so)
{
	cr_expect(board_has(HEAD "\"summary\":{},\"standings\":[]}", view_of(100, "en"),
			    "no companies in this sector\n"));
}

Test(board_view, an_escape_in_a_company_name_is_made_harmless)
{
	cr_expect_not(board_has(HEAD
				"\"standings\":[{\"rank\":1,\"company\":{\"code\":\"C\","
				"\"name\":{\"en\":\"A\\u001b[31m\"}},\"score\":{\"mean\":5}}]}",
				view_of(100, "en"), "\033"));
}
