#include <criterion/criterion.h>
#include <stdio.h>

#include "told.h"

#define TOKEN "abcdefghijklmnop2345"

static void expect(const char *json, const char *said)
{
	struct told told = told_by("messenger", json, "");
	cr_expect_str_eq(told.text, said, "%s", told.text);
}

/** One event in an envelope of a page. */
static void expect_event(const char *event, const char *said)
{
	char json[2048];
	cr_assert(snprintf(json, sizeof(json),
			   "{'object':'page','entry':[{'id':'PAGE','time':1767225600000,"
			   "'messaging':[%s]}]}",
			   event) < (int)sizeof(json));
	expect(json, said);
}

#define FEEDBACK(questions)                                                                        \
	"{'sender':{'id':'PSID'},'recipient':{'id':'P1'},'messaging_feedback':"                    \
	"{'feedback_screens':[{'screen_id':0,'questions':{" questions "}}]}}"

Test(messenger, feedback_is_an_answer_and_its_follow_up_a_comment)
{
	expect("{'object':'page','entry':[{'time':1767225600000,'messaging':[" FEEDBACK(
		       "'cx1_" TOKEN "_nps':{'type':'nps','payload':'9','follow_up':"
		       "{'type':'free_form','payload':'Veldig forn\\u00f8yd'}}") "]}]}",
	       "nps=9 (0..10) token=" TOKEN " place=P1 at=2026-01-01T00:00:00.000000Z "
	       "since=2026-01-01T00:00:00.000000Z\n"
	       "comment=Veldig fornøyd token=" TOKEN " place=P1 at=2026-01-01T00:00:00.000000Z "
	       "since=2026-01-01T00:00:00.000000Z\n");
}

Test(messenger, a_question_of_another_name_is_a_contact_of_its_own)
{
	expect_event(FEEDBACK("'hauydmns8':{'type':'csat ','payload':5}"),
		     "csat=5 (1..5) contact=P1:PSID:hauydmns8 place=P1 "
		     "at=2026-01-01T00:00:00.000000Z since=2026-01-01T00:00:00.000000Z\n");
}

Test(messenger, a_question_that_is_set_up_keeps_its_name)
{
	const struct setup_question questions[] = {{SLICE("q7"), SLICE("ease")}};
	struct setup setup = {.questions = questions, .questions_len = 1};
	struct told told = told_with(&setup, "messenger",
				     "{'object':'instagram','entry':[{'messaging':[" FEEDBACK(
					     "'q7':{'type':'ces','payload':'7'}") "]}]}");
	cr_expect_str_eq(told.text, "q7=7 (1..7) contact=P1:PSID:q7 place=P1\n", "%s", told.text);
}

Test(messenger, words_alone_are_a_comment)
{
	expect_event(FEEDBACK("'cx1_" TOKEN "_comment':{'type':'free_form','payload':'Bra'}"),
		     "comment=Bra token=" TOKEN " place=P1 at=2026-01-01T00:00:00.000000Z "
		     "since=2026-01-01T00:00:00.000000Z\n");
}

Test(messenger, time_may_be_seconds_and_the_event_s_own_wins)
{
	expect("{'object':'page','entry':[{'time':1767225600,'messaging':["
	       "{'recipient':{'id':'P1'},'timestamp':1767225661500,"
	       "'postback':{'payload':'cx1_" TOKEN "_csat_4'}},"
	       "{'recipient':{'id':'P1'},'postback':{'payload':'cx1_" TOKEN "_ces_6'}}]}]}",
	       "csat=4 token=" TOKEN " place=P1 at=2026-01-01T00:01:01.500000Z "
	       "since=2026-01-01T00:01:01.500000Z\n"
	       "ces=6 token=" TOKEN " place=P1 at=2026-01-01T00:00:00.000000Z "
	       "since=2026-01-01T00:00:00.000000Z\n");
}

Test(messenger, a_quick_reply_names_question_and_value)
{
	expect_event("{'sender':{'id':'PSID'},'recipient':{'id':'P1'},'message':{'mid':'m',"
		     "'text':'9','quick_reply':{'payload':'cx1_" TOKEN "_wait_time_10'}}}",
		     "wait_time=10 token=" TOKEN " place=P1 at=2026-01-01T00:00:00.000000Z "
		     "since=2026-01-01T00:00:00.000000Z\n");
}

Test(messenger, events_that_another_app_owns_count_the_same)
{
	expect("{'object':'page','entry':[{'id':'P2','standby':["
	       "{'postback':{'payload':'cx1_" TOKEN "_nps_0'}}]}]}",
	       "nps=0 token=" TOKEN " place=P2\n");
}

Test(messenger, our_own_messages_come_back_and_say_nothing)
{
	expect_event("{'message':{'mid':'m','is_echo':true,'quick_reply':"
		     "{'payload':'cx1_" TOKEN "_nps_9'}}}",
		     "nothing: echo");
}

Test(messenger, what_else_happens_on_a_page_says_nothing)
{
	expect_event("{'message':{'mid':'m','text':'hei'}}", "nothing: plain_message");
	expect_event("{'read':{'watermark':1}}", "nothing: other_event");
	expect_event("{'postback':{'payload':'GET_STARTED'}}", "nothing: other_button");
	expect_event("{'postback':{'payload':'cx1_" TOKEN "_nps'}}", "nothing: other_button");
	expect_event(FEEDBACK("'q':{'type':'poll','payload':'5'}"), "nothing: other_question");
	expect_event(FEEDBACK("'q':{'type':'nps'}"), "nothing: no_answer");
	expect_event("{'postback':{'payload':'cx1_" TOKEN "__9'}}", "nothing: other_button");
	expect("{'object':'user','entry':[{}]}", "nothing: other_object");
	expect("{'object':'page','entry':[]}", "nothing: no_answer");
	expect("{'object':'page','entry':[{'changes':[{'field':'feed'}]}]}", "nothing: no_answer");
}

