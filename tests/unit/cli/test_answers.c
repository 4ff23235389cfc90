#include <criterion/criterion.h>
#include <math.h>

#include "cli/sectors_view.h"
#include "cli/upload_view.h"

static const struct view utf8_view = {.columns = 80, .set = TEXT_UTF8, .language = "en"};

static const char upload_answer[] =
	"{\"upload\":\"U7\",\"received\":1204,\"accepted\":1200,\"duplicates\":2,\"replaced\":0,"
	"\"rejected\":2,\"errors\":[{\"row\":3,\"column\":\"q05\",\"code\":\"not_an_option\","
	"\"value\":\"9\",\"expected\":\"one of 0..3 or empty\"},{\"row\":1204,\"column\":\"company\","
	"\"code\":\"unknown_company\",\"value\":\"오\\u001b[0m\",\"expected\":\"a company of the "
	"wave\"}],\"errors_total\":4,\"errors_url\":\"/v1/uploads/U7/errors\"}";

static enum status parse(const char *json, size_t len)
{
	struct arena arena;
	const cJSON *document;
	struct trouble why;
	arena_init(&arena, 64 * 1024);
	enum status st = answer_parse((struct slice){json, len}, &arena, &document, &why);
	arena_fini(&arena);
	return st;
}

static enum status parse_nested(size_t levels)
{
	struct buf json;
	buf_init(&json, 100000);
	for (size_t i = 0; i < levels; i++)
		buf_add_byte(&json, '[');
	for (size_t i = 0; i < levels; i++)
		buf_add_byte(&json, ']');
	enum status st = parse(json.at, json.len);
	buf_fini(&json);
	return st;
}

Test(answer, what_is_not_json_is_refused)
{
	cr_expect_eq(parse("{\"a\":1} ", 8), OK);
	cr_expect_eq(parse("", 0), E_INPUT);
	cr_expect_eq(parse("<html>", 6), E_INPUT);
	cr_expect_eq(parse("{\"a\":1}x", 8), E_INPUT);
	cr_expect_eq(parse("\"\xff\"", 3), E_INPUT);
}

Test(answer, nesting_has_a_limit)
{
	cr_expect_eq(parse_nested(ANSWER_DEPTH), OK);
	cr_expect_eq(parse_nested(ANSWER_DEPTH + 1), E_INPUT);
}

Test(answer, null_and_absent_are_undefined_numbers)
{
	cJSON *object = cJSON_Parse("{\"a\":null,\"b\":\"3\",\"c\":0}");
	cr_expect(isnan(answer_number(object, "a")));
	cr_expect(isnan(answer_number(object, "b")));
	cr_expect(isnan(answer_number(object, "d")));
	cr_expect_eq(answer_number(object, "c"), 0);
	cJSON_Delete(object);
}

Test(upload_view, the_summary_is_these_lines)
{
	struct buf made;
	struct trouble why;
	double rejected = 0;
	cJSON *answer = cJSON_Parse(upload_answer);
	buf_init(&made, 10000);
	cr_assert_eq(upload_view_add(&made, answer, "http://s", &utf8_view, &rejected, &why), OK);
	buf_add_byte(&made, '\0');
	cr_expect_eq(rejected, 2);
	cr_expect_str_eq(made.at,
			 "Upload U7\n"
			 "  1204  rows received\n"
			 "  1200  new, accepted\n"
			 "     0  replaced by a corrected row\n"
			 "     2  known already, nothing changed\n"
			 "     2  rejected\n"
			 "\n"
			 "Faults:\n"
			 "   Row  Column   Value   Expected               Code\n"
			 "     3  q05      9       one of 0..3 or empty   not_an_option\n"
			 "  1204  company  오\uFFFD[0m  a company of the wave  unknown_company\n"
			 "2 more faults, all of them at http://s/v1/uploads/U7/errors\n");
	buf_fini(&made);
	cJSON_Delete(answer);
}

Test(upload_view, what_looks_wrong_is_said_with_its_figures)
{
	struct buf made;
	struct trouble why;
	double rejected = 0;
	cJSON *answer = cJSON_Parse(
		"{\"upload\":\"8\",\"received\":1,\"rejected\":0,\"warnings\":[{\"code\":"
		"\"reversed_scale\",\"by\":\"channel\",\"group\":\"chat\\u001b\",\"column\":"
		"null,\"n\":18,\"measure\":\"slope\",\"figure\":-0.9786,\"expected\":1,"
		"\"words\":\"turned\"},{\"code\":\"reversed_scale\",\"by\":\"file\",\"group\":"
		"null,\"column\":\"ces\",\"n\":400,\"measure\":\"correlation\",\"figure\":-0.5,"
		"\"expected\":0,\"words\":\"against\"}]}");
	buf_init(&made, 10000);
	cr_assert_eq(upload_view_add(&made, answer, "http://s", &utf8_view, &rejected, &why), OK);
	buf_add_byte(&made, '\0');
	cr_expect_str_eq(
		made.at,
		"Upload 8\n"
		"  1  rows received\n"
		"  0  rejected\n"
		"\n"
		"Looks wrong, and was taken as it is:\n"
		"  reversed_scale, channel chat\uFFFD, 18 rows: slope -0.979 where 1 is "
		"expected\n"
		"    turned\n"
		"  reversed_scale, file, column ces, 400 rows: correlation -0.5 where 0 is "
		"expected\n"
		"    against\n");
	buf_fini(&made);
	cJSON_Delete(answer);
}

Test(upload_view, another_document_is_refused)
{
	struct buf made;
	struct trouble why;
	double rejected = 0;
	cJSON *answer = cJSON_Parse("{\"ok\":true}");
	buf_init(&made, 10000);
	cr_expect_eq(upload_view_add(&made, answer, "", &utf8_view, &rejected, &why), E_INPUT);
	buf_fini(&made);
	cJSON_Delete(answer);
}

Test(sectors_view, each_sector_is_a_line_with_its_interval)
{
	struct buf made;
	struct trouble why;
	cJSON *overview = cJSON_Parse(
		"{\"programme\":\"p\",\"wave\":\"w\",\"sectors\":[{\"code\":\"S1\",\"name\":{\"en\":"
		"\"Public\"},\"summary\":{\"companies\":2,\"n\":50,\"mean_of_companies\":50,"
		"\"ci_lower\":40,\"ci_upper\":60,\"reliability\":0.5}},{\"code\":\"S2\",\"name\":{"
		"\"en\":\"Power\"},\"summary\":{\"companies\":0,\"n\":0,\"mean_of_companies\":null,"
		"\"mean_of_companies_reason\":\"below_minimum_base\",\"reliability\":null,"
		"\"reliability_reason\":\"single_company\"}}]}");
	buf_init(&made, 10000);
	cr_assert_eq(sectors_view_add(&made, overview, &utf8_view, &why), OK);
	buf_add_byte(&made, '\0');
	cr_expect_str_eq(
		made.at,
		/* clang-format off */
		"Sectors of p w: level of each with its interval, score 0 to 100\n"
		"\n"
		"Code  Sector  Companies   n  Score  40             50           60  Interval\n"
		"                                    ┼──────────────┼─────────────┼\n"
		"S1    Public          2  50   50.0  ├──────────────●─────────────┤  40.0 to 60.0\n"
		"S2    Power           0   0     –¹\n"
		"\n"
		"–¹ too few results to publish\n");
	/* clang-format on */
	buf_fini(&made);
	cJSON_Delete(overview);
}
