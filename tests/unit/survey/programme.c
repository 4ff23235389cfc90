#include "survey/programme.h"

#include <criterion/criterion.h>

#include "given.h"

static void changed(const char *old, const char *new, const char *pointer, const char *code)
{
	given_fault(given_text_with(old, new), pointer, code);
}

Test(programme, a_file_without_faults_is_a_programme)
{
	struct programme *p = given_programme(slice_of(given_text));
	cr_assert(slice_is(p->code, "p"));
	cr_assert_eq(p->companies_len, 3);
	cr_assert_eq(p->instruments[0].items_len, 4);
	cr_assert(slice_is(p->source, given_text));
	cr_assert(slice_is(p->companies[0].name.json, "{\"ko\":\"한빛\"}"));
	cr_assert(slice_is(p->companies[1].name.json, "{}"));
	programme_free(p);
}

Test(programme, points_are_whole_hundredths)
{
	struct programme *p = given_programme(slice_of(given_text));
	const struct item *items = p->instruments[0].items;
	cr_assert_eq(item_points(&items[0], 1), 50);
	cr_assert_eq(item_points(&items[2], 500), 225);
	cr_assert_eq(items[0].points_max, 300);
	programme_free(p);
}

Test(programme, an_answer_outside_the_options_has_no_points)
{
	struct programme *p = given_programme(slice_of(given_text));
	const struct item *items = p->instruments[0].items;
	cr_assert_eq(item_points(&items[0], 3), POINTS_NONE);
	cr_assert_eq(item_points(&items[0], -1), POINTS_NONE);
	cr_assert_eq(item_points(&items[2], 1), POINTS_NONE);
	cr_assert_eq(item_points(&items[2], 499), POINTS_NONE);
	programme_free(p);
}

Test(programme, options_stand_in_the_order_of_their_answers)
{
	struct programme *p = given_programme(slice_of(given_text));
	cr_assert_eq(p->instruments[0].items[1].options[0].answer, 0);
	cr_assert_eq(p->instruments[0].items[1].options[1].answer, 1);
	programme_free(p);
}

Test(programme, an_item_without_channels_applies_to_all)
{
	struct programme *p = given_programme(slice_of(given_text));
	cr_assert_eq(p->instruments[0].items[0].channels, 3);
	cr_assert_eq(p->instruments[0].items[2].channels, 1);
	programme_free(p);
}

Test(programme, top_boxes_have_the_custom_of_their_scale)
{
	struct programme *p = given_programme(slice_of(given_text));
	const struct question *q = p->instruments[0].questions;
	cr_assert_eq(q[0].good_from, 4);
	cr_assert_eq(q[1].good_from, 5);
	cr_assert_eq(q[2].good_from, 9);
	cr_assert(q[1].high_is_effort);
	cr_assert_not(q[0].high_is_effort);
	programme_free(p);
}

Test(programme, a_wave_knows_its_companies_plans_weights_and_hours)
{
	struct programme *p = given_programme(slice_of(given_text));
	const struct wave *w = &p->waves[0];
	cr_assert_eq(w->sector_of[0], 0);
	cr_assert_eq(w->sector_of[2], -1);
	cr_assert_eq(w->planned_contacts[0], 20);
	cr_assert_eq(w->planned_contacts[1], 25);
	cr_assert_eq(w->planned_contacts[2], 0);
	cr_assert_eq(w->sectors[0].companies[0], 1);
	cr_assert_float_eq(w->channel_weights[0], 0.4, 0);
	cr_assert_float_eq(w->channel_weights[1], 0, 0);
	cr_assert_eq(w->hours.from_minute, 540);
	cr_assert_eq(w->hours.until_minute, 900);
	cr_assert_eq(w->hours.weekdays, 0x11);
	cr_assert(slice_is(w->time_zone, "Europe/Oslo"));
	programme_free(p);
}

