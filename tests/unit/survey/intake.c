#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/clock.h"
#include "given.h"

#define MINUTE INT64_C(60000000)

static struct arena arena;
static struct programme *p;
static struct intake *in;
static struct result result;
static struct reject reject;

static void arrange(void)
{
	int64_t now;
	cr_assert(clock_parse(SLICE("2020-05-04T12:00:00Z"), &now));
	arena_init(&arena, 1 << 20);
	p = given_programme(slice_of(given_text));
	in = intake_new(p, 0, now);
}

static void clear(void)
{
	intake_free(in);
	programme_free(p);
	arena_fini(&arena);
}

TestSuite(intake, .init = arrange, .fini = clear);

#define READ(...)                                                                                  \
	intake_read(in, (const struct record[]){GIVEN_RECORD(&arena, __VA_ARGS__)}, &arena,        \
		    &result, &reject)

/** The fields every good row has. */
#define GOOD "result_id", "r1", "company", "C1", "channel", "phone"

/** GOOD and these fields: exactly one fault. */
#define ONE_FAULT(fault_code, fault_column, ...)                                                   \
	do {                                                                                       \
		cr_assert_eq(READ(GOOD, __VA_ARGS__), E_INPUT, "no fault");                        \
		check_one(fault_code, fault_column);                                               \
	} while (0)

static void check_one(const char *code, const char *column)
{
	cr_expect_eq(reject.faults_len, 1);
	cr_expect_str_eq(reject.faults[0].code, code);
	cr_expect(slice_is(reject.faults[0].column, column), "%.*s",
		  SLICE_ARGS(reject.faults[0].column));
	cr_expect_gt(reject.faults[0].expected.len, 0);
	cr_expect_eq(reject.row, 7);
}

Test(intake, a_full_row_becomes_a_result)
{
	cr_assert_eq(READ("contact_id", "r1", "company", "C2", "sector", "S1", "channel", "chat",
			  "shopper", "P7", "contacted_at", "2020-05-04T10:15:00+02:00", "answered",
			  "true", "attempt", "2", "wait_seconds", "35", "duration_seconds", "600",
			  "q1", "2", "q2", "0", "q3", "", "q4", "1", "csat", "5", "ces", "2", "nps",
			  "0", "ves1", "", "comment", "fine,\nthanks"),
		     OK);
	cr_assert(slice_is(result.result_id, "r1"));
	cr_assert_eq(result.company, 1);
	cr_assert_eq(result.channel, 1);
	cr_assert(slice_is(result.shopper, "P7"));
	int64_t instant;
	cr_assert(clock_parse(SLICE("2020-05-04T08:15:00Z"), &instant));
	cr_assert_eq(result.contacted_at, instant);
	cr_assert(result.answered);
	cr_assert_eq(result.attempt, 2);
	cr_assert_eq(result.wait_seconds, 35);
	cr_assert_eq(result.duration_seconds, 600);
	cr_assert_eq(result.answers[0], 2);
	cr_assert_eq(result.answers[1], 0);
	cr_assert_eq(result.answers[2], ANSWER_NONE);
	cr_assert_eq(result.answers[3], 1);
	cr_assert_eq(result.cx[1], 2);
	cr_assert_eq(result.cx[3], ANSWER_NONE);
	cr_assert_eq(result.score, 3000);
	cr_assert_eq(result.area_scores[0], 10000);
	cr_assert_eq(result.area_scores[1], 0);
	cr_assert(slice_is(result.comment, "fine,\nthanks"));
}

Test(intake, what_is_not_given_has_its_none)
{
	cr_assert_eq(READ(GOOD), OK);
	cr_assert(result.answered);
	cr_assert_eq(result.contacted_at, CLOCK_NO_INSTANT);
	cr_assert_eq(result.attempt, ATTEMPT_NONE);
	cr_assert_eq(result.wait_seconds, SECONDS_NONE);
	cr_assert_eq(result.shopper.len, 0);
	cr_assert_eq(result.score, SCORE_NONE);
	cr_assert_eq(result.area_scores[0], SCORE_NONE);
}

