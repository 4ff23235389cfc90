/** Who a company is, and what its figures count: told with them. */
#include <criterion/criterion.h>

#include "wave.h"

/** A: answered by O1 until 2019, by O2 since; in 2020 on the phone from Estonia, too. B became A
 * and C; the wave of 2020 counts what is approved and breaks its series. */
static const char *const programme_text =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"A\"},{\"code\":\"B\",\"name\":{\"en\":\"Bee\"}},"
	"{\"code\":\"C\",\"kind\":\"person\"}],"
	"\"centres\":[{\"code\":\"O1\"},{\"code\":\"O2\",\"name\":{\"en\":\"Two\"}}],"
	"\"operations\":["
	"{\"company\":\"A\",\"centre\":\"O1\",\"until\":\"2019-12-31\"},"
	"{\"company\":\"A\",\"centre\":\"O2\",\"from\":\"2020-01-01\"},"
	"{\"company\":\"A\",\"country\":\"EE\",\"channels\":[\"phone\"],"
	"\"from\":\"2020-03-31\",\"until\":\"2020-12-31\"},"
	"{\"company\":\"A\",\"country\":\"LV\",\"from\":\"2020-04-01\"},"
	"{\"company\":\"C\",\"country\":\"NO\"}],"
	"\"successors\":["
	"{\"company\":\"A\",\"of\":\"B\",\"kind\":\"split\",\"from\":\"2015-01-01\"},"
	"{\"company\":\"C\",\"of\":\"B\",\"kind\":\"split\",\"from\":\"2015-07-01\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],\"items\":["
	"{\"code\":\"kpi\",\"area\":\"a\",\"measured\":{\"min\":0,\"max\":100,\"decimals\":1,"
	"\"at_least\":80,\"points\":1}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\","
	"\"minimum_base\":{\"publish\":1,\"rank\":1,\"cell\":1},"
	"\"period\":{\"from\":\"2020-01-01\",\"until\":\"2020-03-31\"},"
	"\"series_break\":{\"reason\":{\"en\":\"one area became two\"}},"
	"\"review\":{\"counts\":[\"disputed\",\"approved\"]},"
	"\"sectors\":[{\"code\":\"S\",\"companies\":[\"A\",\"B\",\"C\"]}]}]}";

static struct sample s;
static cJSON *detail;

static void arrange(void)
{
	s = given_programme(programme_text);
}

static void clear(void)
{
	cJSON_Delete(detail);
	given_away(&s);
}

TestSuite(entrant, .init = arrange, .fini = clear);

static void expect_json(const char *company, const char *path, const char *expected)
{
	char *text;

	cJSON_Delete(detail);
	detail = company_of(&s, company);
	text = cJSON_PrintUnformatted(at_path(detail, path));
	cr_expect_str_eq(text, expected);
	cJSON_free(text);
}

Test(entrant, operations_that_meet_the_period_are_told_with_what_the_file_says)
{
	expect_json("A", "operations",
		    "[{\"centre\":{\"code\":\"O2\",\"name\":{\"en\":\"Two\"}},"
		    "\"channels\":[\"phone\",\"chat\"],\"from\":\"2020-01-01\"},"
		    "{\"country\":\"EE\",\"channels\":[\"phone\"],"
		    "\"from\":\"2020-03-31\",\"until\":\"2020-12-31\"}]");
	expect_json("B", "operations", "[]");
	expect_json("C", "operations", "[{\"country\":\"NO\",\"channels\":[\"phone\",\"chat\"]}]");
}

Test(entrant, predecessors_and_successors_have_a_kind_and_a_day)
{
	expect_json("A", "predecessors",
		    "[{\"company\":{\"code\":\"B\",\"name\":{\"en\":\"Bee\"}},"
		    "\"kind\":\"split\",\"from\":\"2015-01-01\"}]");
	expect_json("A", "successors", "[]");
	expect_json("B", "predecessors", "[]");
	expect_json("B", "successors",
		    "[{\"company\":{\"code\":\"A\",\"name\":{}},"
		    "\"kind\":\"split\",\"from\":\"2015-01-01\"},"
		    "{\"company\":{\"code\":\"C\",\"name\":{}},"
		    "\"kind\":\"split\",\"from\":\"2015-07-01\"}]");
}

Test(entrant, an_entrant_has_a_kind)
{
	expect_json("A", "kind", "\"company\"");
	expect_json("C", "kind", "\"person\"");
}

Test(entrant, the_definition_says_which_states_count_and_where_the_series_breaks)
{
	expect_json("A", "definition.counts", "[\"approved\",\"disputed\"]");
	expect_json("A", "definition.series_break", "{\"en\":\"one area became two\"}");
}

Test(entrant, a_series_that_does_not_break_says_nothing)
{
	struct sample sample = given_sample(false);
	cJSON *board = board_of(&sample, NULL, NULL, "score", NULL, NULL);

	cr_expect_null(at_path(board, "definition.series_break"));
	cr_expect_eq(cJSON_GetArraySize(at_path(board, "definition.counts")), 3);
	cJSON_Delete(board);
	given_away(&sample);
}

Test(entrant, measured_values_are_told_in_their_own_unit)
{
	given_result(&s, "result_id=1 company=A channel=phone kpi=82.5");
	given_result(&s, "result_id=2 company=A channel=phone kpi=79.9");
	given_result(&s, "result_id=3 company=A channel=chat kpi=82.5");
	detail = company_of(&s, "A");
	const cJSON *item = row_of(at_path(detail, "items"), "item", "kpi");
	char *bins = cJSON_PrintUnformatted(at_path(item, "bins"));

	cr_expect_str_eq(bins, "[[79.9,1],[82.5,2]]");
	cr_expect_float_eq(at_path(item, "points_percent")->valuedouble, 200.0 / 3, 1e-12);
	cJSON_free(bins);
}
