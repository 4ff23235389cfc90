/* The recount finds every difference there is, and none where there is none. */
#include "db/ingest_scene.h"

#include <string.h>

TestSuite(verify, .timeout = 120);

static struct scene s;

static void given_results(void)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\n"
						  "b,C2,chat,0,1,0,2,0\n"
						  "c,C2,chat,1,1,,,10\n");
	EXPECT_REPORT(&sent, 3, 3, 0, 0);
}

static void expect_words(const char *words)
{
	struct verified v = verified(&s);
	cr_expect_eq(v.status, OK, "%s", v.why);
	cr_expect_gt(v.differences, 0);
	cr_expect_not_null(strstr(v.words, words), "%s", v.words);
	end_scene(&s);
}

Test(verify, a_database_without_results_is_clean)
{
	given_scene(&s, NULL);
	struct verified v = verified(&s);
	cr_expect_eq(v.status, OK);
	cr_expect_eq(v.differences, 0);
	cr_expect_eq(v.waves, 2);
	cr_expect_eq(v.results, 0);
	end_scene(&s);
}

Test(verify, what_uploads_stored_is_clean)
{
	given_results();
	struct verified v = verified(&s);
	cr_expect_eq(v.status, OK);
	cr_expect_eq(v.differences, 0, "%s", v.words);
	cr_expect_eq(v.results, 3);
	end_scene(&s);
}

Test(verify, more_results_than_a_page_are_recounted_whole)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, rows_of("r", 0, 20000));
	EXPECT_REPORT(&sent, 20000, 20000, 0, 0);
	struct verified v = verified(&s);
	cr_expect_eq(v.results, 20000);
	cr_expect_eq(v.differences, 0, "%s", v.words);
	end_scene(&s);
}

Test(verify, a_changed_score_is_named_by_wave_company_channel_and_both_counts)
{
	given_results();
	sql(&s, "update result set score = 5555 where result_id = 'a'");
	expect_words("wave w1, company C1, channel phone, metric 1, value 5555: "
		     "tally 0, results 1");
}

Test(verify, a_changed_answer_is_found)
{
	given_results();
	sql(&s, "update result set answers[2] = 0 where result_id = 'b'");
	expect_words("wave w1, company C2, channel chat, metric 513, value 0: tally 0, results 1");
}

Test(verify, a_result_moved_to_another_company_is_found_at_both)
{
	given_results();
	sql(&s, "update result set company = 2 where result_id = 'a'");
	expect_words("company C3, channel phone, metric 0, value 1: tally 0, results 1");
}

Test(verify, a_removed_result_is_found)
{
	given_results();
	sql(&s, "delete from result where result_id = 'a'");
	expect_words("wave w1, company C1, channel phone, metric 0, value 1: tally 1, results 0");
}

Test(verify, a_result_without_counts_is_found)
{
	given_results();
	sql(&s, "insert into result select upload_id, contacted_at, 2, company, shopper_id, "
		"wait_seconds, duration_seconds, score, channel, attempt, answered, answers, cx, "
		"area_scores, result_id, comment from result where result_id = 'a'");
	expect_words("wave w2: 1 results, but tallies speak of 0");
}

Test(verify, a_delta_counted_twice_is_found)
{
	given_results();
	sql(&s, "insert into tally_delta (wave_id, upload_id, changes, packed) "
		"select wave_id, upload_id, changes, packed from tally_delta");
	expect_words("wave w1, company C1, channel phone, metric 0, value 1: tally 2, results 1");
}

Test(verify, a_lost_delta_is_found)
{
	given_results();
	sql(&s, "delete from tally_delta");
	expect_words("wave w1: 3 results, but tallies speak of 0");
}

Test(verify, a_wrong_snapshot_is_found)
{
	given_results();
	sql(&s, "insert into tally_snapshot (wave_id, generation, changes, packed) "
		"select wave_id, 1, changes, packed from tally_delta");
	expect_words("tally 2, results 1");
}

Test(verify, counts_of_companies_and_channels_that_do_not_exist_are_named_by_number)
{
	/* The delta of a programme with more companies, under this one. */
	given_results();
	sql(&s, "update programme set document = convert_to(replace(replace(convert_from(document, "
		"'UTF8'), '{\"code\":\"C3\"}]', '{\"code\":\"C3\"},{\"code\":\"C4\"}]'), "
		"'\"C3\"]}', '\"C3\",\"C4\"]}'), 'UTF8')");
	reload_catalogue(&s, &s.server);
	struct sending sent = uploaded(&s, HEADER "x,C4,phone,1,1,5,4,9\n");
	EXPECT_REPORT(&sent, 1, 1, 0, 0);
	sql(&s, "update programme set document = convert_to(replace(replace(convert_from(document, "
		"'UTF8'), ',{\"code\":\"C4\"}', ''), ',\"C4\"', ''), 'UTF8');"
		"delete from result where result_id = 'x'");
	reload_catalogue(&s, &s.server);
	expect_words("wave w1, company 3, channel phone, metric 0, value 1: tally 1, results 0");
}

Test(verify, a_result_that_does_not_fit_its_instrument_ends_the_recount_with_words)
{
	given_results();
	sql(&s, "update result set answers = '{1}' where result_id = 'a'");
	struct verified v = verified(&s);
	cr_expect_eq(v.status, E_INTERNAL);
	cr_expect_not_null(strstr(v.why, "does not fit"), "%s", v.why);
	end_scene(&s);
}

Test(verify, counts_that_cannot_be_read_end_the_recount_with_words)
{
	given_results();
	sql(&s, "update tally_delta set packed = '\\xffff'");
	struct verified v = verified(&s);
	cr_expect_lt(v.status, OK);
	cr_expect_gt(strlen(v.why), 0);
	end_scene(&s);
}
