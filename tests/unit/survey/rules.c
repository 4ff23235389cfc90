#include <criterion/criterion.h>

#include "given.h"

/** given_rules with a change has exactly this fault. */
static void changed(const char *old, const char *new, const char *pointer, const char *code)
{
	given_fault(given_rules_with(old, new), pointer, code);
}

static struct programme *p;

static void arrange(void)
{
	p = given_programme(given_json(given_rules));
}

static void clear(void)
{
	programme_free(p);
}

TestSuite(rules, .init = arrange, .fini = clear);

static int32_t day(const char *text)
{
	int32_t number;
	cr_assert(day_parse(slice_of(text), &number));
	return number;
}

/* ---- who is measured ---- */

Test(rules, an_entrant_is_a_company_a_team_or_a_person)
{
	cr_assert_eq(p->companies[0].kind, ENTRANT_COMPANY);
	cr_assert_eq(p->companies[1].kind, ENTRANT_TEAM);
	changed("'kind':'team'", "'kind':'band'", "/companies/1/kind", "not_a_choice");
}

Test(rules, an_operation_says_who_answers_where_how_and_when)
{
	cr_assert_eq(p->centres_len, 1);
	cr_assert(slice_is(p->centres[0].name.json, "{\"en\":\"Nordic\"}"));
	cr_assert_eq(p->operations_len, 2);
	const struct operation *o = p->operations;
	cr_assert_eq(o[0].company, 0);
	cr_assert_eq(o[0].centre, 0);
	cr_assert(slice_is(o[0].country, "EE"));
	cr_assert_eq(o[0].channels, 1);
	cr_assert_eq(o[0].span.from, day("2019-01-01"));
	cr_assert_eq(o[0].span.until, day("2021-12-31"));
	cr_assert_eq(o[1].centre, -1);
	cr_assert_eq(o[1].channels, 3);
	cr_assert_eq(o[1].span.from, DAY_NONE);
	cr_assert_eq(o[1].span.until, DAY_NONE);
}

Test(rules, a_wrong_operation_is_named_by_its_place)
{
	changed("'centre':'OC1','country'", "'centre':'OC2','country'", "/operations/0/centre",
		"unknown_centre");
	changed("'country':'EE'", "'country':'ee'", "/operations/0/country", "not_a_country");
	changed("'country':'EE'", "'country':'EST'", "/operations/0/country", "not_a_country");
	changed(",'country':'NO'", "", "/operations/1", "missing");
	changed("'company':'C1','centre'", "'centre'", "/operations/0/company", "missing");
	changed("'2021-12-31'", "'2018-12-31'", "/operations/0/until", "out_of_range");
	changed("'2021-12-31'", "'2021-02-30'", "/operations/0/until", "not_a_date");
	changed("'2019-01-01'", "20190101", "/operations/0/from", "not_a_date");
	changed("{'code':'OC1','name':{'en':'Nordic'}}", "{'code':'OC1'},{'code':'OC1'}",
		"/centres/1/code", "duplicate");
}

Test(rules, a_successor_stands_where_another_stood)
{
	cr_assert_eq(p->successors_len, 1);
	cr_assert_eq(p->successors[0].company, 2);
	cr_assert_eq(p->successors[0].of, 0);
	cr_assert_eq(p->successors[0].kind, SUCCESSION_RENAMED);
	cr_assert_eq(p->successors[0].from, day("2015-01-01"));
}

Test(rules, a_successor_says_everything)
{
	changed(",'from':'2015-01-01'", "", "/successors/0/from", "missing");
	changed("'kind':'renamed',", "", "/successors/0/kind", "missing");
	changed("'of':'C1','kind'", "'of':'C7','kind'", "/successors/0/of", "unknown_company");
}

#define RENAMED(company, of)                                                                       \
	",{'company':'" company "','of':'" of "','kind':'merged','from':'2016-01-01'}"

Test(rules, nobody_succeeds_itself_however_long_the_way)
{
	changed("'of':'C1','kind'", "'of':'C9','kind'", "/successors/0/of", "cycle");
	changed("'from':'2015-01-01'}", "'from':'2015-01-01'}" RENAMED("C1", "C9"),
		"/successors/1/of", "cycle");
	changed("'from':'2015-01-01'}",
		"'from':'2015-01-01'}" RENAMED("C1", "C2") RENAMED("C2", "C9"), "/successors/2/of",
		"cycle");
}

