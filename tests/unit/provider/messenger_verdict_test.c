#include <criterion/criterion.h>

#include "base/must.h"
#include "provider/messenger_verdict.h"

static struct message_verdict verdict_on(struct outgoing_answer answer)
{
	struct message_verdict v;
	messenger_verdict(&answer, 1, 0, &v);
	return v;
}

static struct message_verdict verdict_of(int status, const char *body)
{
	return verdict_on((struct outgoing_answer){
		.fate = OUTGOING_ANSWERED, .status = status, .body = slice_of(body)});
}

Test(messenger_verdict, a_message_taken_is_sent_and_its_number_kept)
{
	struct message_verdict v = verdict_of(200,
					      "{\"recipient_id\":\"4711\",\"message_id\":\"m_1\"}");
	cr_assert_eq(v.fate, MESSAGE_SENT);
	cr_assert_str_eq(v.provider_id, "m_1");
}

Test(messenger_verdict, an_answer_that_is_not_understood_is_still_a_yes)
{
	cr_assert_eq(verdict_of(200, "<html>").fate, MESSAGE_SENT);
}

Test(messenger_verdict, limits_of_calls_hold_the_whole_source)
{
	static const char *const bodies[] = {
		"{\"error\":{\"code\":4}}", "{\"error\":{\"code\":17}}",
		"{\"error\":{\"code\":32}}", "{\"error\":{\"code\":613}}",
		"{\"error\":{\"code\":190}}"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct message_verdict v = verdict_of(400, bodies[i]);
		cr_expect_eq(v.fate, MESSAGE_AGAIN, "%s", bodies[i]);
		cr_expect(v.hold, "%s", bodies[i]);
	}
	cr_assert(verdict_of(429, "").hold);
}

Test(messenger_verdict, a_temporary_failure_holds_this_message_alone)
{
	struct message_verdict v = verdict_of(500, "{\"error\":{\"code\":1200}}");
	cr_assert_eq(v.fate, MESSAGE_AGAIN);
	cr_assert_not(v.hold);
}

Test(messenger_verdict, a_refusal_is_kept_in_metas_words)
{
	struct message_verdict v = verdict_of(
		400, "{\"error\":{\"code\":551,\"message\":\"This person isn't available\"}}");
	cr_assert_eq(v.fate, MESSAGE_FAILED);
	cr_assert_str_eq(v.code, "551");
	cr_assert_str_eq(v.words, "This person isn't available");
}

Test(messenger_verdict, what_may_have_arrived_is_unknown)
{
	struct outgoing_answer lost = {.fate = OUTGOING_UNKNOWN};
	cr_assert_eq(verdict_on(lost).fate, MESSAGE_UNKNOWN);
	cr_assert_eq(verdict_of(502, "bad gateway").fate, MESSAGE_UNKNOWN);
	cr_assert_eq(verdict_of(500, "{\"error\":{\"code\":2}}").fate, MESSAGE_UNKNOWN);
}

Test(messenger_verdict, what_was_not_sent_is_tried_again)
{
	cr_assert_eq(verdict_on((struct outgoing_answer){.fate = OUTGOING_NOT_SENT}).fate,
		     MESSAGE_AGAIN);
}

Test(messenger_verdict, a_pause_asked_for_is_kept)
{
	struct outgoing_answer answer = {
		.fate = OUTGOING_ANSWERED, .status = 503, .retry_after_s = 90};
	cr_assert_eq(verdict_on(answer).fate, MESSAGE_AGAIN);
	cr_assert_eq(verdict_on(answer).wait_s, 90);
	answer.retry_after_s = 1000000;
	cr_assert_eq(verdict_on(answer).wait_s, MESSAGE_WAIT_MOST_S);
}

Test(messenger_verdict, waits_grow_to_an_hour_at_most)
{
	static const int64_t waits[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};
	for (int i = 0; i < (int)COUNT_OF(waits); i++)
		cr_expect_eq(message_wait_s(i + 1), waits[i]);
	cr_assert_leq(message_wait_s(1000), MESSAGE_WAIT_MOST_S);
}

Test(messenger_verdict, after_a_day_it_is_given_up)
{
	struct outgoing_answer answer = {.fate = OUTGOING_NOT_SENT};
	struct message_verdict v;
	messenger_verdict(&answer, 20, MESSAGE_GIVE_UP_S - 10, &v);
	cr_assert_eq(v.fate, MESSAGE_FAILED);
}