Test(programme, a_wave_that_says_little_has_the_defaults)
{
	struct slice text = given_text_with("\"channel_weights\":{\"phone\":0.4},"
					    "\"time_zone\":\"Europe/Oslo\","
					    "\"contact_hours\":{\"from\":\"09:00\",\"until\":"
					    "\"15:00\",\"weekdays\":[1,5]},",
					    "");
	struct programme *p = given_programme(text);
	const struct wave *w = &p->waves[0];
	cr_assert_float_eq(w->level, 0.95, 0);
	cr_assert_eq(w->minimum.publish, 10);
	cr_assert_eq(w->minimum.rank, 20);
	cr_assert_eq(w->minimum.cell, 5);
	cr_assert_float_eq(w->channel_weights[1], 1, 0);
	cr_assert(slice_is(w->time_zone, "UTC"));
	cr_assert_not(w->hours.given);
	programme_free(p);
}

Test(programme, codes_are_found_and_others_are_not)
{
	struct programme *p = given_programme(slice_of(given_text));
	cr_assert_eq(programme_find_company(p, SLICE("C3")), 2);
	cr_assert_eq(programme_find_company(p, SLICE("c3")), -1);
	cr_assert_eq(programme_find_company(p, SLICE("")), -1);
	cr_assert_eq(programme_find_channel(p, SLICE("chat")), 1);
	cr_assert_eq(programme_find_wave(p, SLICE("w")), 0);
	cr_assert_eq(wave_find_sector(&p->waves[0], SLICE("S2")), -1);
	cr_assert_eq(instrument_find_item(&p->instruments[0], SLICE("q4")), 3);
	cr_assert_eq(instrument_find_question(&p->instruments[0], SLICE("ves1")), 3);
	cr_assert_eq(instrument_find_area(&p->instruments[0], SLICE("agent")), 1);
	cr_assert_eq(instrument_find_measure(&p->instruments[0], MEASURE_NPS), 2);
	programme_free(p);
}

Test(programme, ten_thousand_companies_are_found_each_at_its_place)
{
	struct buf list;
	buf_init(&list, 1 << 20);
	for (int i = 0; i < PROGRAMME_COMPANIES_LIMIT - 3; i++)
		buf_print(&list, "{\"code\":\"N%d\"},", i);
	buf_add_text(&list, "{\"code\":\"C1\"");
	buf_add_byte(&list, '\0');
	struct programme *p = given_programme(given_text_with("{\"code\":\"C1\"", list.at));
	cr_assert_eq(programme_find_company(p, SLICE("N9996")), 9996);
	cr_assert_eq(programme_find_company(p, SLICE("C3")), 9999);
	programme_free(p);
	buf_fini(&list);
}

struct wrong {
	const char *old, *new, *pointer, *code;
};

#define QUOTED_66 "\"123456789012345678901234567890123456789012345678901234567890123456\""

