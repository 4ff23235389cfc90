#include <criterion/criterion.h>
#include <stdio.h>

#include "channel/call_words.h"
#include "channel/setup.h"
#include "channel/twiml.h"

#define URL   "https://cx.example.org/v1/hooks/abcdefghijklmnop"
#define BEGAN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>"
#define GATHER(keys, address)                                                                      \
	"<Gather input=\"dtmf\" numDigits=\"" keys "\" finishOnKey=\"#\" timeout=\"6\" "           \
	"method=\"POST\" actionOnEmptyResult=\"true\" action=\"" address "\">"
#define REDIRECT(address) "</Gather><Redirect method=\"POST\">" address "</Redirect></Response>\n"

static const struct form_question asked[] = {
	{.column = {"nps", 3}, .measure = MEASURE_NPS, .scale_min = 0, .scale_max = 10},
	{.column = {"csat", 4}, .measure = MEASURE_CSAT, .scale_min = 1, .scale_max = 5},
	{.column = {"comment", 7}, .is_comment = true},
};
static const struct setup setup = {
	.open = true, .form = {.questions = asked, .len = COUNT_OF(asked), .language = FORM_NB}};

static struct payload given_post(const char *query, const char *body)
{
	return (struct payload){.query = slice_of(query), .body = slice_of(body)};
}

static void check_answer(const char *query, const char *body, const char *expected)
{
	struct payload post = given_post(query, body);
	struct arena arena;
	struct buf to;
	arena_init(&arena, 1 << 16);
	buf_init(&to, 1 << 16);
	const char *type = twiml_answer(&setup, false, &post, SLICE(URL), &arena, &to);
	cr_expect_str_eq(type, "text/xml; charset=utf-8");
	cr_expect(slice_is(buf_slice(&to), expected), "%.*s", SLICE_ARGS(buf_slice(&to)));
	buf_fini(&to);
	arena_fini(&arena);
}

static void check_contains(const char *query, const char *body, const char *part)
{
	struct payload post = given_post(query, body);
	struct arena arena;
	struct buf to;
	arena_init(&arena, 1 << 16);
	buf_init(&to, 1 << 16);
	(void)twiml_answer(&setup, false, &post, SLICE(URL), &arena, &to);
	buf_add_byte(&to, '\0');
	cr_expect(strstr(to.at, part) != NULL, "no %s in %s", part, to.at);
	buf_fini(&to);
	arena_fini(&arena);
}

static struct heard hear(struct arena *arena, const char *query, const char *body)
{
	struct payload post = given_post(query, body);
	struct heard heard;
	arena_init(arena, 1 << 16);
	cr_assert_eq(twiml_hear(&setup, &post, arena, &heard, NULL), OK);
	return heard;
}

static void check_nothing(const char *query, const char *body, const char *why)
{
	struct arena arena;
	struct heard heard = hear(&arena, query, body);
	cr_expect_eq(heard.fate, HEARD_NOTHING, "%s", why);
	cr_expect_str_eq(heard.why, why);
	arena_fini(&arena);
}

static void check_key(const char *query, const char *body, const char *expected)
{
	struct payload post = given_post(query, body);
	char key[ADAPTER_DEDUPE_BYTES];
	size_t len = twiml_dedupe(&post, key);
	cr_expect(slice_is((struct slice){key, len}, expected), "%.*s", (int)len, key);
}

Test(twiml, a_call_begins_with_the_first_question)
{
	check_answer(
		"inv=abc&x=1", "CallSid=CA1&CallStatus=ringing",
		BEGAN GATHER(
			"2", URL
			"?inv=abc&amp;q=nps&amp;try=1") "<Say language=\"nb-NO\">Hvor sannsynlig er det at du vil anbefale oss til en "
							"venn eller kollega? Tast et tall fra 0 til 10, og avslutt med firkanttasten. "
							"0 betyr: Slett ikke sannsynlig. 10 betyr: Svært sannsynlig.</Say>" REDIRECT(
								URL
								"?inv=abc&amp;q=nps&amp;try=1"));
}

Test(twiml, an_answer_leads_to_the_next_question_which_takes_one_key)
{
	check_answer(
		"inv=abc&lang=en&q=nps&try=1", "CallSid=CA1&Digits=10",
		BEGAN GATHER(
			"1", URL
			"?inv=abc&amp;lang=en&amp;q=csat&amp;try=1") "<Say language=\"en-GB\">How satisfied are you with the help you received? "
								     "Press a number from 1 to 5. 1 means: Very dissatisfied. 5 means: Very "
								     "satisfied.</Say>" REDIRECT(
									     URL
									     "?inv=abc&amp;lang=en&amp;q=csat&amp;try=1"));
}

