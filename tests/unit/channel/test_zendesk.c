#include <criterion/criterion.h>

#include "told.h"

static void expect(const char *json, const char *headers, const char *said)
{
	struct told told = told_by("zendesk", json, headers);
	cr_expect_str_eq(told.text, said, "%s", told.text);
}

Test(zendesk, a_score_of_five_is_csat_of_the_ticket)
{
	expect("{'ticket_id':35436,'score':4,'comment':'Fint','place':'Butikk',"
	       "'created_at':'2026-05-04T09:00:00Z'}",
	       "x-zendesk-webhook-signature-timestamp: 2026-05-04T10:00:00Z\n",
	       "csat=4 (1..5) contact=35436 place=Butikk at=2026-05-04T10:00:00.000000Z "
	       "since=2026-05-04T09:00:00.000000Z\n"
	       "comment=Fint contact=35436 place=Butikk at=2026-05-04T10:00:00.000000Z "
	       "since=2026-05-04T09:00:00.000000Z\n");
}

Test(zendesk, good_and_bad_are_two_of_two_and_never_of_five)
{
	expect("{'ticket_id':'1','score':'Good'}", "", "csat=2 (1..2) contact=1\n");
	expect("{'ticket_id':'1','score':'bad'}", "", "csat=1 (1..2) contact=1\n");
	expect("{'ticket_id':'1','score':'offered'}", "", "csat=offered (1..5) contact=1\n");
}

Test(zendesk, a_score_between_two_is_told_as_it_is)
{
	expect("{'ticket_id':'1','score':4.5}", "", "csat=4.5 (1..5) contact=1\n");
}

Test(zendesk, a_token_is_taken_and_an_empty_placeholder_is_none)
{
	expect("{'ticket_id':'1','score':'5','token':'ours'}", "",
	       "csat=5 (1..5) token=ours contact=1\n");
	expect("{'ticket_id':'1','score':'5','token':'','comment':' '}", "",
	       "csat=5 (1..5) contact=1\n");
}

Test(zendesk, a_comment_without_a_score_is_heard)
{
	expect("{'ticket_id':'1','score':'','comment':'Sent'}", "", "comment=Sent contact=1\n");
}

Test(zendesk, what_has_neither_says_nothing)
{
	expect("{'ticket_id':'1'}", "", "nothing: no_rating");
	expect("[]", "", "nothing: no_rating");
	expect("{'ticket_id':{{ticket.id}}}", "", "bad: not_json");
}

Test(zendesk, its_invocation_is_the_key)
{
	struct told key = key_by("zendesk", "{}", "x-zendesk-webhook-invocation-id: 01GZ\n");
	cr_expect_str_eq(key.text, "01GZ");
}

Test(zendesk, an_arena_too_small_is_over_the_limit_and_never_half_heard)
{
	cr_expect_gt(arenas_too_small("zendesk", "{'ticket_id':1,'score':5,'comment':'x'}"), 10);
}