/* clang-format off */
static const struct wrong wrongs[] = {
	{"\"programme\":\"p\",", "", "/programme", "missing"},
	{"\"programme\":\"p\"", "\"programme\":\"p p\"", "/programme", "not_a_code"},
	{"\"programme\":\"p\"", "\"programme\":7", "/programme", "not_a_code"},
	{"\"programme\":\"p\"", "\"programme\":\"\"", "/programme", "not_a_code"},
	{"\"programme\":\"p\"", "\"programme\":" QUOTED_66, "/programme", "not_a_code"},
	{"\"programme\":\"p\"", "\"programme\":\"p\",\"chanels\":[]", "/chanels", "unknown_key"},
	{"\"programme\":\"p\"", "\"programme\":\"p\",\"a/b~c\":1", "/a~1b~0c", "unknown_key"},
	{"{\"en\":\"P\"}", "\"P\"", "/name", "not_an_object"},
	{"{\"en\":\"P\"}", "{\"en\":7}", "/name/en", "not_a_text"},
	{"{\"code\":\"chat\"}", "{\"code\":\"chat\"},{\"code\":\"chat\"}", "/channels/2/code", "duplicate"},
	{"{\"code\":\"chat\"}", "{\"code\":\"chat\"},7", "/channels/2", "not_an_object"},
	{"{\"code\":\"C3\"}", "{\"code\":\"C3\"},{\"code\":\"C1\"}", "/companies/3/code", "duplicate"},
	{"{\"code\":\"C3\"}", "{\"code\":\"C3\"},{}", "/companies/3/code", "missing"},
	{"\"scoring\":\"pooled\"", "\"scoring\":\"mean\"", "/instruments/0/scoring", "not_a_choice"},
	{"\"unanswered\":\"zero\"", "\"unanswered\":0", "/instruments/0/unanswered", "not_a_choice"},
	{"\"weight\":5", "\"weight\":0", "/instruments/0/areas/0/weight", "out_of_range"},
	{"\"weight\":5", "\"weight\":0.0000005", "/instruments/0/areas/0/weight", "out_of_range"},
	{"\"weight\":5", "\"weight\":5.0000005", "/instruments/0/areas/0/weight", "too_many_decimals"},
	{"\"weight\":5", "\"weight\":10001", "/instruments/0/areas/0/weight", "out_of_range"},
	{"\"weight\":5", "\"weight\":\"5\"", "/instruments/0/areas/0/weight", "not_a_number"},
	{"\"area\":\"wait\"", "\"area\":\"waits\"", "/instruments/0/items/0/area", "unknown_area"},
	{"\"area\":\"wait\",", "", "/instruments/0/items/0/area", "missing"},
	{"\"code\":\"q2\"", "\"code\":\"q1\"", "/instruments/0/items/1/code", "duplicate"},
	{"\"code\":\"q2\"", "\"code\":\"comment\"", "/instruments/0/items/1/code", "reserved"},
	{"\"code\":\"q2\"", "\"code\":\"contact_id\"", "/instruments/0/items/1/code", "reserved"},
	{"\"code\":\"ves1\"", "\"code\":\"answers\"", "/instruments/0/questions/3/code", "reserved"},
	{"\"code\":\"ves1\"", "\"code\":\"q2\"", "/instruments/0/questions/3/code", "duplicate"},
	{"[\"phone\"]", "[\"fax\"]", "/instruments/0/items/2/channels/0", "unknown_channel"},
	{"[\"phone\"]", "[]", "/instruments/0/items/2/channels", "too_few"},
	{"[\"phone\"]", "[\"phone\",\"phone\"]", "/instruments/0/items/2/channels/1", "duplicate"},
	{"[\"phone\"]", "\"phone\"", "/instruments/0/items/2/channels", "not_a_list"},
	{"\"scored\":false", "\"scored\":0", "/instruments/0/items/3/scored", "not_a_boolean"},
	{"\"points\":0.5", "\"points\":0.555", "/instruments/0/items/0/options/1/points", "too_many_decimals"},
	{"\"points\":0.5", "\"points\":-1", "/instruments/0/items/0/options/1/points", "out_of_range"},
	{"\"points\":0.5", "\"points\":10000.01", "/instruments/0/items/0/options/1/points", "out_of_range"},
	{"\"points\":0.5", "\"points\":1e999", "/instruments/0/items/0/options/1/points", "out_of_range"},
	{",\"points\":0.5", "", "/instruments/0/items/0/options/1/points", "missing"},
	{"\"answer\":1,", "\"answer\":1.5,", "/instruments/0/items/0/options/1/answer", "not_a_whole_number"},
	{"\"answer\":1,", "\"answer\":40000,", "/instruments/0/items/0/options/1/answer", "out_of_range"},
	{"\"answer\":1,", "\"answer\":0,", "/instruments/0/items/0/options/1", "duplicate"},
	{"\"points\":7", "\"points\":0", "/instruments/0/items/1/options", "no_points"},
	{"[\"NA\"]", "[\"2\"]", "/instruments/0/items/0/no_answer/0", "is_an_answer"},
	{"[\"NA\"]", "[\"\"]", "/instruments/0/items/0/no_answer/0", "wrong_length"},
	{"[\"NA\"]", "[9]", "/instruments/0/items/0/no_answer/0", "not_a_text"},
	{"\"measure\":\"other\",", "", "/instruments/0/questions/3/measure", "missing"},
	{"\"measure\":\"other\"", "\"measure\":\"csat\"", "/instruments/0/questions/3/measure", "duplicate"},
	{"\"measure\":\"other\"", "\"measure\":\"ves\"", "/instruments/0/questions/3/measure", "not_a_choice"},
	{"\"min\":1,\"max\":5", "\"min\":5,\"max\":1", "/instruments/0/questions/0/scale", "not_a_scale"},
	{"\"min\":0,\"max\":10", "\"min\":1,\"max\":10", "/instruments/0/questions/2/scale", "not_a_scale"},
	{"\"min\":1,\"max\":5", "\"min\":1,\"max\":102", "/instruments/0/questions/0/scale", "not_a_scale"},
	{",\"scale\":{\"min\":1,\"max\":5}", "", "/instruments/0/questions/0/scale", "missing"},
	{"\"min\":1,\"max\":7}", "\"min\":1,\"max\":9}", "/instruments/0/questions/1/good_from", "missing"},
	{"\"direction\":\"high_is_effort\"", "\"direction\":\"high_is_bad\"", "/instruments/0/questions/1/direction", "not_a_choice"},
	{"\"direction\":\"high_is_effort\"", "\"good_from\":8", "/instruments/0/questions/1/good_from", "out_of_range"},
	{"[\"11\",\"Blank\"]", "[\"10\"]", "/instruments/0/questions/2/no_answer/0", "is_an_answer"},
	{"\"no_answer\":[\"11\",\"Blank\"]", "\"good_from\":8", "/instruments/0/questions/2/good_from", "out_of_range"},
	{"\"instrument\":\"i\"", "\"instrument\":\"j\"", "/waves/0/instrument", "unknown_instrument"},
	{"\"planned_contacts\":25", "\"planned_contacts\":2.5", "/waves/0/planned_contacts", "not_a_whole_number"},
	{"\"planned_contacts\":25", "\"level\":95", "/waves/0/level", "out_of_range"},
	{"\"planned_contacts\":25", "\"level\":\"0.95\"", "/waves/0/level", "not_a_number"},
	{"\"planned_contacts\":25", "\"minimum_base\":{\"publish\":30}", "/waves/0/minimum_base", "out_of_range"},
	{"\"planned_contacts\":25", "\"minimum_base\":{\"rank\":5}", "/waves/0/minimum_base/rank", "out_of_range"},
	{"{\"phone\":0.4}", "{\"fax\":0.4}", "/waves/0/channel_weights/fax", "unknown_channel"},
	{"{\"phone\":0.4}", "{\"phone\":0}", "/waves/0/channel_weights/phone", "out_of_range"},
	{"{\"phone\":0.4}", "{}", "/waves/0/channel_weights", "too_few"},
	{"{\"phone\":0.4}", "[1]", "/waves/0/channel_weights", "not_an_object"},
	{"Europe/Oslo", "Europe Oslo", "/waves/0/time_zone", "not_a_time_zone"},
	{"\"Europe/Oslo\"", "\"\"", "/waves/0/time_zone", "wrong_length"},
	{"09:00", "9:00", "/waves/0/contact_hours/from", "not_a_time"},
	{"09:00", "09:60", "/waves/0/contact_hours/from", "not_a_time"},
	{"15:00", "24:01", "/waves/0/contact_hours/until", "not_a_time"},
	{"15:00", "09:00", "/waves/0/contact_hours/until", "out_of_range"},
	{"[1,5]", "[1,8]", "/waves/0/contact_hours/weekdays/1", "out_of_range"},
	{"[1,5]", "[1,1]", "/waves/0/contact_hours/weekdays/1", "duplicate"},
	{"[\"C2\",", "[\"C9\",", "/waves/0/sectors/0/companies/0", "unknown_company"},
	{"[\"C2\",", "[\"C1\",", "/waves/0/sectors/0/companies/1/company", "duplicate"},
	{"\"planned_contacts\":20", "\"planned_contacts\":-1", "/waves/0/sectors/0/companies/1/planned_contacts", "out_of_range"},
	{"\"planned_contacts\":20", "\"plan\":1", "/waves/0/sectors/0/companies/1/plan", "unknown_key"},
	{"{\"code\":\"S1\",", "{\"code\":\"S1\",\"companies\":[\"C3\"]},{\"code\":\"S1\",", "/waves/0/sectors/1/code", "duplicate"},
	{"\"areas\":[", "\"areas\":[7,", "/instruments/0/areas/0", "not_an_object"},
	{"\"items\":[", "\"items\":[7,", "/instruments/0/items/0", "not_an_object"},
	{"\"questions\":[", "\"questions\":[7,", "/instruments/0/questions/0", "not_an_object"},
	{"{\"answer\":0,\"points\":0}", "7", "/instruments/0/items/0/options/0", "not_an_object"},
	{"\"sectors\":[", "\"sectors\":[7,", "/waves/0/sectors/0", "not_an_object"},
	{"\"waves\":[", "\"waves\":[7,", "/waves/0", "not_an_object"},
	{"\"instruments\":[", "\"instruments\":[7,", "/instruments/0", "not_an_object"},
	{"\"instruments\":[", "\"instruments\":[{\"code\":\"e\"},", "/instruments/0", "missing"},
	{"[\"11\",\"Blank\"]", "[\"11\",\"7\"]", "/instruments/0/questions/2/no_answer/1", "is_an_answer"},
	{"{\"code\":\"S1\",", "{\"code\":\"S0\",\"companies\":[]},{\"code\":\"S1\",", "/waves/0/sectors/0/companies", "too_few"},
};
/* clang-format on */

