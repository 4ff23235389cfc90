/* The report of fieldwork, made of counts. Expected figures are sums done by hand. */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>

#include "base/clock.h"
#include "standings/fieldwork.h"

static struct channel channels[] = {
	{.code = {"phone", 5}}, {.code = {"email", 5}}, {.code = {"chat", 4}}};
static struct company companies[] = {
	{.code = {"A", 1}, .name = {{"{\"en\":\"Alder\"}", 14}}},
	{.code = {"B", 1}},
	{.code = {"C", 1}},
	{.code = {"X", 1}},
};
static const int first[] = {1, 0}, second[] = {2};
static const struct sector sectors[] = {
	{.code = {"S1", 2}, .companies = first, .companies_len = 2},
	{.code = {"S2", 2}, .companies = second, .companies_len = 1},
};
static int planned[4];
static double weights[3];
static uint32_t channels_of[4];
static struct wave wave;
static struct programme p;
static struct fieldwork_cell cells[8];
static struct fieldwork_source source;
static struct arena arena;
static struct buf body;
static cJSON *report;

/** A: 25 over phone 15, email 10. B: no email, all 20 by phone. C: no plan. X: not in the wave. */
static void arrange(void)
{
	memcpy(planned, (int[4]){25, 20, 0, 0}, sizeof(planned));
	memcpy(weights, (double[3]){0.6, 0.4, 0}, sizeof(weights));
	memcpy(channels_of, (uint32_t[4]){7, 1, 7, 7}, sizeof(channels_of));
	wave = (struct wave){.code = SLICE("w"),
			     .sectors = sectors,
			     .sectors_len = 2,
			     .planned_contacts = planned,
			     .channel_weights = weights,
			     .channels_of = channels_of,
			     .time_zone = SLICE("Europe/Oslo")};
	wave.fieldwork.action[BREACH_CUSTOMER] = BREACH_EXCLUDES;
	p = (struct programme){.code = SLICE("p"),
			       .channels = channels,
			       .channels_len = 3,
			       .companies = companies,
			       .companies_len = 4,
			       .waves = &wave,
			       .waves_len = 1};
	cells[0] = (struct fieldwork_cell){0, 0, {10, 4, 1, 2, 3}, 15, {5, 6, 6}};
	cells[1] = (struct fieldwork_cell){0, 1, {3, 0, 0, 0, 0}, 1, {0, 0, 0}};
	cells[2] = (struct fieldwork_cell){1, 0, {9, 0, 0, 0, 0}, 9, {9, 0, 0}};
	cells[3] = (struct fieldwork_cell){1, 2, {0, 0, 0, 4, 0}, 0, {0, 0, 0}};
	cells[4] = (struct fieldwork_cell){2, 0, {2, 0, 0, 0, 0}, 2, {1, 1, 0}};
	source = (struct fieldwork_source){.programme = &p,
					   .state = SLICE("fielding"),
					   .as_of = 0,
					   .sector = -1,
					   .cells = cells,
					   .cells_len = 5};
	arena_init(&arena, 1 << 20);
	buf_init(&body, 1 << 20);
}

static void clear(void)
{
	cJSON_Delete(report);
	report = NULL;
	buf_fini(&body);
	arena_fini(&arena);
}

TestSuite(fieldwork, .init = arrange, .fini = clear);

static void make(void)
{
	struct fieldwork *f;
	cr_assert_eq(fieldwork_make(&source, &arena, &f), OK);
	fieldwork_json(f, &body);
	cr_assert_not(buf_over(&body));
	report = cJSON_ParseWithLength(body.at, body.len);
	cr_assert_not_null(report, "%.*s", (int)body.len, body.at);
}

static const cJSON *member(const cJSON *of, const char *key)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(of, key);
	cr_assert_not_null(found, "no %s", key);
	return found;
}

static const cJSON *sector(int at)
{
	return cJSON_GetArrayItem(member(report, "sectors"), at);
}