Test(rules, companies_may_merge_and_split_but_once)
{
	programme_free(given_programme(given_rules_with("'from':'2015-01-01'}",
							"'from':'2015-01-01'}" RENAMED("C9", "C2")
								RENAMED("C2", "C1"))));
	changed("'from':'2015-01-01'}", "'from':'2015-01-01'}" RENAMED("C9", "C1"), "/successors/1",
		"duplicate");
}

Test(rules, holidays_stand_in_the_order_of_time)
{
	cr_assert_eq(p->holidays_len, 2);
	cr_assert_eq(p->holidays[0], day("2020-04-09"));
	cr_assert_eq(p->holidays[1], day("2020-04-10"));
	changed("['2020-04-10','2020-04-09']", "['2020-04-10','2020-04-09','2020-04-10']",
		"/holidays/2", "duplicate");
	changed("'2020-04-09'", "'9 April'", "/holidays/1", "not_a_date");
}

/* ---- items ---- */

Test(rules, an_answer_carries_its_verdict)
{
	const struct item *item = &p->instruments[0].items[0];
	cr_assert_eq(item_conformity(item, 2), CONFORMITY_CONFORMS);
	cr_assert_eq(item_conformity(item, 1), CONFORMITY_MINOR);
	cr_assert_eq(item_conformity(item, 0), CONFORMITY_MAJOR);
	cr_assert_eq(item_conformity(item, 3), CONFORMITY_NONE);
	cr_assert_eq(item_conformity(&p->instruments[0].items[1], 1), CONFORMITY_NONE);
	changed("'conformity':'minor'", "'conformity':'small'",
		"/instruments/0/items/0/options/1/conformity", "not_a_choice");
}

Test(rules, a_measured_value_is_held_against_its_limit)
{
	const struct item *item = &p->instruments[0].items[2];
	cr_assert_eq(item->points_max, 100);
	cr_assert_eq(item_points(item, 800), 100);
	cr_assert_eq(item_points(item, 799), 0);
	cr_assert_eq(item_points(item, 0), 0);
	cr_assert_eq(item_points(item, 1000), 100);
	cr_assert_eq(item_points(item, -1), POINTS_NONE);
	cr_assert_eq(item_points(item, 1001), POINTS_NONE);
	cr_assert_eq(item_points(item, ANSWER_NONE), POINTS_NONE);
	cr_assert_eq(item_conformity(item, 800), CONFORMITY_CONFORMS);
	cr_assert_eq(item_conformity(item, 799), CONFORMITY_MINOR);
	cr_assert_eq(item_conformity(item, 1001), CONFORMITY_NONE);
	cr_assert(slice_is(item->measured.unit, "percent"));
}

Test(rules, a_value_at_most_the_limit_is_met_from_below)
{
	struct programme *q = given_programme(given_rules_with(
		"'at_least':80,'points':1,'missed':'minor'", "'at_most':20.5,'points':1"));
	const struct item *item = &q->instruments[0].items[2];
	cr_assert_eq(item_points(item, 205), 100);
	cr_assert_eq(item_points(item, 206), 0);
	cr_assert_eq(item_conformity(item, 206), CONFORMITY_NONE);
	programme_free(q);
}

#define MEASURED "/instruments/0/items/2/measured"

Test(rules, a_wrong_key_figure_is_named_by_its_place)
{
	changed("'at_least':80,", "", MEASURED, "missing");
	changed("'at_least':80,", "'at_least':80,'at_most':90,", MEASURED "/at_most", "one_of");
	changed("'at_least':80,", "'at_least':80.25,", MEASURED "/at_least", "too_many_decimals");
	changed("'at_least':80,", "'at_least':100.1,", MEASURED "/at_least", "out_of_range");
	changed("'decimals':1,'unit'", "'decimals':4,'unit'", MEASURED "/decimals", "out_of_range");
	changed("'max':100", "'max':3000.1", MEASURED "/max", "out_of_range");
	changed("'min':0,'max':100", "'min':0,'max':0", MEASURED "/max", "out_of_range");
	changed("'min':0,", "", MEASURED "/min", "missing");
	changed("'points':1,'missed'", "'missed'", MEASURED "/points", "missing");
	changed("'points':1,'missed'", "'points':0,'missed'", MEASURED "/points", "no_points");
	changed("'missed':'minor'", "'missed':'conforms'", MEASURED "/missed", "not_a_choice");
}