Test(programme, every_fault_is_found_by_its_pointer_and_code)
{
	for (size_t i = 0; i < COUNT_OF(wrongs); i++)
		changed(wrongs[i].old, wrongs[i].new, wrongs[i].pointer, wrongs[i].code);
}

Test(programme, all_faults_are_told_in_one_pass_and_in_reading_order)
{
	struct slice text = given_text_with("\"programme\":\"p\"", "\"programme\":\"-/-\"");
	text = given_replaced(text, "\"area\":\"wait\"", "\"area\":\"x\"");
	text = given_replaced(text, "09:00", "9");
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(text, &arena, &p, &faults), E_INPUT);
	cr_assert_eq(faults.total, 3);
	cr_assert(slice_is(faults.at[0].pointer, "/programme"));
	cr_assert(slice_is(faults.at[1].pointer, "/instruments/0/items/0/area"));
	cr_assert(slice_is(faults.at[2].pointer, "/waves/0/contact_hours/from"));
	arena_fini(&arena);
}

Test(programme, a_text_that_is_not_json_has_one_fault_at_the_root)
{
	given_fault(SLICE("{\"programme\":\"p\",}"), "", "not_json");
	given_fault(SLICE(""), "", "not_json");
	given_fault(SLICE("{\"programme\":\"p\",\"programme\":\"q\"}"), "", "not_json");
	given_fault(SLICE("[1]"), "", "not_an_object");
}