Test(intake, json_items_stand_in_answers)
{
	cr_assert_eq(READ(GOOD, "answers/q1", "#1", "answers/q3", "#500", "nps", "#9", "answered",
			  "!true"),
		     OK);
	cr_assert_eq(result.answers[0], 1);
	cr_assert_eq(result.answers[2], 500);
	cr_assert_eq(result.cx[2], 9);
}

Test(intake, json_null_is_not_given_and_a_digit_string_is_a_number)
{
	cr_assert_eq(READ(GOOD, "answers/q1", "null!", "answers/q2", "1", "csat", "null!"), OK);
	cr_assert_eq(result.answers[0], ANSWER_NONE);
	cr_assert_eq(result.answers[1], 1);
	cr_assert_eq(result.cx[0], ANSWER_NONE);
}

Test(intake, texts_for_no_answer_are_empty)
{
	cr_assert_eq(READ(GOOD, "q1", "NA", "nps", "11"), OK);
	cr_assert_eq(result.answers[0], ANSWER_NONE);
	cr_assert_eq(result.cx[2], ANSWER_NONE);
	cr_assert_eq(READ(GOOD, "nps", "Blank"), OK);
}

Test(intake, a_result_keeps_nothing_of_the_record)
{
	char id[] = "r1";
	cr_assert_eq(READ("result_id", id, "company", "C1", "channel", "phone"), OK);
	id[0] = 'x';
	cr_assert(slice_is(result.result_id, "r1"));
}

Test(intake, columns_may_change_places_between_records)
{
	cr_assert_eq(READ(GOOD, "q1", "1", "q2", "0"), OK);
	cr_assert_eq(
		READ("channel", "chat", "q2", "1", "q1", "0", "company", "C2", "result_id", "r2"),
		OK);
	cr_assert_eq(result.channel, 1);
	cr_assert_eq(result.answers[0], 0);
	cr_assert_eq(result.answers[1], 1);
}

Test(intake, a_name_of_the_same_length_at_the_same_place_is_looked_at)
{
	char name[] = "q1";
	cr_assert_eq(READ(GOOD, name, "1"), OK);
	name[1] = '2';
	cr_assert_eq(READ(GOOD, name, "1"), OK);
	cr_assert_eq(result.answers[0], ANSWER_NONE);
	cr_assert_eq(result.answers[1], 1);
	name[1] = '9';
	ONE_FAULT("unknown_column", "q9", name, "1");
}

Test(intake, required_columns_are_missing_one_by_one)
{
	cr_assert_eq(READ("shopper", "P1"), E_INPUT);
	cr_assert_eq(reject.faults_len, 3);
	cr_assert(slice_is(reject.faults[0].column, "result_id"));
	cr_assert(slice_is(reject.faults[1].column, "company"));
	cr_assert(slice_is(reject.faults[2].column, "channel"));
	for (int i = 0; i < 3; i++)
		cr_assert_str_eq(reject.faults[i].code, "missing");
}

Test(intake, a_required_column_left_empty_is_missing)
{
	cr_assert_eq(READ("contact_id", "", "company", "C1", "channel", "phone"), E_INPUT);
	check_one("missing", "contact_id");
	cr_assert_eq(READ("result_id", "r", "company", "null!", "channel", "phone"), E_INPUT);
	check_one("missing", "company");
}

static const char *long_text(size_t len)
{
	char *text = arena_take(&arena, len + 1);
	memset(text, 'x', len);
	return text;
}

Test(intake, long_texts_are_too_long_and_texts_at_the_limit_are_not)
{
	ONE_FAULT("too_long", "shopper", "shopper", long_text(SHOPPER_BYTES + 1));
	ONE_FAULT("too_long", "comment", "comment", long_text(COMMENT_BYTES + 1));
	cr_assert_eq(READ("result_id", long_text(RESULT_ID_BYTES + 1), "company", "C1", "channel",
			  "phone"),
		     E_INPUT);
	cr_assert_str_eq(reject.faults[0].code, "too_long");
	cr_assert_eq(READ(GOOD, "shopper", long_text(SHOPPER_BYTES), "comment",
			  long_text(COMMENT_BYTES)),
		     OK);
}

