#include <criterion/criterion.h>
#include <stdio.h>

#include "told.h"

static void expect(const char *json, const char *headers, const char *said)
{
	struct told told = told_by("chatwoot", json, headers);
	cr_expect_str_eq(told.text, said, "%s", told.text);
}

#define SURVEY(response, more)                                                                     \
	"{'event':'message_updated','id':9001,'content_type':'input_csat',"                        \
	"'content_attributes':{'submitted_values':{" response "}},"                                \
	"'created_at':'2026-05-04T10:00:00.000Z','account':{'id':1},'inbox':{'id':3}" more "}"

#define AT " at=2026-05-04T12:00:00.000000Z since=2026-05-04T10:00:00.000000Z\n"

Test(chatwoot, a_rating_with_words_is_csat_and_comment_of_the_message)
{
	expect(SURVEY("'csat_survey_response':{'rating':5,'feedback_message':' Rask hjelp '}", ""),
	       "",
	       "csat=5 (1..5) contact=1:9001 place=3" AT
	       "comment=Rask hjelp contact=1:9001 place=3" AT);
}

Test(chatwoot, a_rating_without_words_is_csat_alone)
{
	expect(SURVEY("'csat_survey_response':{'rating':1,'feedback_message':''}", ""), "",
	       "csat=1 (1..5) contact=1:9001 place=3" AT);
	expect(SURVEY("'csat_survey_response':{'rating':1,'feedback_message':null}", ""), "",
	       "csat=1 (1..5) contact=1:9001 place=3" AT);
}

Test(chatwoot, when_it_was_sent_is_when_it_was_said)
{
	expect(SURVEY("'csat_survey_response':{'rating':4}", ""),
	       "x-chatwoot-timestamp: 1777888860\n",
	       "csat=4 (1..5) contact=1:9001 place=3 at=2026-05-04T10:01:00.000000Z "
	       "since=2026-05-04T10:00:00.000000Z\n");
}

Test(chatwoot, a_token_of_the_conversation_is_taken_before_that_of_its_customer)
{
	expect(SURVEY("'csat_survey_response':{'rating':4}",
		      ",'conversation':{'custom_attributes':{'plaudit_token':'ours'},"
		      "'meta':{'sender':{'custom_attributes':{'plaudit_token':'theirs'}}}}"),
	       "", "csat=4 (1..5) token=ours contact=1:9001 place=3" AT);
	expect(SURVEY("'csat_survey_response':{'rating':4}",
		      ",'conversation':{'custom_attributes':{},"
		      "'meta':{'sender':{'custom_attributes':{'plaudit_token':'theirs'}}}}"),
	       "", "csat=4 (1..5) token=theirs contact=1:9001 place=3" AT);
}

Test(chatwoot, the_inbox_and_the_time_are_the_conversation_s_where_the_message_has_none)
{
	expect("{'event':'message_updated','id':7,'content_type':'input_csat','account':{'id':2},"
	       "'content_attributes':{'submitted_values':{'csat_survey_response':{'rating':'2'}}},"
	       "'conversation':{'inbox_id':8,'created_at':1777888800}}",
	       "",
	       "csat=2 (1..5) contact=2:7 place=8 at=2026-05-04T12:00:00.000000Z "
	       "since=2026-05-04T10:00:00.000000Z\n");
}

Test(chatwoot, a_change_after_14_days_is_left_aside)
{
	const char *json = SURVEY("'csat_survey_response':{'rating':4}", "");
	expect(json, "x-chatwoot-timestamp: 1779098400\n",
	       "csat=4 (1..5) contact=1:9001 place=3 at=2026-05-18T10:00:00.000000Z "
	       "since=2026-05-04T10:00:00.000000Z\n");
	expect(json, "x-chatwoot-timestamp: 1779098401\n", "nothing: changed_too_late");
}

Test(chatwoot, an_old_conversation_s_new_survey_is_heard)
{
	expect("{'event':'message_updated','id':7,'content_type':'input_csat','account':{'id':2},"
	       "'content_attributes':{'submitted_values':{'csat_survey_response':{'rating':2}}},"
	       "'created_at':'2026-05-04T10:00:00Z','conversation':{'created_at':1577836800}}",
	       "", "csat=2 (1..5) contact=2:7" AT);
}

Test(chatwoot, what_has_no_rating_says_nothing)
{
	expect(SURVEY("", ""), "", "nothing: no_rating");
	expect(SURVEY("'csat_survey_response':{'feedback_message':'x'}", ""), "",
	       "nothing: no_rating");
	expect("{'event':'message_updated','content_type':'text'}", "", "nothing: other_message");
	expect("{'event':'conversation_resolved'}", "", "nothing: other_event");
	expect("{'event':7}", "", "nothing: other_event");
	expect("[1]", "", "nothing: other_event");
}

Test(chatwoot, a_survey_without_a_message_s_number_has_no_contact)
{
	expect("{'event':'message_updated','content_type':'input_csat','account':{'id':1},"
	       "'content_attributes':{'submitted_values':{'csat_survey_response':{'rating':2}}}}",
	       "", "csat=2 (1..5) at=2026-05-04T12:00:00.000000Z\n");
}

Test(chatwoot, what_is_not_JSON_is_bad)
{
	expect("{'event':", "", "bad: not_json");
}

Test(chatwoot, its_delivery_is_the_key_and_without_one_the_digest)
{
	struct told key = key_by("chatwoot", "{}", "x-chatwoot-delivery: 7f0c9f0e-6f0e\n");
	cr_expect_str_eq(key.text, "7f0c9f0e-6f0e");
	key = key_by("chatwoot", "{}", "");
	cr_expect_str_eq(key.text, "");
}

Test(chatwoot, an_arena_too_small_is_over_the_limit_and_never_half_heard)
{
	cr_expect_gt(
		arenas_too_small(
			"chatwoot",
			SURVEY("'csat_survey_response':{'rating':4,'feedback_message':'x'}", "")),
		10);
}
