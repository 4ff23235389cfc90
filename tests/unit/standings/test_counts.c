/** What is published beside the figures so that anyone can compute them again. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "small.h"

static struct sample s;
static cJSON *answer;

static void given(void)
{
	s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
}

static void away(void)
{
	cJSON_Delete(answer);
	answer = NULL;
	given_away(&s);
}

TestSuite(counts, .init = given, .fini = away);

static const cJSON *channels_of_a(const char *channel, const char *include)
{
	answer = board_of(&s, "S1", channel, "score", NULL, include);
	return at_path(row_of(at_path(answer, "standings"), "company", "A"), "channels");
}

static void expect_text(const cJSON *found, const char *expected)
{
	char *text = cJSON_PrintUnformatted(found);

	cr_expect_str_eq(text, expected);
	cJSON_free(text);
}

Test(counts, scores_come_by_channel_with_unanswered_contacts_as_0)
{
	given_contacts(&s, "A", "phone", "22-1");
	given_contacts(&s, "A", "chat", "2222");
	expect_text(
		channels_of_a(NULL, "distribution"),
		"[{\"channel\":\"phone\",\"n\":4,\"answered\":3,\"bins\":[[0,1],[50,1],[100,2]]},"
		"{\"channel\":\"chat\",\"n\":4,\"answered\":4,\"bins\":[[100,4]]},"
		"{\"channel\":\"email\",\"n\":0,\"answered\":null,"
		"\"answered_reason\":\"below_minimum_base\",\"bins\":null,"
		"\"bins_reason\":\"below_minimum_base\"}]");
}

Test(counts, a_hidden_channel_has_no_counts_and_neither_has_the_one_that_would_give_it_away)
{
	const cJSON *channels;

	given_contacts(&s, "A", "phone", "2222");
	given_contacts(&s, "A", "chat", "111");
	given_contacts(&s, "A", "email", "00");
	channels = channels_of_a(NULL, "distribution");
	cr_expect(cJSON_IsArray(at_path(cJSON_GetArrayItem(channels, 0), "bins")));
	cr_expect(cJSON_IsNull(at_path(cJSON_GetArrayItem(channels, 1), "bins")));
	cr_expect(cJSON_IsNull(at_path(cJSON_GetArrayItem(channels, 2), "bins")));
}

Test(counts, channels_are_counted_only_when_asked_for)
{
	given_contacts(&s, "A", "phone", "2222");
	cr_expect_null(channels_of_a(NULL, NULL));
}

Test(counts, the_board_of_one_channel_has_no_other_channels)
{
	given_contacts(&s, "A", "phone", "2222");
	cr_expect_null(channels_of_a("phone", "distribution"));
}

Test(counts, a_suppressed_company_has_no_counts_by_channel)
{
	given_contacts(&s, "A", "phone", "222");
	cr_expect_null(channels_of_a(NULL, "distribution"));
}

static void given_shopped(const char *id, const char *company, const char *shopper, int answer_q1)
{
	char words[200];

	snprintf(words, sizeof(words),
		 "result_id=%s company=%s channel=phone shopper=%s answered=1 q1=%d", id, company,
		 shopper, answer_q1);
	given_result(&s, words);
}

Test(counts, the_shopper_table_has_the_counts_it_was_made_from)
{
	given_shopped("1", "A", "M2", 2);
	given_shopped("2", "A", "M2", 1);
	given_shopped("3", "A", "M1", 0);
	given_shopped("4", "A", "M1", 1);
	answer = shoppers_of(&s);
	expect_text(at_path(answer, "cells"), "[[\"A\",\"M1\",2,50],[\"A\",\"M2\",2,150]]");
	cr_expect_eq(at_path(answer, "sum_of_squares")->valuedouble, 15000);
}

Test(counts, contacts_of_suppressed_companies_are_not_in_the_shopper_table)
{
	given_shopped("1", "A", "M1", 2);
	answer = shoppers_of(&s);
	expect_text(at_path(answer, "cells"), "[]");
}