Test(rules, an_item_has_options_or_is_measured)
{
	changed("'area':'a','measured'",
		"'area':'a','options':[{'answer':1,'points':1}],'measured'", MEASURED, "one_of");
	changed("'options':[{'answer':0,'points':0},{'answer':1,'points':2}]", "'name':{}",
		"/instruments/0/items/1/options", "missing");
}

Test(rules, only_what_is_scored_is_a_bonus)
{
	cr_assert(p->instruments[0].items[1].bonus);
	cr_assert_not(p->instruments[0].items[0].bonus);
	changed("'bonus':true", "'bonus':true,'scored':false", "/instruments/0/items/1/bonus",
		"no_points");
}

Test(rules, a_text_that_is_a_measured_value_cannot_mean_none)
{
	changed("'area':'a','measured'", "'area':'a','no_answer':['-','99.9'],'measured'",
		"/instruments/0/items/2/no_answer/1", "is_an_answer");
	programme_free(given_programme(given_rules_with(
		"'area':'a','measured'", "'area':'a','no_answer':['100.1','-1'],'measured'")));
}

/* ---- waves ---- */

Test(rules, a_wave_says_when_it_fields_and_where_it_stands_in_its_series)
{
	const struct wave *w = &p->waves[1];
	cr_assert(slice_is(w->series, "shoppers"));
	cr_assert_eq(w->period.from, day("2020-01-06"));
	cr_assert_eq(w->period.until, day("2020-04-30"));
	cr_assert_eq(p->waves[0].period.from, DAY_NONE);
	cr_assert_eq(w->before_publication, BEFORE_HIDDEN);
	cr_assert_eq(p->waves[0].before_publication, BEFORE_LIVE);
	cr_assert_eq(programme_wave_before(p, 1), 0);
	cr_assert_eq(programme_wave_before(p, 0), -1);
}

Test(rules, a_series_breaks_where_it_says_so_or_with_another_instrument)
{
	cr_assert(programme_wave_breaks(p, 1));
	cr_assert(slice_is(p->waves[1].series_break.json, "{\"en\":\"two\"}"));
	cr_assert_not(programme_wave_breaks(p, 0));
	struct programme *q = given_programme(
		given_rules_with("'series_break':{'reason':{'en':'two'}},", ""));
	cr_assert_not(programme_wave_breaks(q, 1));
	programme_free(q);
	struct slice other = given_replaced(
		given_rules_with("'series_break':{'reason':{'en':'two'}},", ""),
		given_json("'waves':[{'code':'w0','instrument':'i',").at,
		given_json("'waves':[{'code':'w0','instrument':'j',").at);
	q = given_programme(given_replaced(
		other, given_json("'instruments':[").at,
		given_json("'instruments':[{'code':'j','questions':[{'code':'nps','measure':'nps',"
			   "'scale':{'min':0,'max':10}}]},")
			.at));
	cr_assert(programme_wave_breaks(q, 1));
	programme_free(q);
}

Test(rules, waves_of_another_series_do_not_come_before)
{
	struct programme *q = given_programme(given_rules_with("'series':'shoppers','sectors'",
							       "'series':'customers','sectors'"));
	cr_assert_eq(programme_wave_before(q, 1), -1);
	programme_free(q);
}

Test(rules, waves_of_one_series_stand_in_the_order_of_time)
{
	changed("'series':'shoppers','sectors'",
		"'series':'shoppers','period':{'from':'2020-01-07'},'sectors'",
		"/waves/1/period/from", "out_of_range");
	programme_free(given_programme(
		given_rules_with("'series':'shoppers','sectors'",
				 "'series':'customers','period':{'from':'2020-01-07'},'sectors'")));
}

Test(rules, the_states_that_count_have_a_default_of_three)
{
	cr_assert_eq(p->waves[0].counts,
		     1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED | 1u << REVIEW_DISPUTED);
	cr_assert_eq(p->waves[1].counts, 1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED);
	changed("['submitted','approved']", "['submitted','lost']", "/waves/1/review/counts/1",
		"not_a_choice");
	changed("['submitted','approved']", "['approved','approved']", "/waves/1/review/counts/1",
		"duplicate");
	changed("['submitted','approved']", "[]", "/waves/1/review/counts", "too_few");
}