static const cJSON *company(int of, int at)
{
	return cJSON_GetArrayItem(member(sector(of), "companies"), at);
}

static const cJSON *channel(const cJSON *of, const char *code)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, member(of, "channels"))
	{
		if (strcmp(member(one, "channel")->valuestring, code) == 0)
			return one;
	}
	return NULL;
}

static double number(const cJSON *of, const char *key)
{
	cr_assert(cJSON_IsNumber(member(of, key)), "%s", key);
	return member(of, key)->valuedouble;
}

/** planned, made, answered, left, over the plan. */
static void expect_progress(const cJSON *of, int plan, int made, int answered, int left, int over)
{
	cr_assert_not_null(of);
	cr_expect_eq(number(of, "planned"), plan);
	cr_expect_eq(number(of, "made"), made);
	cr_expect_eq(number(of, "answered"), answered);
	cr_expect_eq(number(of, "left"), left);
	cr_expect_eq(number(of, "over_plan"), over);
}

Test(fieldwork, a_company_is_all_its_channels)
{
	make();
	expect_progress(company(0, 1), 25, 20, 16, 5, 0);
	cr_expect_eq(number(company(0, 1), "completion_percent"), 80);
}

Test(fieldwork, returned_and_excluded_results_are_not_made)
{
	make();
	const cJSON *review = member(company(0, 1), "review");
	cr_expect_eq(number(review, "submitted"), 13);
	cr_expect_eq(number(review, "returned"), 1);
	cr_expect_eq(number(review, "excluded"), 2);
	cr_expect_eq(number(review, "disputed"), 3);
	expect_progress(channel(company(0, 1), "phone"), 15, 17, 15, 0, 2);
}

Test(fieldwork, contacts_over_the_plan_of_one_channel_hide_no_gap_of_another)
{
	make();
	expect_progress(channel(company(0, 1), "email"), 10, 3, 1, 7, 0);
	const cJSON *phone = channel(member(report, "totals"), "phone");
	/* A 15 of 15 and 2 over, B 9 of 20, C's 2 were not planned. */
	expect_progress(phone, 35, 28, 26, 11, 4);
	cr_expect_float_eq(number(phone, "completion_percent"), 2400.0 / 35, 1e-12);
}

Test(fieldwork, a_channel_a_company_lacks_has_no_plan_there)
{
	make();
	expect_progress(channel(company(0, 0), "phone"), 20, 9, 9, 11, 0);
	cr_expect_null(channel(company(0, 0), "email"));
	const cJSON *chat = channel(company(0, 0), "chat");
	cr_expect(cJSON_IsNull(member(chat, "planned")));
	cr_expect_eq(number(chat, "made"), 0);
}

Test(fieldwork, without_a_plan_what_a_plan_gives_is_null_with_its_reason)
{
	make();
	cr_expect(cJSON_IsNull(member(company(1, 0), "completion_percent")));
	cr_expect_str_eq(member(company(1, 0), "completion_percent_reason")->valuestring,
			 "not_planned");
	cr_expect(cJSON_IsNull(member(sector(1), "planned")));
	cr_expect_eq(number(company(1, 0), "made"), 2);
	cr_expect(cJSON_IsNull(member(company(1, 0), "over_plan")));
	cr_expect(cJSON_IsNull(member(company(1, 0), "left")));
}

Test(fieldwork, totals_are_the_sums_of_companies)
{
	make();
	expect_progress(sector(0), 45, 29, 25, 16, 0);
	expect_progress(member(report, "totals"), 45, 31, 27, 16, 2);
	cr_expect_float_eq(number(member(report, "totals"), "completion_percent"), 2900.0 / 45,
			   1e-12);
}

Test(fieldwork, one_sector_alone_is_totals_too)
{
	source.sector = 1;
	source.cells = &cells[4];
	source.cells_len = 1;
	make();
	cr_expect_eq(cJSON_GetArraySize(member(report, "sectors")), 1);
	cr_expect_eq(number(member(report, "totals"), "made"), 2);
}

