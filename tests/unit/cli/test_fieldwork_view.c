#include <criterion/criterion.h>

#include "base/must.h"
#include "cli/fieldwork_view.h"

#define PROGRESS(planned, made, answered, over, percent)                                           \
	"\"planned\":" planned ",\"made\":" made ",\"answered\":" answered ",\"over_plan\":" over  \
	",\"completion_percent\":" percent

#define PHONE(planned, made, over)                                                                 \
	"{\"channel\":\"phone\"," PROGRESS(planned, made, "0", over, "0") "}"
#define EMAIL(planned, made, over)                                                                 \
	"{\"channel\":\"email\"," PROGRESS(planned, made, "0", over, "0") "}"

#define HOURS_08_09(eight, nine) "[0,0,0,0,0,0,0,0," eight "," nine ",0,0,0,0,0,0,0,0,0,0,0,0,0,0]"

#define RULES                                                                                      \
	"\"rules\":[{\"rule\":\"over_limit\",\"words\":\"answered too late\",\"action\":"          \
	"\"excludes\",\"results\":3,\"excluded\":2},{\"rule\":\"sent_late\",\"words\":\"w\","      \
	"\"action\":\"ignores\",\"results\":0,\"excluded\":0}]"

#define BREACH                                                                                     \
	"{\"result_id\":\"r\\u001b[31m1\",\"company\":\"A\",\"shopper\":null,\"rule\":"            \
	"\"over_limit\",\"action\":\"excludes\",\"status\":\"excluded\",\"contacted_at\":"         \
	"\"2020-02-03T09:00:00.000000Z\"}"

static const char report
	[] = "{\"programme\":\"p\",\"wave\":\"w\",\"state\":\"closed\",\"as_of\":"
	     "\"2020-05-04T10:15:00.000000Z\",\"definition\":{\"time_zone\":\"Europe/Oslo\","
	     "\"day_parts\":[{\"part\":\"morning\",\"from\":\"00:00\",\"until\":\"11:00\"},{\"part\":"
	     "\"noon\",\"from\":\"11:00\",\"until\":\"13:00\"}]},"
	     "\"totals\":{" PROGRESS(
		     "30", "22", "20",
		     "2", "66.66666667") ",\"channels\":[" PHONE("20", "17",
								 "2") "," EMAIL("10",
										"5", "0") "],\"day_parts\":{\"morning\":9,"
											  "\"noon\":0,\"unknown\":13},"
											  "\"review\":{\"submitted\":21,"
											  "\"approved\":1,\"returned\":0,"
											  "\"excluded\":2,\"disputed\":0}},"
											  "\"sectors\":[{\"sector\":{\"code\":\"S\",\"name\":{\"en\":\"Telecom over mobile, fixed and all other lines\"}}," PROGRESS("30", "22", "20", "2", "66.66666667") ",\"channels\":[" PHONE("20", "17", "2") "],"
																																				    "\"companies\":["
																																				    "{\"company\":{\"code\":\"A\",\"name\":{\"ko\":\"오아시스\"}}," PROGRESS("20", "22", "20", "2", "100") ",\"channels\":[" PHONE("20",
																																																				   "22", "2") "]},"
																																																					      "{\"company\":{\"code\":\"B\",\"name\":{}}," PROGRESS("10",
																																																												    "0",
																																																												    "0",
																																																												    "0",
																																																												    "0") ",\"channels\":[" EMAIL("10",
																																																																 "0",
																																																																 "0") "]},"
																																																																      "{\"company\":{\"code\":\"C\",\"name\":{}}," PROGRESS("null",
																																																																							    "0",
																																																																							    "0",
																																																																							    "0", "null") ",\"channels\":[]}]}],"
																																																																									 "\"spread\":{\"weekdays\":[" HOURS_08_09("8", "0") "," HOURS_08_09("0", "1") "," HOURS_08_09("0", "0") "," HOURS_08_09("0", "0") "," HOURS_08_09("0", "0") "," HOURS_08_09(
																																																																										 "0",
																																																																										 "0") "," HOURS_08_09("0",
																																																																												      "0") "],\"unknown\":13},"
																																																																													   "\"breaches\":{" RULES
																																																																													   ",\"data\":[" BREACH
																																																																													   "],\"next_cursor\":\"2.r\"}}";

static struct view view_of(size_t columns, bool ascii)
{
	return (struct view){.columns = columns,
			     .ascii = ascii,
			     .set = ascii ? TEXT_ASCII : TEXT_UTF8,
			     .language = "ko"};
}

static void draw(struct buf *made, struct view view, bool all)
{
	struct trouble why;
	cJSON *json = cJSON_Parse(report);
	cr_assert_not_null(json);
	buf_init(made, 100000);
	enum status st = all ? fieldwork_view_add_all(made, json, &view, &why)
			     : fieldwork_view_add(made, json, &view, &why);
	cr_assert_eq(st, OK, "%s", why.words);
	buf_add_byte(made, '\0');
	cJSON_Delete(json);
}

static bool has(struct view view, bool all, const char *words)
{
	struct buf made;
	draw(&made, view, all);
	bool found = strstr(made.at, words) != NULL;
	buf_fini(&made);
	return found;
}