Test(rules, states_of_review_have_names)
{
	enum review_state state;
	cr_assert_str_eq(review_state_name(REVIEW_RETURNED), "returned");
	cr_assert(review_state_from(SLICE("disputed"), &state));
	cr_assert_eq(state, REVIEW_DISPUTED);
	cr_assert_not(review_state_from(SLICE("Disputed"), &state));
}

Test(rules, a_company_has_its_channels_and_what_it_fulfils)
{
	const struct wave *w = &p->waves[1];
	cr_assert_eq(w->prerequisites_len, 1);
	cr_assert_eq(w->channels_of[0], 3);
	cr_assert_eq(w->channels_of[1], 1);
	cr_assert_eq(w->fulfils[0], 0);
	cr_assert_eq(w->fulfils[1], 1);
	cr_assert_eq(p->waves[0].channels_of[0], 3);
	changed("'fulfils':['certified_manager']", "'fulfils':['licence']",
		"/waves/1/sectors/0/companies/1/fulfils/0", "unknown_prerequisite");
	changed("'channels':['phone'],'fulfils'", "'channels':['fax'],'fulfils'",
		"/waves/1/sectors/0/companies/1/channels/0", "unknown_channel");
}

Test(rules, a_time_zone_is_one_of_the_database)
{
	cr_assert_not_null(p->waves[0].zone);
	cr_assert_not_null(p->waves[1].zone);
	cr_assert_neq(p->waves[0].zone, p->waves[1].zone);
	changed("'Europe/Oslo'", "'Europe/Bergen'", "/waves/1/time_zone", "not_a_time_zone");
	changed("'Europe/Oslo'", "'../localtime'", "/waves/1/time_zone", "not_a_time_zone");
	changed("'Europe/Oslo'", "''", "/waves/1/time_zone", "wrong_length");
}

Test(rules, waves_of_one_zone_share_it)
{
	struct programme *q = given_programme(given_rules_with(",'time_zone':'Europe/Oslo'", ""));
	cr_assert_eq(q->waves[0].zone, q->waves[1].zone);
	cr_assert_eq(q->zones_len, 1);
	programme_free(q);
}

/* ---- fieldwork ---- */

Test(rules, fieldwork_has_limits_by_channel)
{
	const struct channel_limit *limits = p->waves[1].fieldwork.limits;
	cr_assert_eq(limits[0].wait_seconds, 300);
	cr_assert_eq(limits[0].working_days, 0);
	cr_assert_eq(limits[1].wait_seconds, 0);
	cr_assert_eq(limits[1].working_days, 3);
	cr_assert_eq(limits[1].sent_until_minute, 720);
	cr_assert_eq(p->waves[0].fieldwork.limits[1].wait_seconds, 0);
}

Test(rules, a_breach_warns_unless_the_file_says_more)
{
	const enum breach_action *action = p->waves[1].fieldwork.action;
	cr_assert_eq(action[BREACH_OUTSIDE_HOURS], BREACH_WARNS);
	cr_assert_eq(action[BREACH_CUSTOMER], BREACH_EXCLUDES);
	cr_assert_eq(action[BREACH_OVER_LIMIT], BREACH_REJECTS);
	cr_assert_eq(action[BREACH_SHOPPER_OFTEN], BREACH_IGNORES);
	for (int breach = 0; breach < BREACH_COUNT; breach++)
		cr_assert_eq(p->waves[0].fieldwork.action[breach], BREACH_WARNS);
}

Test(rules, a_shopper_meets_a_company_once_unless_the_file_says_more)
{
	cr_assert_eq(p->waves[0].fieldwork.contacts_per_company, 1);
	cr_assert_eq(p->waves[0].fieldwork.contacts_per_wave, 0);
	cr_assert_eq(p->waves[1].fieldwork.contacts_per_wave, 30);
	cr_assert_eq(p->waves[1].fieldwork.contacts_per_day, 5);
}

Test(rules, what_is_seen_among_results_cannot_reject_one)
{
	changed("'shopper_twice':'excludes'", "'shopper_twice':'rejects'",
		"/waves/1/fieldwork/breaches/shopper_twice", "not_a_choice");
	changed("'shopper_too_often':'ignores'", "'shopper_too_often':'rejects'",
		"/waves/1/fieldwork/breaches/shopper_too_often", "not_a_choice");
}

#define FIELDWORK "/waves/1/fieldwork"