Test(twiml, the_last_answer_is_thanked_for)
{
	check_answer("q=csat&try=2", "CallSid=CA1&Digits=4",
		     BEGAN "<Say language=\"nb-NO\">Takk for svarene. Ha det bra.</Say><Hangup/>"
			   "</Response>\n");
}

Test(twiml, an_invalid_number_and_silence_are_asked_again)
{
	check_contains("q=nps&try=1", "CallSid=CA1&Digits=77", "?q=nps&amp;try=2\"");
	check_contains("q=nps&try=2", "CallSid=CA1&Digits=", "?q=nps&amp;try=3\"");
	check_contains("q=nps&try=1", "CallSid=CA1", "?q=nps&amp;try=2\"");
}

Test(twiml, the_third_silence_leads_to_the_next_question)
{
	check_contains("q=nps&try=3", "CallSid=CA1", "?q=csat&amp;try=1\"");
}

Test(twiml, a_call_that_is_over_is_answered_with_nothing)
{
	static const char *const over[] = {"completed", "busy", "failed", "no-answer", "canceled"};
	for (size_t i = 0; i < COUNT_OF(over); i++) {
		char body[100];
		(void)snprintf(body, sizeof(body), "CallSid=CA1&CallStatus=%s", over[i]);
		check_answer("inv=abc", body, BEGAN "</Response>\n");
		check_answer("inv=abc&q=nps&try=1", body, BEGAN "</Response>\n");
	}
}

Test(twiml, a_question_that_is_not_asked_ends_with_an_apology)
{
	static const char *const queries[] = {"q=ces&try=1", "q=comment&try=1", "q=nps&try=0",
					      "q=nps&try=4", "q=nps&try=x"};
	for (size_t i = 0; i < COUNT_OF(queries); i++)
		check_answer(queries[i], "CallSid=CA1&Digits=4",
			     BEGAN
			     "<Say language=\"nb-NO\">Beklager, det gikk ikke. Ha det bra.</Say>"
			     "<Hangup/></Response>\n");
}

Test(twiml, a_token_cannot_leave_its_address)
{
	check_contains("inv=%22%3E%3CHangup/%3E%26q%3Dx", "CallSid=CA1",
		       "?inv=%22%3E%3CHangup%2F%3E%26q%3Dx&amp;q=nps&amp;try=1\"");
}

Test(twiml, words_are_escaped)
{
	static const struct form_question odd[] = {{.column = {"nps", 3},
						    .measure = MEASURE_NPS,
						    .scale_max = 10,
						    .words = {{"A & B <\"C\">\n?", 13}}}};
	struct setup other = {.open = true, .form = {.questions = odd, .len = 1}};
	struct payload post = given_post("", "CallSid=CA1");
	struct arena arena;
	struct buf to;
	arena_init(&arena, 1 << 16);
	buf_init(&to, 1 << 16);
	(void)twiml_answer(&other, false, &post, SLICE(URL), &arena, &to);
	buf_add_byte(&to, '\0');
	cr_assert(strstr(to.at, ">A &amp; B &lt;&quot;C&quot;&gt; ?") != NULL, "%s", to.at);
	buf_fini(&to);
	arena_fini(&arena);
}

static bool says_sorry(const struct setup *to_whom, bool paused, const char *query,
		       const char *body)
{
	struct payload post = given_post(query, body);
	struct arena arena;
	struct buf to;
	arena_init(&arena, 1 << 16);
	buf_init(&to, 1 << 16);
	(void)twiml_answer(to_whom, paused, &post, SLICE(URL), &arena, &to);
	buf_add_byte(&to, '\0');
	bool sorry = strstr(to.at, "<Gather") == NULL && strstr(to.at, "</Say><Hangup/>") != NULL;
	buf_fini(&to);
	arena_fini(&arena);
	return sorry;
}

Test(twiml, whose_answers_would_not_count_is_not_asked)
{
	struct setup closed = setup;
	closed.open = false;
	cr_expect(says_sorry(&setup, true, "inv=x", "CallSid=CA1"));
	cr_expect(says_sorry(&setup, true, "inv=x&q=nps", "CallSid=CA1&Digits=9"));
	cr_expect(says_sorry(&closed, false, "", "CallSid=CA1"));
	cr_expect_not(says_sorry(&closed, false, "inv=x", "CallSid=CA1"));
	cr_expect_not(says_sorry(&setup, false, "", "CallSid=CA1"));
	cr_expect_not(says_sorry(&setup, true, "", "CallSid=CA1&CallStatus=completed"));
}