Test(messenger, shapes_that_are_not_those_documented_say_nothing)
{
	expect("[]", "nothing: other_object");
	expect("{'object':'page','entry':{'messaging':1}}", "nothing: no_answer");
	expect("{'object':'page','entry':[[1],2,null,'x',{'messaging':'x'}]}",
	       "nothing: no_answer");
	expect_event("{'messaging_feedback':[1]}", "nothing: no_answer");
	expect_event("{'messaging_feedback':{'feedback_screens':{'questions':[1]}}}",
		     "nothing: no_answer");
	expect_event("{'sender':'x','recipient':[],'postback':{'payload':7}}",
		     "nothing: other_button");
}

Test(messenger, what_is_not_JSON_is_bad_and_says_why)
{
	expect("{'object':'page'", "bad: not_json");
	expect("{'object':'page','object':'user'}", "bad: duplicate_key");
	expect("", "bad: not_json");
}

#define WHATSAPP(value)                                                                            \
	"{'object':'whatsapp_business_account','entry':[{'id':'1','changes':[{'field':"            \
	"'messages','value':{'messaging_product':'whatsapp','metadata':"                           \
	"{'display_phone_number':'4721000000','phone_number_id':'106'}," value "}}]}]}"

Test(messenger, buttons_of_WhatsApp_are_answers)
{
	expect(WHATSAPP("'messages':[{'from':'47','id':'w','timestamp':'1767225600','type':"
			"'interactive','interactive':{'type':'button_reply','button_reply':"
			"{'id':'cx1_" TOKEN "_csat_5','title':'5'}}},"
			"{'timestamp':'1767225601','interactive':{'list_reply':"
			"{'id':'cx1_" TOKEN "_nps_10'}}},"
			"{'type':'button','button':{'payload':'cx1_" TOKEN "_ces_2'}}]"),
	       "csat=5 token=" TOKEN " place=106 at=2026-01-01T00:00:00.000000Z "
	       "since=2026-01-01T00:00:00.000000Z\n"
	       "nps=10 token=" TOKEN " place=106 at=2026-01-01T00:00:01.000000Z "
	       "since=2026-01-01T00:00:01.000000Z\n"
	       "ces=2 token=" TOKEN " place=106\n");
}

Test(messenger, texts_and_receipts_of_WhatsApp_say_nothing)
{
	expect(WHATSAPP("'statuses':[{'id':'w','status':'read'}]"), "nothing: delivery_status");
	expect(WHATSAPP("'messages':[{'type':'text','text':{'body':'9'}}]"),
	       "nothing: plain_message");
}

/** A batch as large as Meta makes them, and one answer over the bound. */
static const char *batch_of(size_t answers, char *to)
{
	char *at = to + sprintf(to, "{'object':'page','entry':[");
	for (size_t i = 0; i < answers; i++)
		at += sprintf(at, "%s{'messaging':[{'postback':{'payload':'cx1_t_n_%zu'}}]}",
			      i > 0 ? "," : "", i % 11);
	memcpy(at, "]}", 3);
	return to;
}

static struct heard heard_of_batch(size_t answers, struct arena *arena)
{
	struct heard heard;
	struct trouble why;
	struct setup setup = {0};
	char *json = memory_new(1 << 20);
	struct payload p = {.body = slice_of(batch_of(answers, json))};
	for (size_t i = 0; i < p.body.len; i++)
		if (json[i] == '\'')
			json[i] = '"';
	arena_init(arena, 4 << 20);
	cr_assert_eq(adapter_find(SLICE("messenger"))->hear(&setup, &p, arena, &heard, &why), OK);
	memory_free(json);
	return heard;
}

Test(messenger, a_thousand_events_at_once_are_a_thousand_answers)
{
	struct arena arena;
	struct heard heard = heard_of_batch(1000, &arena);
	cr_expect_eq(heard.fate, HEARD_ANSWERS);
	cr_expect_eq(heard.answers_len, 1000);
	cr_expect(slice_is(heard.answers[999].value, "9"));
	arena_fini(&arena);
}

Test(messenger, more_answers_than_the_bound_are_bad_and_none_is_half_taken)
{
	struct arena arena;
	struct heard heard = heard_of_batch(HEARD_ANSWERS_MOST, &arena);
	cr_expect_eq(heard.answers_len, HEARD_ANSWERS_MOST);
	arena_fini(&arena);
	heard = heard_of_batch(HEARD_ANSWERS_MOST + 1, &arena);
	cr_expect_eq(heard.fate, HEARD_BAD);
	cr_expect_str_eq(heard.why, "too_many_answers");
	arena_fini(&arena);
}

Test(messenger, an_arena_too_small_is_over_the_limit_and_never_half_heard)
{
	cr_expect_gt(
		arenas_too_small("messenger", "{'object':'page','entry':[{'messaging':[" FEEDBACK(
						      "'a':{'type':'nps','payload':9,'follow_up':"
						      "{'payload':'ok'}}") "]}]}"),
		10);
}

Test(messenger, events_have_no_number_so_the_digest_is_the_key)
{
	cr_expect_null(adapter_find(SLICE("messenger"))->dedupe);
}