Test(intake, an_offending_value_is_quoted_to_a_hundred_bytes_of_whole_characters)
{
	char text[125] = {0};
	for (int i = 0; i < 40; i++)
		memcpy(text + 1 + 3 * i, "한", 3);
	text[0] = 'x';
	ONE_FAULT("too_long", "shopper", "shopper", text);
	cr_assert_eq(reject.faults[0].value.len, 100);
	cr_assert(slice_is_utf8(reject.faults[0].value));
}

Test(intake, control_characters_in_an_id_are_refused)
{
	ONE_FAULT("control_character", "shopper", "shopper", "P\t1");
	ONE_FAULT("control_character", "shopper", "shopper", "P\x7f");
}

Test(intake, companies_are_known_and_in_the_wave)
{
	cr_assert_eq(READ("result_id", "r", "company", "C9", "channel", "phone"), E_INPUT);
	check_one("unknown_company", "company");
	cr_assert_eq(READ("result_id", "r", "company", "C3", "channel", "phone"), E_INPUT);
	check_one("not_in_wave", "company");
}

Test(intake, a_sector_is_compared_wherever_it_stands)
{
	ONE_FAULT("wrong_sector", "sector", "sector", "S2");
	cr_assert_eq(READ("sector", "S1", GOOD), OK);
	cr_assert_eq(READ("sector", "", GOOD), OK);
}

Test(intake, channels_are_known)
{
	cr_assert_eq(READ("result_id", "r", "company", "C1", "channel", "Phone"), E_INPUT);
	check_one("unknown_channel", "channel");
	cr_assert(slice_is(reject.faults[0].expected, "one of phone, chat"));
}

Test(intake, answered_is_a_boolean)
{
	ONE_FAULT("not_a_boolean", "answered", "answered", "yes");
	ONE_FAULT("not_a_boolean", "answered", "answered", "2");
	cr_assert_eq(READ(GOOD, "answered", "FALSE"), OK);
	cr_assert_not(result.answered);
	cr_assert_eq(READ(GOOD, "answered", "#0"), OK);
	cr_assert_not(result.answered);
}

Test(intake, counts_are_whole_numbers_in_their_range)
{
	ONE_FAULT("not_an_integer", "attempt", "attempt", "1.0");
	ONE_FAULT("not_an_integer", "attempt", "attempt", "+1");
	ONE_FAULT("not_an_integer", "attempt", "attempt", "!true");
	ONE_FAULT("not_an_integer", "wait_seconds", "wait_seconds", "#1e2");
	ONE_FAULT("not_an_integer", "wait_seconds", "wait_seconds", "99999999999999999999");
	ONE_FAULT("out_of_range", "attempt", "attempt", "0");
	ONE_FAULT("out_of_range", "wait_seconds", "wait_seconds", "-1");
	ONE_FAULT("out_of_range", "duration_seconds", "duration_seconds", "5184001");
}

Test(intake, an_answer_is_one_of_the_options)
{
	ONE_FAULT("not_an_option", "q1", "q1", "3");
	cr_assert(slice_is(reject.faults[0].expected, "one of 0, 1, 2 or empty"));
	ONE_FAULT("not_an_option", "q1", "answers/q1", "#-1");
	ONE_FAULT("not_an_option", "q3", "q3", "499");
	ONE_FAULT("not_an_option", "q1", "q1", "65537");
	ONE_FAULT("not_an_integer", "q1", "q1", "#2.0");
	ONE_FAULT("not_an_integer", "q1", "q1", "good");
	ONE_FAULT("not_an_integer", "q1", "q1", " 2");
	ONE_FAULT("not_an_integer", "q1", "q1", "!true");
}

