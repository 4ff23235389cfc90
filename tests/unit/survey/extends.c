#include <criterion/criterion.h>

#include "given.h"

static bool fielded(const void *context, size_t wave)
{
	(void)wave;
	return *(const bool *)context;
}

static enum status extended_from(struct slice now_text, struct slice next_text, bool fields,
				 struct trouble *why)
{
	struct programme *now = given_programme(now_text);
	struct programme *next = given_programme(next_text);
	enum status st = programme_extends(now, next, fielded, &fields, why);
	programme_free(now);
	programme_free(next);
	return st;
}

static enum status extended(struct slice next_text, bool fields, struct trouble *why)
{
	return extended_from(slice_of(given_text), next_text, fields, why);
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

/** The same of given_rules. */
static void rules_conflict(const char *old, const char *new, const char *code)
{
	struct trouble why = {0};
	struct slice now = given_json(given_rules);
	cr_expect_eq(extended_from(now, given_rules_with(old, new), true, &why), E_CONFLICT, "%s",
		     new);
	cr_expect_str_eq(why.code, code, "%s", new);
	cr_expect_eq(extended_from(now, given_rules_with(old, new), false, NULL), OK, "%s", new);
}

static void rules_allowed(const char *old, const char *new)
{
	struct trouble why = {0};
	cr_expect_eq(extended_from(given_json(given_rules), given_rules_with(old, new), true, &why),
		     OK, "%s: %s", new, why.words);
}

Test(extends, the_same_file_extends_itself)
{
	cr_assert_eq(extended(slice_of(given_text), true, NULL), OK);
}

Test(extends, names_and_plans_may_change)
{
	allowed("{\"en\":\"P\"}", "{\"en\":\"Q\"}");
	allowed("\"planned_contacts\":25", "\"planned_contacts\":30");
}

Test(extends, what_is_made_of_results_later_may_change)
{
	rules_allowed("'until':'2020-04-30'", "'until':'2020-05-31'");
	rules_allowed("'country':'NO'", "'country':'SE'");
	rules_allowed("'kind':'renamed'", "'kind':'split'");
	rules_allowed("'at_least':90}", "'above':85}");
	rules_allowed("'series_break':{'reason':{'en':'two'}},", "");
	rules_allowed("'series':'shoppers','period'", "'series':'s','period'");
	rules_allowed("'before_publication':'hidden'", "'before_publication':'live'");
	rules_allowed("'channels':['phone'],'fulfils':['certified_manager']", "'fulfils':[]");
	rules_allowed("'prerequisites':['certified_manager'],'time_zone'",
		      "'prerequisites':['certified_manager','licence'],'time_zone'");
	rules_allowed("'weight':2", "'weight':3");
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

Test(extends, what_decides_whether_a_result_counts_stays)
{
	conflicts("Europe/Oslo", "Asia/Seoul", "definition_changed");
	conflicts("09:00", "08:00", "definition_changed");
	conflicts("15:00", "16:00", "definition_changed");
	conflicts("[1,5]", "[1,2,5]", "definition_changed");
	rules_conflict("'2020-04-10','2020-04-09'", "'2020-04-10'", "definition_changed");
	rules_conflict("'2020-04-10','2020-04-09'", "'2020-04-10','2020-04-09','2020-06-29'",
		       "definition_changed");
	rules_conflict("'2020-04-10'", "'2020-04-13'", "definition_changed");
	rules_conflict("['submitted','approved']", "['approved']", "definition_changed");
	rules_conflict("'wait_seconds':300", "'wait_seconds':240", "definition_changed");
	rules_conflict("'working_days':3", "'working_days':2", "definition_changed");
	rules_conflict("'12:00'", "'13:00'", "definition_changed");
	rules_conflict("'per_day':5", "'per_day':6", "definition_changed");
	rules_conflict("'per_wave':30", "'per_wave':31", "definition_changed");
	rules_conflict("'per_company':1", "'per_company':2", "definition_changed");
	rules_conflict("'shopper_twice':'excludes'", "'shopper_twice':'warns'",
		       "definition_changed");
	rules_conflict("'prerequisites':['certified_manager'],'time_zone'",
		       "'prerequisites':['licence','certified_manager'],'time_zone'",
		       "definition_changed");
}

static bool second_fields(const void *context, size_t wave)
{
	(void)context;
	return wave == 1;
}

Test(extends, holidays_of_other_years_come_and_go)
{
	struct programme *now = given_programme(
		given_rules_with("'2020-04-10',", "'2019-12-25','2020-04-10','2020-06-30',"));
	struct programme *next = given_programme(
		given_rules_with("'2020-04-10',", "'2020-01-05','2020-04-10','2021-01-01',"));
	cr_expect_eq(programme_extends(now, next, second_fields, NULL, NULL), OK);
	cr_expect_eq(programme_extends(next, now, second_fields, NULL, NULL), OK);
	programme_free(now);
	programme_free(next);
}

Test(extends, verdicts_bonuses_and_key_figures_with_results_stay)
{
	rules_conflict("'conformity':'minor'", "'conformity':'major'", "instrument_changed");
	rules_conflict("'bonus':true", "'bonus':false", "instrument_changed");
	rules_conflict("'at_least':80", "'at_least':80.5", "instrument_changed");
	rules_conflict("'at_least':80", "'at_most':80", "instrument_changed");
	rules_conflict("'min':0,'max':100", "'min':0,'max':99", "instrument_changed");
	rules_conflict("'missed':'minor'", "'missed':'major'", "instrument_changed");
	rules_conflict("'percent'", "'share'", "instrument_changed");
	rules_conflict("'unit':'percent','at_least':80,'points':1",
		       "'unit':'percent','at_least':80,'points':2", "instrument_changed");
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