/** The first line that has `words`, without its end; valid until the next call. */
static const char *line_with(struct view view, const char *words)
{
	static char line[1000];
	struct buf made;
	draw(&made, view, false);
	const char *at = strstr(made.at, words);
	cr_assert_not_null(at, "no %s in\n%s", words, made.at);
	while (at > made.at && at[-1] != '\n')
		at--;
	size_t len = strcspn(at, "\n");
	cr_assert_lt(len, sizeof(line));
	memcpy(line, at, len);
	line[len] = '\0';
	buf_fini(&made);
	return line;
}

static size_t count(const char *text, char byte)
{
	size_t found = 0;
	for (; *text != '\0'; text++)
		found += *text == byte;
	return found;
}

Test(fieldwork_view, a_bar_is_as_full_as_the_plan)
{
	const char *all = line_with(view_of(100, true), "All ");
	size_t full = count(all, '#'), empty = count(all, '.') - 1; /* "66.7" */
	cr_expect_gt(full, 0);
	cr_expect_eq(full, (full + empty) * 2 / 3);
	cr_expect_eq(count(line_with(view_of(100, true), "100.0"), '.'), 1);
	cr_expect_eq(count(line_with(view_of(100, true), "  B "), '#'), 0);
}

Test(fieldwork_view, what_is_over_the_plan_stands_behind_it)
{
	cr_expect(has(view_of(100, false), false, "  20/20+2  100.0        20  20/20+2      –\n"));
	cr_expect(has(view_of(100, false), false, "+ over the plan"));
}

Test(fieldwork_view, where_nothing_is_planned_there_is_a_dash_and_no_bar)
{
	const char *c = line_with(view_of(100, true), "  C ");
	cr_expect_eq(count(c, '#') + count(c, '.'), 0, "%s", c);
	cr_expect_not_null(strstr(c, "-"));
}

Test(fieldwork_view, names_are_the_readers_or_the_code)
{
	cr_expect(has(view_of(100, false), false, "\n  오아시스 "));
	cr_expect(has(view_of(100, false), false, "\n  B "));
	cr_expect(has(view_of(100, true), false, "\n  A "));
}

Test(fieldwork_view, a_narrow_terminal_loses_channels_and_says_so)
{
	cr_expect_not(has(view_of(44, true), false, "phone"));
	cr_expect(has(view_of(44, true), false, "2 more channels"));
	cr_expect(has(view_of(44, true), false, "#"));
	cr_expect_not(has(view_of(100, true), false, "more channels"));
}

Test(fieldwork_view, long_names_give_way_where_the_line_is_full)
{
	cr_expect_leq(text_width(slice_of(line_with(view_of(80, false), "Telecom"))), 80);
	cr_expect_leq(text_width(slice_of(line_with(view_of(44, false), "Telecom"))), 44);
}

Test(fieldwork_view, hours_run_from_the_first_to_the_last_with_contacts)
{
	cr_expect_str_eq(line_with(view_of(100, true), "  all"), "       08  09   all");
	cr_expect_str_eq(line_with(view_of(100, true), "Mon"), "Mon   # 8 .       8");
	cr_expect_str_eq(line_with(view_of(100, true), "Tue"), "Tue   .   - 1     1");
	cr_expect(has(view_of(100, true), false, "\nFri"));
	cr_expect_not(has(view_of(100, true), false, "\nSat"));
	cr_expect(has(view_of(100, true), false,
		      "00:00-11:00: 9 (100 %), 11:00-13:00: 0 (0 %), without a time: 13\n"));
}

Test(fieldwork_view, rules_stand_with_their_counts_but_for_ignored_ones)
{
	cr_expect(has(view_of(100, false), false, "  3         2  excludes  over_limit  answered"));
	cr_expect_not(has(view_of(100, false), false, "sent_late"));
}

Test(fieldwork_view, breaches_are_listed_when_asked_for_and_cannot_move_the_cursor)
{
	cr_expect_not(has(view_of(100, false), false, "Shopper"));
	cr_expect(has(view_of(100, false), true, "r\uFFFD[31m1"));
	cr_expect(has(view_of(100, false), true, "2020-02-03T09:00:00  over_limit  excluded"));
	cr_expect(has(view_of(100, false), true, "and more than these 1:"));
}

Test(fieldwork_view, colour_marks_what_is_fulfilled_and_what_is_not_begun)
{
	struct view view = view_of(100, false);
	view.colour = true;
	cr_expect(has(view, false, "\033[32m  오아시스"));
	cr_expect(has(view, false, "\033[31m  B "));
	cr_expect_not(has(view_of(100, false), false, "\033"));
}

Test(fieldwork_view, review_names_only_what_there_is)
{
	cr_expect(
		has(view_of(100, false), false, "Review: 21 submitted, 1 approved, 2 excluded\n"));
}

Test(fieldwork_view, another_document_is_refused)
{
	static const char *const others[] = {"{}", "[]", "{\"sectors\":[]}", "{\"totals\":{}}"};
	struct view view = view_of(100, false);
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct buf made;
		struct trouble why;
		cJSON *json = cJSON_Parse(others[i]);
		buf_init(&made, 1000);
		cr_expect_eq(fieldwork_view_add(&made, json, &view, &why), E_INPUT, "%s",
			     others[i]);
		buf_fini(&made);
		cJSON_Delete(json);
	}
}