Test(fieldwork, a_wave_without_weights_plans_no_channel)
{
	memset(weights, 0, sizeof(weights));
	make();
	cr_expect(cJSON_IsNull(member(channel(company(0, 1), "phone"), "planned")));
	cr_expect_eq(number(company(0, 1), "planned"), 25);
}

Test(fieldwork, contacts_without_a_time_are_no_part_of_the_day)
{
	make();
	const cJSON *parts = member(company(0, 1), "day_parts");
	cr_expect_eq(number(parts, "morning"), 5);
	cr_expect_eq(number(parts, "noon"), 6);
	cr_expect_eq(number(parts, "afternoon"), 6);
	cr_expect_eq(number(parts, "unknown"), 3);
}

Test(fieldwork, rules_stand_with_their_action_and_a_breach_with_all_it_takes_to_find_it)
{
	struct fieldwork_breach one = {.result_id = SLICE("r\"1"),
				       .company = 0,
				       .shopper = SLICE_NONE,
				       .rule = BREACH_CUSTOMER,
				       .contacted_at = CLOCK_NO_INSTANT,
				       .status = REVIEW_EXCLUDED};
	source.breaches[BREACH_CUSTOMER] = (struct fieldwork_breach_count){3, 2};
	source.page = &one;
	source.page_len = 1;
	source.next_cursor = SLICE("1.r\"1");
	make();
	const cJSON *breaches = member(report, "breaches");
	const cJSON *rule = cJSON_GetArrayItem(member(breaches, "rules"), BREACH_CUSTOMER);
	cr_expect_str_eq(member(rule, "rule")->valuestring, "shopper_is_customer");
	cr_expect_str_eq(member(rule, "action")->valuestring, "excludes");
	cr_expect_eq(number(rule, "results"), 3);
	cr_expect_eq(number(rule, "excluded"), 2);
	const cJSON *breach = cJSON_GetArrayItem(member(breaches, "data"), 0);
	cr_expect_str_eq(member(breach, "result_id")->valuestring, "r\"1");
	cr_expect(cJSON_IsNull(member(breach, "shopper")));
	cr_expect(cJSON_IsNull(member(breach, "contacted_at")));
	cr_expect_str_eq(member(breach, "status")->valuestring, "excluded");
	cr_expect_str_eq(member(breaches, "next_cursor")->valuestring, "1.r\"1");
}

Test(fieldwork, csv_has_a_row_a_company_and_channel_with_something_to_say)
{
	struct fieldwork *f;
	cr_assert_eq(fieldwork_make(&source, &arena, &f), OK);
	fieldwork_csv(f, &body);
	buf_add_byte(&body, '\0');
	cr_expect_str_eq(
		body.at,
		"sector,company,channel,planned,made,answered,left,over_plan,completion_percent,"
		"submitted,approved,returned,excluded,disputed\r\n"
		"S1,B,phone,20,9,9,11,0,45,9,0,0,0,0\r\n"
		"S1,B,chat,,0,0,,,,0,0,0,4,0\r\n"
		"S1,A,phone,15,17,15,0,2,100,10,4,1,2,3\r\n"
		"S1,A,email,10,3,1,7,0,30,3,0,0,0,0\r\n"
		"S2,C,phone,,2,2,,,,2,0,0,0,0\r\n",
		"%s", body.at);
}

Test(fieldwork, an_arena_too_small_is_a_limit_reached)
{
	struct fieldwork *f;
	for (size_t limit = 0;; limit += 64) {
		struct arena small;
		arena_init(&small, limit);
		enum status st = fieldwork_make(&source, &small, &f);
		arena_fini(&small);
		if (st == OK)
			break;
		cr_assert_eq(st, E_LIMIT);
	}
}
