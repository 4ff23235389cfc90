#include <criterion/criterion.h>
#include <stdio.h>

#include "told.h"

static void expect(const char *json, const char *said)
{
	struct told told = told_by("intercom", json, "");
	cr_expect_str_eq(told.text, said, "%s", told.text);
}

#define RATING(topic, rating)                                                                      \
	"{'type':'notification_event','app_id':'abc','id':'notif_1','topic':'" topic "',"          \
	"'created_at':1777888860,'data':{'item':{'type':'conversation','id':'123',"                \
	"'created_at':1777888800,'custom_attributes':{},'conversation_rating':" rating "}}}"

#define OF                                                                                         \
	" contact=123 place=abc at=2026-05-04T10:01:00.000000Z "                                   \
	"since=2026-05-04T10:00:00.000000Z\n"

Test(intercom, a_rating_and_its_remark_are_csat_and_comment)
{
	expect(RATING("conversation.rating.added", "{'rating':5,'remark':'Great'}"),
	       "csat=5 (1..5)" OF "comment=Great" OF);
	expect(RATING("conversation.rating.remarked", "{'rating':4,'remark':''}"),
	       "csat=4 (1..5)" OF);
}

Test(intercom, a_token_comes_in_a_custom_attribute)
{
	expect("{'topic':'conversation.rating.added','data':{'item':{'id':'1','custom_attributes':"
	       "{'plaudit_token':'ours'},'conversation_rating':{'rating':3}}}}",
	       "csat=3 (1..5) token=ours contact=1\n");
}

Test(intercom, what_has_no_rating_says_nothing)
{
	expect(RATING("conversation.rating.added", "null"), "nothing: no_rating");
	expect(RATING("conversation.admin.closed", "{'rating':5}"), "nothing: other_event");
	expect("{'type':'notification_event','topic':'ping'}", "nothing: other_event");
	expect("{'topic':", "bad: not_json");
}

Test(intercom, the_notification_s_id_is_the_key_however_often_it_was_sent)
{
	struct told key = key_by("intercom", "{'id':'notif_1','delivery_attempts':2}", "");
	cr_expect_str_eq(key.text, "notif_1");
	key = key_by("intercom", "{'id':7}", "");
	cr_expect_str_eq(key.text, "");
	key = key_by("intercom", "not JSON", "");
	cr_expect_str_eq(key.text, "");
}

Test(intercom, a_key_longer_than_its_room_is_none)
{
	char json[512];
	snprintf(json, sizeof(json), "{'id':'%0201d'}", 7);
	struct told key = key_by("intercom", json, "");
	cr_expect_str_eq(key.text, "");
}

Test(intercom, an_arena_too_small_is_over_the_limit_and_never_half_heard)
{
	cr_expect_gt(arenas_too_small("intercom", RATING("conversation.rating.added",
							 "{'rating':5,'remark':'Great'}")),
		     10);
}

Test(intercom, words_that_were_cut_do_not_take_a_notification_its_number)
{
	cr_expect_str_eq(key_by("intercom",
				RATING("conversation.rating.remarked",
				       "{'rating':4,'remark':'a remark, cut \\ud83d'}"),
				"")
				 .text,
			 "notif_1");
}