Test(intake, many_options_are_told_by_their_ends)
{
	struct buf list;
	buf_init(&list, 1 << 16);
	for (int answer = 2; answer < 20; answer++)
		buf_print(&list, "{\"answer\":%d,\"points\":1},", answer);
	buf_print(&list, "{\"answer\":0,\"points\":0}%c", 0);
	struct slice text = given_text_with("{\"answer\":1,\"points\":7},"
					    "{\"answer\":0,\"points\":0}",
					    list.at);
	struct programme *many = given_programme(text);
	intake_free(in);
	in = intake_new(many, 0, 0);
	ONE_FAULT("not_an_option", "q2", "q2", "1");
	cr_assert(
		slice_is(reject.faults[0].expected, "one of the 19 answers from 0 to 19 or empty"));
	buf_fini(&list);
}

Test(intake, a_question_stays_on_its_scale)
{
	ONE_FAULT("off_scale", "csat", "csat", "0");
	cr_assert(slice_is(reject.faults[0].expected, "a whole number from 1 to 5 or empty"));
	ONE_FAULT("off_scale", "nps", "nps", "12");
	ONE_FAULT("off_scale", "ces", "ces", "-32768");
	ONE_FAULT("not_an_integer", "nps", "nps", "#9.5");
}

Test(intake, contacts_are_made_at_an_instant_that_has_passed)
{
	ONE_FAULT("not_an_instant", "contacted_at", "contacted_at", "2020-05-04 10:15");
	ONE_FAULT("not_an_instant", "contacted_at", "contacted_at", "04.05.2020");
	ONE_FAULT("in_the_future", "contacted_at", "contacted_at", "2020-05-04T12:05:01Z");
	cr_assert_eq(READ(GOOD, "contacted_at", "2020-05-04T12:05:00Z"), OK);
}

Test(intake, columns_nobody_knows_are_faults)
{
	ONE_FAULT("unknown_column", "q9", "q9", "1");
	ONE_FAULT("unknown_column", "", "", "1");
	ONE_FAULT("unknown_column", "meta.q1", "meta/q1", "1");
	ONE_FAULT("unknown_column", "answers.nps", "answers/nps", "#9");
	ONE_FAULT("unknown_column", "answers.comment", "answers/comment", "x");
}

Test(intake, a_column_comes_once)
{
	ONE_FAULT("twice", "contact_id", "contact_id", "r1");
	ONE_FAULT("twice", "q1", "q1", "", "q1", "1");
	ONE_FAULT("twice", "q1", "q1", "1", "answers/q1", "1");
}

Test(intake, an_item_of_another_channel_must_be_empty)
{
	cr_assert_eq(READ("q3", "500", "result_id", "r", "company", "C1", "channel", "chat"),
		     E_INPUT);
	check_one("item_not_of_channel", "q3");
	cr_assert_eq(READ("q3", "", "result_id", "r", "company", "C1", "channel", "chat"), OK);
}

Test(intake, an_unanswered_contact_has_no_answers)
{
	ONE_FAULT("unanswered_with_answers", "answered", "answered", "0", "q1", "1");
	ONE_FAULT("unanswered_with_answers", "answered", "answered", "0", "nps", "5");
	cr_assert_eq(READ(GOOD, "answered", "0", "q1", "", "wait_seconds", "300"), OK);
	cr_assert_eq(result.score, 0);
	cr_assert_eq(result.area_scores[0], SCORE_NONE);
}

Test(intake, all_faults_of_a_row_are_told_in_the_order_of_its_fields)
{
	cr_assert_eq(READ("q3", "500", "csat", "9", "zzz", "1", "company", "C9", "channel", "chat",
			  "answered", "0", "q1", "7"),
		     E_INPUT);
	static const char *const codes[] = {
		"item_not_of_channel",	   "off_scale",	    "unknown_column", "unknown_company",
		"unanswered_with_answers", "not_an_option", "missing"};
	cr_assert_eq(reject.faults_len, COUNT_OF(codes));
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		cr_assert_str_eq(reject.faults[i].code, codes[i]);
}

