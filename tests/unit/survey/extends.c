#include <criterion/criterion.h>

#include "given.h"

static bool fielded(const void *context, size_t wave)
{
	(void)wave;
	return *(const bool *)context;
}

static enum status extended(struct slice next_text, bool fields, struct trouble *why)
{
	struct programme *now = given_programme(slice_of(given_text));
	struct programme *next = given_programme(next_text);
	enum status st = programme_extends(now, next, fielded, &fields, why);
	programme_free(now);
	programme_free(next);
	return st;
}

static void conflicts(const char *old, const char *new, const char *code)
{
	struct trouble why = {0};
	cr_expect_eq(extended(given_text_with(old, new), true, &why), E_CONFLICT, "%s", new);
	cr_expect_str_eq(why.code, code);
	cr_expect_gt(strlen(why.words), 0);
	if (strcmp(code, "programme_changed") != 0)
		cr_expect_eq(extended(given_text_with(old, new), false, NULL), OK, "%s", new);
}

static void allowed(const char *old, const char *new)
{
	struct trouble why = {0};
	cr_expect_eq(extended(given_text_with(old, new), true, &why), OK, "%s: %s", new, why.words);
}

Test(extends, the_same_file_extends_itself)
{
	cr_assert_eq(extended(slice_of(given_text), true, NULL), OK);
}

Test(extends, names_plans_zones_and_hours_may_change)
{
	allowed("{\"en\":\"P\"}", "{\"en\":\"Q\"}");
	allowed("\"planned_contacts\":25", "\"planned_contacts\":30");
	allowed("Europe/Oslo", "Asia/Seoul");
	allowed("09:00", "08:00");
}

Test(extends, lists_grow_at_their_end)
{
	allowed("{\"code\":\"C3\"}", "{\"code\":\"C3\"},{\"code\":\"C4\"}");
	allowed("{\"code\":\"chat\"}", "{\"code\":\"chat\"},{\"code\":\"fax\"}");
	allowed("\"planned_contacts\":20}]}", "\"planned_contacts\":20},\"C3\"]}");
	allowed("\"planned_contacts\":20}]}",
		"\"planned_contacts\":20}]},{\"code\":\"S2\",\"companies\":[\"C3\"]}");
}

Test(extends, another_programme_does_not_extend)
{
	conflicts("\"programme\":\"p\"", "\"programme\":\"q\"", "programme_changed");
}

Test(extends, channels_and_companies_keep_their_places)
{
	conflicts("{\"code\":\"phone\"}", "{\"code\":\"fax\"},{\"code\":\"phone\"}",
		  "channels_changed");
	conflicts("{\"code\":\"C2\"},{\"code\":\"C3\"}", "{\"code\":\"C3\"},{\"code\":\"C2\"}",
		  "companies_changed");
	conflicts(",{\"code\":\"C3\"}", "", "companies_changed");
}

Test(extends, an_instrument_with_results_stays)
{
	conflicts("\"pooled\"", "\"weighted_areas\"", "instrument_changed");
	conflicts("\"zero\"", "\"exclude\"", "instrument_changed");
	conflicts("\"weight\":5", "\"weight\":6", "instrument_changed");
	conflicts("\"points\":0.5", "\"points\":0.6", "instrument_changed");
	conflicts("\"code\":\"q2\"", "\"code\":\"q9\"", "instrument_changed");
	conflicts("\"channels\":[\"phone\"],", "", "instrument_changed");
	conflicts("\"scored\":false,\"options\":[{\"answer\":1},{\"answer\":2}]",
		  "\"options\":[{\"answer\":1,\"points\":1},{\"answer\":2,\"points\":0}]",
		  "instrument_changed");
	conflicts("[\"NA\"]", "[\"NA\",\"-\"]", "instrument_changed");
	conflicts("[\"NA\"]", "[\"-\"]", "instrument_changed");
	conflicts("{\"answer\":1,\"points\":0.5},", "", "instrument_changed");
	conflicts("\"weight\":95}", "\"weight\":95},{\"code\":\"new\"}", "instrument_changed");
	conflicts("\"direction\":\"high_is_effort\"", "\"direction\":\"high_is_easy\"",
		  "instrument_changed");
	conflicts("\"min\":1,\"max\":5", "\"min\":1,\"max\":6", "instrument_changed");
}

Test(extends, the_definition_of_a_wave_with_results_stays)
{
	conflicts("\"planned_contacts\":25", "\"level\":0.9", "definition_changed");
	conflicts("\"planned_contacts\":25", "\"minimum_base\":{\"cell\":6}", "definition_changed");
	conflicts("{\"phone\":0.4}", "{\"phone\":0.5}", "definition_changed");
}

Test(extends, sectors_and_their_companies_keep_their_places)
{
	conflicts("\"code\":\"S1\"", "\"code\":\"S2\"", "sectors_changed");
	conflicts("[\"C2\",", "[", "sectors_changed");
	conflicts("[\"C2\",", "[\"C3\",\"C2\",", "sectors_changed");
}

Test(extends, a_wave_with_results_cannot_go)
{
	conflicts("\"code\":\"w\"", "\"code\":\"x\"", "wave_removed");
}