Test(rules, a_wrong_rule_of_fieldwork_is_named_by_its_place)
{
	changed("'phone':{'wait", "'fax':{'wait", FIELDWORK "/limits/fax", "unknown_channel");
	changed("'working_days':3", "'working_days':3,'wait_seconds':9",
		FIELDWORK "/limits/email/working_days", "one_of");
	changed("'12:00'", "'noon'", FIELDWORK "/limits/email/sent_until", "not_a_time");
	changed("'12:00'", "'00:00'", FIELDWORK "/limits/email/sent_until", "out_of_range");
	changed("'per_day':5", "'per_day':-5", FIELDWORK "/shopper_contacts/per_day",
		"out_of_range");
	changed("'sent_late':'warns'", "'late':'warns'", FIELDWORK "/breaches/late", "unknown_key");
	changed("'limits':{'phone':{'wait_seconds':300},'email':{'working_days':3,'sent_until':"
		"'12:00'}}",
		"'limits':[]", FIELDWORK "/limits", "not_an_object");
}

/* ---- awards ---- */

enum { BEST, WINNER, PASS, CERTIFIED, STREAK, FIVE_STAR, ONLY, BOTH, NPS, AWARDS };

Test(rules, awards_are_read_with_all_they_say)
{
	const struct award *a = p->waves[1].awards;
	cr_assert_eq(p->waves[1].awards_len, AWARDS);
	cr_assert_eq(p->waves[0].awards_len, 0);
	cr_assert_eq(a[BEST].kind, AWARD_LINE);
	cr_assert_eq(a[BEST].line, 90000000);
	cr_assert_not(a[BEST].above);
	cr_assert_eq(a[BEST].channel, -1);
	cr_assert_eq(a[WINNER].rank_most, 1);
	cr_assert_eq(a[WINNER].scope, SCOPE_SECTOR);
	cr_assert_eq(a[PASS].conformity, CONFORMITY_MAJOR);
	cr_assert_eq(a[CERTIFIED].all_of_len, 2);
	cr_assert_eq(a[CERTIFIED].all_of[1], PASS);
	cr_assert_eq(a[CERTIFIED].prerequisites, 1);
	cr_assert_eq(a[ONLY].of, BEST);
	cr_assert_eq(a[BOTH].metric, AWARD_COMBINED);
	cr_assert_eq(a[BOTH].combined, 0);
	cr_assert(a[BOTH].above);
	cr_assert_eq(a[NPS].line, -12500000);
}

Test(rules, counting_rules_are_read_word_by_word)
{
	const struct award *a = p->waves[1].awards;
	cr_assert_eq(a[STREAK].of, BEST);
	cr_assert_eq(a[STREAK].streak.times, 13);
	cr_assert_not(a[STREAK].streak.missed_skips);
	cr_assert_not(a[STREAK].streak.break_continues);
	cr_assert(a[STREAK].streak.joint_counts);
	cr_assert(a[STREAK].streak.successors_inherit);
	cr_assert_eq(a[FIVE_STAR].of, WINNER);
	cr_assert(a[FIVE_STAR].streak.missed_skips);
	cr_assert(a[FIVE_STAR].streak.break_continues);
}

#define AWARD_AT(number) "/waves/1/awards/" #number

Test(rules, a_count_of_waves_states_all_its_rules)
{
	changed("'missed':'breaks',", "", AWARD_AT(4) "/missed", "missing");
	changed("'at_break':'restarts',", "", AWARD_AT(4) "/at_break", "missing");
	changed("'joint':'counts','successors':'inherit'},{'code':'five",
		"'successors':'inherit'},{'code':'five", AWARD_AT(4) "/joint", "missing");
	changed("'at_break':'continues','joint':'counts','successors':'inherit'",
		"'at_break':'continues','joint':'counts'", AWARD_AT(5) "/successors", "missing");
	changed("'times':13,", "", AWARD_AT(4) "/times", "missing");
	changed("'times':13", "'times':0", AWARD_AT(4) "/times", "out_of_range");
}

Test(rules, an_award_names_only_awards_before_it)
{
	changed("'of':'winner'", "'of':'only'", AWARD_AT(5) "/of", "unknown_award");
	changed("'of':'winner'", "'of':'five_star'", AWARD_AT(5) "/of", "unknown_award");
	changed("['best_centre','pass']", "['best_centre','streak13']", AWARD_AT(3) "/of/1",
		"unknown_award");
	changed("['best_centre','pass']", "['pass','pass']", AWARD_AT(3) "/of/1", "duplicate");
	changed("['best_centre','pass']", "['pass']", AWARD_AT(3) "/of", "too_few");
}

