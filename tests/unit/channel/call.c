#include <criterion/criterion.h>

#include "channel/call.h"

static const struct form_question asked[] = {
	{.column = {"comment", 7}, .is_comment = true},
	{.column = {"nps", 3}, .measure = MEASURE_NPS, .scale_min = 0, .scale_max = 10},
	{.column = {"mood", 4}, .measure = MEASURE_OTHER, .scale_min = -2, .scale_max = 2},
	{.column = {"csat", 4}, .measure = MEASURE_CSAT, .scale_min = 1, .scale_max = 5},
};
static const struct form form = {.questions = asked, .len = COUNT_OF(asked)};

static enum call_action tell(struct call *c, enum call_event event)
{
	return call_take(c, event, SLICE_NONE);
}

static enum call_action press(struct call *c, const char *digits)
{
	return call_take(c, CALL_DIGITS, slice_of(digits));
}

static struct call given_asking(const char *column, int attempt)
{
	struct call c;
	cr_assert(call_resume(&c, &form, slice_of(column), attempt));
	return c;
}

static struct call given_storing(const char *column)
{
	struct call c = given_asking(column, 1);
	cr_assert(press(&c, "5") == CALL_STORE);
	return c;
}

static void check_asks(const struct call *c, const char *column, unsigned attempt)
{
	cr_assert_eq(c->state, CALL_ASKING);
	cr_assert(slice_is(call_question(c)->column, column));
	cr_assert_eq(c->attempt, attempt);
}

Test(call, begins_with_the_first_question_that_keys_can_answer)
{
	struct call c;
	call_init(&c, &form);
	cr_assert_eq(tell(&c, CALL_STARTED), CALL_ASK);
	check_asks(&c, "nps", 1);
}

Test(call, with_nothing_to_ask_ends_with_thanks)
{
	struct form none = {.questions = asked, .len = 1};
	struct call c;
	call_init(&c, &none);
	cr_assert_eq(tell(&c, CALL_STARTED), CALL_THANK);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, hung_up_before_it_began_is_over)
{
	struct call c;
	call_init(&c, &form);
	cr_assert_eq(tell(&c, CALL_HUNG_UP), CALL_NOTHING);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, a_number_of_the_scale_is_to_be_stored)
{
	struct call c = given_asking("nps", 1);
	cr_assert_eq(press(&c, "10"), CALL_STORE);
	cr_assert_eq(c.state, CALL_STORING);
	cr_assert_eq(c.value, 10);
}

Test(call, a_number_off_the_scale_is_asked_for_again)
{
	static const char *const digits[] = {"11",   "*", "1*", "-1", "+1", "99999999999999999999",
					     "00005"};
	for (size_t i = 0; i < COUNT_OF(digits); i++) {
		struct call c = given_asking("nps", 1);
		cr_expect_eq(press(&c, digits[i]), CALL_ASK, "%s", digits[i]);
		check_asks(&c, "nps", 2);
	}
}

Test(call, silence_is_asked_again)
{
	struct call c = given_asking("nps", 2);
	cr_assert_eq(tell(&c, CALL_SILENCE), CALL_ASK);
	check_asks(&c, "nps", 3);
}

Test(call, after_the_third_silence_comes_the_next_question)
{
	struct call c = given_asking("nps", CALL_TRIES);
	cr_assert_eq(tell(&c, CALL_SILENCE), CALL_ASK);
	check_asks(&c, "csat", 1);
}

Test(call, after_the_third_invalid_number_comes_the_next_question)
{
	struct call c = given_asking("nps", CALL_TRIES);
	cr_assert_eq(press(&c, "77"), CALL_ASK);
	check_asks(&c, "csat", 1);
}

Test(call, silence_to_the_end_of_the_last_question_ends_with_thanks)
{
	struct call c = given_asking("csat", CALL_TRIES);
	cr_assert_eq(tell(&c, CALL_SILENCE), CALL_THANK);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, hung_up_while_asked_is_over)
{
	struct call c = given_asking("nps", 1);
	cr_assert_eq(tell(&c, CALL_HUNG_UP), CALL_NOTHING);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, a_stored_answer_leads_to_the_next_question)
{
	struct call c = given_storing("nps");
	cr_assert_eq(tell(&c, CALL_STORED), CALL_ASK);
	check_asks(&c, "csat", 1);
}

Test(call, the_last_answer_stored_ends_with_thanks)
{
	struct call c = given_storing("csat");
	cr_assert_eq(tell(&c, CALL_STORED), CALL_THANK);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, an_answer_that_is_not_stored_is_never_thanked_for)
{
	struct call c = given_storing("csat");
	cr_assert_eq(tell(&c, CALL_NOT_STORED), CALL_SORRY);
	cr_assert_eq(c.state, CALL_ENDED);
}

Test(call, what_is_stored_after_hanging_up_asks_nothing_more)
{
	static const enum call_event late[] = {CALL_STORED, CALL_NOT_STORED, CALL_HUNG_UP};
	for (size_t i = 0; i < COUNT_OF(late); i++) {
		struct call c = given_storing("nps");
		cr_assert_eq(tell(&c, CALL_HUNG_UP), CALL_NOTHING);
		cr_assert_eq(tell(&c, late[i]), CALL_NOTHING);
		cr_assert_eq(c.state, CALL_ENDED);
	}
}

Test(call, a_whole_call_asks_each_question_once)
{
	struct call c;
	call_init(&c, &form);
	cr_assert_eq(tell(&c, CALL_STARTED), CALL_ASK);
	cr_assert_eq(press(&c, "09"), CALL_STORE);
	cr_assert_eq(c.value, 9);
	cr_assert_eq(tell(&c, CALL_STORED), CALL_ASK);
	cr_assert_eq(press(&c, "0"), CALL_ASK);
	cr_assert_eq(press(&c, "5"), CALL_STORE);
	cr_assert_eq(tell(&c, CALL_STORED), CALL_THANK);
}

Test(call, is_not_resumed_where_nothing_was_asked)
{
	struct call c;
	cr_assert_not(call_resume(&c, &form, SLICE("ces"), 1));
	cr_assert_not(call_resume(&c, &form, SLICE("comment"), 1));
	cr_assert_not(call_resume(&c, &form, SLICE("mood"), 1));
	cr_assert_not(call_resume(&c, &form, SLICE("nps"), 0));
	cr_assert_not(call_resume(&c, &form, SLICE("nps"), CALL_TRIES + 1));
}

Test(call, a_scale_to_nine_takes_one_key_and_to_ten_two)
{
	struct form_question q = {.scale_min = 0, .scale_max = 9};
	cr_assert_eq(call_keys(&q), 1);
	q.scale_max = 10;
	cr_assert_eq(call_keys(&q), 2);
	q.scale_max = 100;
	cr_assert_eq(call_keys(&q), 3);
}