Test(intake, at_most_sixty_four_faults_are_told)
{
	const char *pairs[2 * 100 + 1] = {0};
	for (int i = 0; i < 100; i++) {
		pairs[2 * i] = arena_print(&arena, "x%d", i);
		pairs[2 * i + 1] = "1";
	}
	struct record record = given_record(&arena, pairs);
	cr_assert_eq(intake_read(in, &record, &arena, &result, &reject), E_INPUT);
	cr_assert_eq(reject.faults_len, 64);
}

Test(intake, any_arena_too_small_is_a_limit_and_never_a_crash)
{
	struct record good = GIVEN_RECORD(&arena, GOOD, "q1", "2", "comment", "hello");
	struct record bad = GIVEN_RECORD(&arena, "q1", "9", "channel", "x", "nps", "a", "b", "c");
	size_t limit = 0;
	enum status st;
	do {
		struct arena small;
		arena_init(&small, limit);
		limit += 7;
		st = intake_read(in, &good, &small, &result, &reject);
		enum status of_bad = intake_read(in, &bad, &small, &result, &reject);
		cr_assert(of_bad == E_LIMIT || of_bad == E_INPUT);
		cr_assert(st == OK || st == E_LIMIT);
		st = st == OK && of_bad == E_INPUT ? OK : E_LIMIT;
		arena_fini(&small);
	} while (st != OK && limit < 100000);
	cr_assert_eq(st, OK);
}

/* ---- measured values ---- */

static void arrange_measured(void)
{
	int64_t now;
	cr_assert(clock_parse(SLICE("2020-05-04T12:00:00Z"), &now));
	arena_init(&arena, 1 << 20);
	p = given_programme(given_rules_with("'area':'a','measured':{'min':0",
					     "'area':'a','no_answer':['NA'],'measured':{'min':-5"));
	in = intake_new(p, 1, now);
}

TestSuite(intake_measured, .init = arrange_measured, .fini = clear);

static int16_t measured(const char *value)
{
	cr_assert_eq(READ(GOOD, "kpi1", value), OK, "%s", value);
	return result.answers[2];
}

Test(intake_measured, a_value_is_kept_in_units_of_its_last_decimal)
{
	cr_assert_eq(measured("82.5"), 825);
	cr_assert_eq(measured("82"), 820);
	cr_assert_eq(measured("82.0"), 820);
	cr_assert_eq(measured("0"), 0);
	cr_assert_eq(measured("-4.9"), -49);
	cr_assert_eq(measured("-0.1"), -1);
	cr_assert_eq(measured("#82.5"), 825);
	cr_assert_eq(measured("100"), 1000);
}

Test(intake_measured, a_value_that_is_not_given_is_none)
{
	cr_assert_eq(measured(""), ANSWER_NONE);
	cr_assert_eq(measured("NA"), ANSWER_NONE);
	cr_assert_eq(measured("null!"), ANSWER_NONE);
}

Test(intake_measured, a_value_is_a_plain_decimal_in_its_range)
{
	static const char *const no_numbers[] = {"82,5", ".5", "5.",  "+5",    "1e1", "5 ",
						 "abc",	 "-",  "0x5", "1.2.3", "--1", "#1e1"};
	for (size_t i = 0; i < COUNT_OF(no_numbers); i++)
		ONE_FAULT("not_a_number", "kpi1", "kpi1", no_numbers[i]);
	ONE_FAULT("not_a_number", "kpi1", "kpi1", "!true");
	ONE_FAULT("too_many_decimals", "kpi1", "kpi1", "82.55");
	ONE_FAULT("too_many_decimals", "kpi1", "kpi1", "#82.50");
	ONE_FAULT("out_of_range", "kpi1", "kpi1", "100.1");
	ONE_FAULT("out_of_range", "kpi1", "kpi1", "-5.1");
	ONE_FAULT("out_of_range", "kpi1", "kpi1", "99999999999999999999999999");
}

Test(intake_measured, a_value_counts_in_the_score)
{
	cr_assert_eq(READ(GOOD, "i1", "1", "kpi1", "80"), OK);
	cr_assert_eq(result.score, 7500);
	cr_assert_eq(READ(GOOD, "i1", "1", "kpi1", "79.9"), OK);
	cr_assert_eq(result.score, 2500);
}