Test(rules, an_award_uses_figures_there_are)
{
	changed("'combined:2023'", "'combined:2024'", AWARD_AT(7) "/metric", "unknown_combined");
	changed("'metric':'nps','above':-12.5", "'metric':'area:b','above':12.5",
		AWARD_AT(8) "/metric", "unknown_area");
	changed("'metric':'nps','above':-12.5", "'metric':'csat','above':12.5",
		AWARD_AT(8) "/metric", "not_a_choice");
	changed("'metric':'nps','above':-12.5", "'metric':'area:...','above':12.5",
		AWARD_AT(8) "/metric", "unknown_area");
	changed("'metric':'score','at_least':90", "'metric':'luck','at_least':90",
		AWARD_AT(0) "/metric", "not_a_choice");
	changed("'metric':'score','at_least':90", "'metric':'score','channel':'fax','at_least':90",
		AWARD_AT(0) "/channel", "unknown_channel");
	changed("'metric':'combined:2023'", "'metric':'combined:2023','channel':'phone'",
		AWARD_AT(7) "/channel", "one_of");
}

Test(rules, an_area_and_a_channel_are_taken_by_their_place)
{
	struct programme *q = given_programme(
		given_rules_with("'metric':'nps','above':-12.5",
				 "'metric':'area:a','channel':'email','above':99.5"));
	const struct award *award = &q->waves[1].awards[NPS];
	cr_assert_eq(award->metric, AWARD_AREA);
	cr_assert_eq(award->area, 0);
	cr_assert_eq(award->channel, 1);
	programme_free(q);
}

Test(rules, a_line_is_one_line_that_the_figure_can_reach)
{
	changed("'at_least':90", "'name':{}", AWARD_AT(0), "missing");
	changed("'at_least':90", "'at_least':90,'above':80", AWARD_AT(0) "/above", "one_of");
	changed("'at_least':90", "'at_least':100.5", AWARD_AT(0) "/at_least", "out_of_range");
	changed("'at_least':90", "'at_least':90.1234567", AWARD_AT(0) "/at_least",
		"too_many_decimals");
	changed("'metric':'nps','above':-12.5", "'metric':'ces','above':7.5", AWARD_AT(8) "/above",
		"out_of_range");
}

Test(rules, an_award_says_only_what_its_kind_has)
{
	changed("'at_least':90", "'at_least':90,'rank':1", AWARD_AT(0) "/rank", "unknown_key");
	changed("'kind':'line','metric':'score'", "'kind':'prize','metric':'score'",
		AWARD_AT(0) "/kind", "not_a_choice");
	changed("'score','rank':1", "'score'", AWARD_AT(1) "/rank", "missing");
	changed("'conformity':'major'},{'code':'certified'", "'name':{}},{'code':'certified'",
		AWARD_AT(2) "/conformity", "missing");
	changed("'code':'only'", "'code':'best_centre'", AWARD_AT(6) "/code", "duplicate");
	changed("'prerequisites':['certified_manager']}", "'prerequisites':['x']}",
		AWARD_AT(3) "/prerequisites/0", "unknown_prerequisite");
}

/* ---- combined figures ---- */

Test(rules, a_combined_figure_weighs_waves)
{
	cr_assert_eq(p->combined_len, 1);
	cr_assert_eq(programme_find_combined(p, SLICE("2023")), 0);
	cr_assert_eq(programme_find_combined(p, SLICE("2024")), -1);
	cr_assert_eq(p->combined[0].len, 2);
	cr_assert_eq(p->combined[0].waves[1], 1);
	cr_assert_eq(p->combined[0].weights_millionths[0], 1000000);
	cr_assert_eq(p->combined[0].weights_millionths[1], 2000000);
}

Test(rules, a_wrong_combined_figure_is_named_by_its_place)
{
	changed("{'wave':'w0'}", "{'wave':'w7'}", "/combined/0/of/0/wave", "unknown_wave");
	changed("{'wave':'w0'}", "{'wave':'w'}", "/combined/0/of/1/wave", "duplicate");
	changed("{'wave':'w0'},", "", "/combined/0/of", "too_few");
	changed("'weight':2", "'weight':0", "/combined/0/of/1/weight", "out_of_range");
	changed("'combined':[{'code':'2023'", "'combined':[{'code':'2023','wave':1",
		"/combined/0/wave", "unknown_key");
}