Test(programme, more_than_the_limit_of_a_list_is_a_fault_of_the_list)
{
	struct buf list;
	buf_init(&list, 1 << 20);
	for (int i = 0; i < PROGRAMME_CHANNELS_LIMIT; i++)
		buf_print(&list, ",{\"code\":\"c%d\"}", i);
	struct slice head = SLICE("{\"code\":\"chat\"}");
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_print(&text, "%.*s%.*s%c", SLICE_ARGS(head), SLICE_ARGS(buf_slice(&list)), 0);
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(given_text_with(head.at, text.at), &arena, &p, &faults),
		     E_INPUT);
	cr_assert(slice_is(faults.at[0].pointer, "/channels"));
	cr_assert_str_eq(faults.at[0].code, "too_many");
	arena_fini(&arena);
	buf_fini(&text);
	buf_fini(&list);
}

Test(programme, a_file_over_the_limit_is_not_looked_at)
{
	size_t len = PROGRAMME_BYTES_LIMIT + 1;
	char *text = memory_new(len);
	memset(text, ' ', len);
	given_fault((struct slice){text, len}, "", "too_large");
	memory_free(text);
}

Test(programme, names_over_their_limit_are_too_large)
{
	size_t len = 70000;
	char *name = memory_new(len + 1);
	memset(name, 'x', len);
	memcpy(name, "{\"en\":\"", 7);
	memcpy(name + len - 2, "\"}", 2);
	changed("{\"en\":\"P\"}", name, "/name", "too_large");
	memory_free(name);
}

