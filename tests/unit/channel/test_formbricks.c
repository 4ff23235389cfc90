#include <criterion/criterion.h>

#include "told.h"

static void expect(const char *json, const char *said)
{
	struct told told = told_by("formbricks", json, "");
	cr_expect_str_eq(told.text, said, "%s", told.text);
}

#define RESPONSE(event, elements, more)                                                            \
	"{'webhookId':'w','event':'" event "','data':{'id':'resp1','surveyId':'s1',"               \
	"'createdAt':'2026-05-04T10:00:00.000Z','updatedAt':'2026-05-04T10:01:00.000Z',"           \
	"'language':'nb','data':{" elements "}" more "}}"

#define OF                                                                                         \
	" contact=resp1 place=s1 at=2026-05-04T10:01:00.000000Z "                                  \
	"since=2026-05-04T10:00:00.000000Z\n"

Test(formbricks, each_element_of_a_finished_response_is_an_answer)
{
	expect(RESPONSE("responseFinished", "'nps_q':9,'why':' Bra ','ces_q':'6'",
			",'finished':true"),
	       "nps_q=9" OF "why=Bra" OF "ces_q=6" OF);
}

Test(formbricks, a_change_of_a_finished_response_is_heard)
{
	expect(RESPONSE("responseUpdated", "'nps_q':3", ",'finished':true"), "nps_q=3" OF);
}

Test(formbricks, what_is_not_finished_says_nothing)
{
	expect(RESPONSE("responseUpdated", "'nps_q':3", ",'finished':false"),
	       "nothing: unfinished");
	expect(RESPONSE("responseFinished", "'nps_q':3", ""), "nothing: unfinished");
	expect(RESPONSE("responseCreated", "'nps_q':3", ""), "nothing: other_event");
}

Test(formbricks, a_single_use_id_of_ours_is_the_token)
{
	expect(RESPONSE("responseFinished", "'q':1",
			",'finished':true,'singleUseId':'abcdefghijklmnop2345'"),
	       "q=1 token=abcdefghijklmnop2345" OF);
}

Test(formbricks, a_single_use_id_of_Formbricks_is_none)
{
	expect(RESPONSE("responseFinished", "'q':1",
			",'finished':true,'singleUseId':'clx1abcdefghijklmnop2345'"),
	       "q=1" OF);
}

Test(formbricks, a_hidden_field_may_carry_the_token)
{
	expect(RESPONSE("responseFinished", "'q':1,'plaudit_token':'ours'", ",'finished':true"),
	       "q=1 token=ours" OF);
}

Test(formbricks, choices_and_empty_answers_are_left_out)
{
	expect(RESPONSE("responseFinished", "'a':['x'],'b':{'c':1},'d':'','e':null,'f':true,'g':2",
			",'finished':true"),
	       "g=2" OF);
	expect(RESPONSE("responseFinished", "", ",'finished':true"), "nothing: no_answer");
}

Test(formbricks, shapes_that_are_not_those_documented_say_nothing)
{
	expect("{'event':'responseFinished','data':[1]}", "nothing: unfinished");
	expect("{'event':'responseFinished','data':{'finished':true,'data':[1,2]}}",
	       "nothing: no_answer");
	expect("7", "nothing: other_event");
	expect("{'event':'responseFinished'", "bad: not_json");
}

Test(formbricks, its_id_is_the_key)
{
	struct told key = key_by("formbricks", "{}", "webhook-id: msg_1\n");
	cr_expect_str_eq(key.text, "msg_1");
}

Test(formbricks, an_arena_too_small_is_over_the_limit_and_never_half_heard)
{
	cr_expect_gt(
		arenas_too_small("formbricks", RESPONSE("responseFinished", "'a':1,'b':2,'c':3",
							",'finished':true")),
		10);
}