Test(twiml, digits_are_heard_as_an_answer_on_the_scale_of_the_question)
{
	struct arena arena;
	struct heard heard = hear(&arena, "inv=abc&q=nps&try=2",
				  "CallSid=CA1&From=%2B4722225555&To=%2B4781500000&"
				  "Direction=inbound&CallStatus=in-progress&Digits=10");
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_assert_eq(heard.answers_len, 1);
	const struct heard_answer *a = heard.answers;
	cr_expect(slice_is(a->token, "abc") && slice_is(a->contact, "CA1"));
	cr_expect(slice_is(a->question, "nps") && slice_is(a->value, "10"));
	cr_expect(slice_is(a->place, "+4781500000"));
	cr_expect(a->scale_min == 0 && a->scale_max == 10);
	arena_fini(&arena);
}

Test(twiml, the_place_of_a_call_we_made_is_our_number_and_not_the_customers)
{
	struct arena arena;
	struct heard heard = hear(&arena, "q=nps",
				  "CallSid=CA1&From=%2B4781500000&To=%2B4722225555&"
				  "Direction=outbound-api&Digits=1");
	cr_assert(slice_is(heard.answers[0].place, "+4781500000"));
	arena_fini(&arena);
}

Test(twiml, what_was_pressed_before_hanging_up_is_an_answer)
{
	struct arena arena;
	struct heard heard = hear(&arena, "q=nps", "CallSid=CA1&CallStatus=completed&Digits=9");
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	arena_fini(&arena);
}

Test(twiml, what_says_nothing_counts_for_nothing)
{
	check_nothing("inv=abc", "CallSid=CA1&CallStatus=ringing", "call_began");
	check_nothing("inv=abc", "CallSid=CA1&CallStatus=completed", "call_ended");
	check_nothing("q=nps&try=1", "CallSid=CA1", "silence");
	check_nothing("q=nps&try=1", "CallSid=CA1&Digits=11", "invalid_digits");
}

Test(twiml, a_post_without_a_call_is_bad)
{
	struct arena arena;
	struct heard heard = hear(&arena, "q=nps", "Digits=9");
	cr_assert_eq(heard.fate, HEARD_BAD);
	cr_assert_str_eq(heard.why, "no_call");
	arena_fini(&arena);
}

Test(twiml, an_answer_to_a_question_no_longer_asked_is_left_to_whoever_knows_the_wave)
{
	struct arena arena;
	struct heard heard = hear(&arena, "q=ces", "CallSid=CA1&Digits=9");
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_assert(slice_is(heard.answers[0].question, "ces"));
	arena_fini(&arena);
}

Test(twiml, each_step_of_a_call_is_one_event)
{
	check_key("inv=abc", "CallSid=CA1&CallStatus=in-progress", "CA1 began");
	check_key("inv=abc", "CallSid=CA1&CallStatus=completed", "CA1 completed");
	check_key("q=nps&try=2", "CallSid=CA1&Digits=7", "CA1 nps 2");
	check_key("q=nps", "Digits=7", "");
}

Test(twiml, a_name_that_is_too_long_is_no_key)
{
	char query[300] = "q=";
	memset(query + 2, 'x', 250);
	check_key(query, "CallSid=CA1&Digits=7", "");
}

Test(twiml, every_language_says_the_keys_and_the_ends)
{
	static const char *const said[FORM_LANGUAGE_COUNT] = {
		[FORM_EN] =
			"How likely are you to recommend us to a friend or colleague? Press a number "
			"from 0 to 10, then the hash key. 0 means: Not at all likely. 10 means: "
			"Extremely likely.",
		[FORM_NB] =
			"Hvor sannsynlig er det at du vil anbefale oss til en venn eller kollega? "
			"Tast et tall fra 0 til 10, og avslutt med firkanttasten. 0 betyr: Slett "
			"ikke sannsynlig. 10 betyr: Svært sannsynlig.",
		[FORM_KO] =
			"저희를 친구나 동료에게 추천하실 의향이 어느 정도입니까? 0번에서 10번 "
			"사이의 숫자를 누르신 후 우물 정자를 눌러 주십시오. 0번은 전혀 추천하지 않음, "
			"10번은 적극 추천함입니다.",
		[FORM_VI] =
			"Khả năng Quý khách giới thiệu chúng tôi với bạn bè hoặc đồng nghiệp là bao "
			"nhiêu? Vui lòng bấm một số từ 0 đến 10, sau đó bấm phím thăng. 0 nghĩa là: "
			"Hoàn toàn không có khả năng. 10 nghĩa là: Rất có khả năng."};
	for (int l = 0; l < FORM_LANGUAGE_COUNT; l++) {
		struct buf to;
		buf_init(&to, 1000);
		call_words_ask(&to, &asked[0], (enum form_language)l);
		cr_expect(slice_is(buf_slice(&to), said[l]), "%.*s", SLICE_ARGS(buf_slice(&to)));
		buf_fini(&to);
	}
}