Test(programme, a_measure_nobody_asks_is_not_found)
{
	struct slice text = given_text_with("\"code\":\"csat\",\"measure\":\"csat\"",
					    "\"code\":\"csat\",\"measure\":\"other\"");
	struct programme *p = given_programme(text);
	cr_assert_eq(instrument_find_measure(&p->instruments[0], MEASURE_CSAT), -1);
	programme_free(p);
	programme_free(NULL);
}

Test(programme, thousands_of_faults_are_counted_and_the_first_thousand_told)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_add_text(&text, "{\"programme\":\"p\",\"companies\":[7");
	for (int i = 0; i < 2999; i++)
		buf_add_text(&text, ",7");
	buf_add_text(&text, "]}");
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(buf_slice(&text), &arena, &p, &faults), E_INPUT);
	cr_assert_eq(faults.len, PROGRAMME_FAULTS_LIMIT);
	cr_assert_eq(faults.total, 3003);
	arena_fini(&arena);
	buf_fini(&text);
}

Test(programme, an_arena_too_small_for_the_faults_is_a_limit)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 100);
	cr_assert_eq(programme_parse(SLICE("{}"), &arena, &p, &faults), E_LIMIT);
	cr_assert_null(p);
	arena_fini(&arena);
}

Test(programme, the_sample_programme_has_no_faults)
{
	struct slice text = given_file("PLAUDIT_SOURCE_DIR", "programmes/sample/programme.json");
	if (text.at == NULL)
		cr_skip("PLAUDIT_SOURCE_DIR is not set");
	struct programme *p = given_programme(text);
	cr_assert_eq(p->companies_len, 181);
	cr_assert_eq(p->waves[0].sectors_len, 23);
	cr_assert_eq(p->instruments[0].items_len, 14);
	programme_free(p);
}

Test(programme, the_example_of_the_manual_has_no_faults)
{
	struct slice page = given_file("PLAUDIT_SOURCE_DIR", "docs/programme-file.md");
	if (page.at == NULL)
		cr_skip("PLAUDIT_SOURCE_DIR is not set");
	const char *start = strstr(page.at, "```json\n") + strlen("```json\n");
	struct slice example = {start, (size_t)(strstr(start, "\n```") - start)};
	struct programme *p = given_programme(example);
	cr_assert_eq(p->instruments[0].items[1].points_max, 750);
	cr_assert_eq(p->waves[0].planned_contacts[1], 20);
	programme_free(p);
}

Test(programme, any_change_of_bytes_gives_a_programme_or_faults)
{
	struct slice text = given_text_with("\"p\"", "\"p\"");
	char *bytes = memory_new(text.len);
	uint64_t state = 3;
	for (int run = 0; run < 5000; run++) {
		memcpy(bytes, text.at, text.len);
		for (int change = 0; change < 2; change++) {
			state = state * UINT64_C(6364136223846793005) + 1;
			static const char likely[] = "{}[]\",:019.-eE+nulltruefalse \\/phonechat";
			bytes[(state >> 33) % text.len] =
				likely[(state >> 20) % (sizeof(likely) - 1)];
		}
		struct arena arena;
		struct programme *p;
		struct programme_faults faults;
		arena_init(&arena, 1 << 20);
		enum status st = programme_parse((struct slice){bytes, text.len}, &arena, &p,
						 &faults);
		cr_assert((st == OK && p != NULL && faults.total == 0) ||
			  (st == E_INPUT && p == NULL && faults.total > 0));
		programme_free(p);
		arena_fini(&arena);
	}
	memory_free(bytes);
}
