/* Rows that replace what is stored, where the upload asks for it. */
#include "db/correcting.h"

TestSuite(replace, .timeout = 120);

#define ROW_A "a,C1,phone,1,1,5,4,9\n"
#define ROW_B "b,C2,chat,0,1,0,2,0\n"
#define ROW_C "c,C2,chat,1,1,,,10\n"
#define NEW_A "a,C2,phone,0,1,5,4,3\n"
#define NEW_B "b,C2,chat,1,1,5,2,0\n"

static void given_results(const struct scene_wish *wish)
{
	given_scene(&s, wish);
	struct sending first = sent(HEADER ROW_A ROW_B ROW_C);
	EXPECT_REPLACED(&first, 3, 0, 0, 0);
}

Test(replace, a_row_with_other_content_takes_the_place_of_what_is_stored)
{
	given_results(NULL);
	struct sending again = replaced(HEADER NEW_A ROW_B "d,C3,phone,1,1,5,4,9\n");
	EXPECT_REPLACED(&again, 1, 1, 1, 0);
	expect_counts_as_of(HEADER NEW_A ROW_B ROW_C "d,C3,phone,1,1,5,4,9\n");
	end_exact();
}

Test(replace, without_being_asked_other_content_is_a_conflict)
{
	given_results(NULL);
	struct sending again = sent(HEADER NEW_A);
	EXPECT_REPLACED(&again, 0, 0, 0, 1);
	cr_expect_not_null(strstr(again.errors, "result_id_conflict"), "%s", again.errors);
	expect_counts_as_of(HEADER ROW_A ROW_B ROW_C);
	end_exact();
}

Test(replace, what_stood_before_is_kept_whole_with_who_and_which_upload)
{
	given_results(NULL);
	struct upload_request why = {.replace = true, .reason = SLICE("typed wrongly")};
	(void)sent_as(s.wave_id, HEADER NEW_A, &why);
	cr_expect_eq(number(&s, "select count(*) from result_revision where result_id = 'a' and "
				"revision = 1 and cause = 2 and upload_id = 2 and key_id = "
				"'aaaaaaaa' and reason = 'upload 2: typed wrongly' and "
				"was->>'company' = '0' and was->>'upload_id' = '1'"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from result where result_id = 'a' and "
				"revision = 2 and upload_id = 2 and company = 1"),
		     1);
	cr_expect_eq(number(&s,
			    "select count(*) from audit where event = 'upload.replace' and "
			    "key_id = 'aaaaaaaa' and subject = 'upload 2' and "
			    "detail->>'replaced' = '1' and detail->>'reason' = 'typed wrongly'"),
		     1);
	end_exact();
}

Test(replace, the_board_has_it_before_it_is_answered)
{
	char board[65536];
	given_results(NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	(void)replaced(HEADER NEW_A);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":4,"), "%s", board);
	end_exact();
}

Test(replace, sent_twice_it_replaces_once)
{
	given_results(NULL);
	(void)replaced(HEADER NEW_A);
	struct sending again = replaced(HEADER NEW_A);
	EXPECT_REPLACED(&again, 0, 1, 0, 0);
	cr_expect_eq(number(&s, "select revision from result where result_id = 'a'"), 2);
	end_exact();
}

Test(replace, what_was_replaced_can_be_put_back)
{
	given_results(NULL);
	(void)replaced(HEADER NEW_A);
	struct sending back = replaced(HEADER ROW_A);
	EXPECT_REPLACED(&back, 0, 0, 1, 0);
	expect_counts_as_of(HEADER ROW_A ROW_B ROW_C);
	end_exact();
}

Test(replace, a_file_sent_again_that_does_not_replace_is_known_by_what_it_was)
{
	given_results(NULL);
	(void)replaced(HEADER NEW_A);
	struct sending old = sent(HEADER ROW_A ROW_B ROW_C);
	EXPECT_REPLACED(&old, 0, 3, 0, 0);
	end_exact();
}

Test(replace, of_two_rows_with_one_id_the_first_is_the_files)
{
	given_results(NULL);
	struct sending twice = replaced(HEADER NEW_A "a,C3,phone,0,1,5,4,3\n" ROW_B NEW_B);
	EXPECT_REPLACED(&twice, 0, 1, 1, 2);
	cr_expect_eq(twice.fates[ROW_CLASH], 2);
	expect_counts_as_of(HEADER NEW_A ROW_B ROW_C);
	end_exact();
}

/** Hundreds of rows between them, so that batches of a few lie between them, too. */
Test(replace, the_first_is_the_files_also_where_batches_lie_between)
{
	static char text[400000];
	static const struct scene_wish small = {.batch_bytes = 1, .lanes = 2};
	given_results(&small);
	size_t len = (size_t)snprintf(text, sizeof(text), "%s%s%s", rows_of("r", 0, 2000), NEW_A,
				      ROW_B);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
				rows_of("s", 0, 2000) + strlen(HEADER));
	snprintf(text + len, sizeof(text) - len, "%s%s", "a,C3,phone,0,1,5,4,3\n", NEW_B);
	struct sending twice = replaced(text);
	EXPECT_REPLACED(&twice, 4000, 1, 1, 2);
	cr_expect_eq(twice.fates[ROW_CLASH], 2);
	cr_expect_eq(number(&s, "select count(*) from upload_met"), 0);
	end_exact();
}

Test(replace, thousands_are_replaced_page_by_page)
{
	static char other[400000];
	given_scene(&s, NULL);
	(void)sent(rows_of("r", 0, 5000));
	snprintf(other, sizeof(other), "%s", rows_of("r", 0, 5000));
	for (char *c = strstr(other, ",C1,"); c != NULL; c = strstr(c, ",C1,"))
		c[2] = '3';
	struct sending again = replaced(other);
	EXPECT_REPLACED(&again, 0, 3333, 1667, 0);
	expect_counts_as_of(other);
	end_exact();
}

/* What review has decided */

static void expect_fate(enum review_state status, enum row_fate want)
{
	given_results(NULL);
	set_status("a", status);
	struct sending again = replaced(HEADER NEW_A);
	cr_expect_eq(again.fates[want], 1, "%s", again.errors);
	if (want == ROW_DECIDED)
		cr_expect_not_null(strstr(again.errors, "result_reviewed"), "%s", again.errors);
	else
		cr_expect_eq(number(&s, "select status from result where result_id = 'a'"),
			     REVIEW_SUBMITTED);
	end_exact();
}

Test(replace, what_review_has_approved_stays)
{
	expect_fate(REVIEW_APPROVED, ROW_DECIDED);
}

Test(replace, what_review_has_excluded_stays)
{
	expect_fate(REVIEW_EXCLUDED, ROW_DECIDED);
}

Test(replace, what_was_returned_to_its_shopper_is_replaced_and_submitted_again)
{
	expect_fate(REVIEW_RETURNED, ROW_REPLACED);
}

Test(replace, what_is_under_appeal_stays)
{
	given_results(NULL);
	(void)open_appeal("a");
	struct sending again = replaced(HEADER NEW_A);
	cr_expect_eq(again.fates[ROW_DECIDED], 1);
	end_exact();
}

Test(replace, what_only_a_rule_of_fieldwork_has_excluded_is_replaced_and_judged_anew)
{
	given_results(NULL);
	sql(&s, "update result set status = 3, breaches = 16 where result_id = 'a'; "
		"delete from tally_delta");
	struct sending again = replaced(HEADER NEW_A);
	cr_expect_eq(again.fates[ROW_REPLACED], 1);
	cr_expect_eq(number(&s, "select status * 100 + breaches from result where result_id = 'a'"),
		     0);
	end_scene(&s);
}

Test(replace, what_was_corrected_by_hand_is_replaced_and_its_correction_kept)
{
	given_results(NULL);
	correct("a", "nps", "1");
	struct sending again = replaced(HEADER NEW_A);
	EXPECT_REPLACED(&again, 0, 0, 1, 0);
	cr_expect_eq(number(&s, "select count(*) from result_revision where result_id = 'a'"), 2);
	end_exact();
}

/* A revision named, and waves that take nothing new */

Test(replace, only_the_revision_named_is_replaced)
{
	given_results(NULL);
	struct upload_request second = {.replace = true, .stored_only = true, .revision = 2};
	struct sending none = sent_as(s.wave_id, HEADER NEW_A, &second);
	cr_expect_eq(none.fates[ROW_CHANGED], 1);
	correct("a", "nps", "1");
	struct sending one = sent_as(s.wave_id, HEADER NEW_A, &second);
	cr_expect_eq(one.fates[ROW_REPLACED], 1);
	struct sending absent = sent_as(s.wave_id, HEADER "z,C1,phone,1,1,5,4,9\n", &second);
	cr_expect_eq(absent.fates[ROW_ABSENT], 1);
	end_exact();
}

static void expect_late(const char *state)
{
	char text[100];
	given_results(NULL);
	snprintf(text, sizeof(text), "update wave set state = '%s' where wave_id = 1", state);
	sql(&s, text);
	struct sending unsaid = replaced(HEADER NEW_A);
	cr_expect_eq(unsaid.report.status, E_INPUT);
	cr_expect_str_eq(unsaid.report.why.code, "reason_required");
	struct upload_request why = {.replace = true, .reason = SLICE("told so")};
	struct sending said = sent_as(s.wave_id, HEADER NEW_A "z,C1,phone,1,1,5,4,9\n" ROW_B, &why);
	EXPECT_REPLACED(&said, 0, 1, 1, 1);
	cr_expect_not_null(strstr(said.errors, "result_not_stored"), "%s", said.errors);
	expect_counts_as_of(HEADER NEW_A ROW_B ROW_C);
	end_exact();
}

Test(replace, a_closed_wave_takes_replacements_with_a_reason_and_nothing_new)
{
	expect_late("closed");
}

Test(replace, a_published_wave_takes_replacements_with_a_reason_and_nothing_new)
{
	expect_late("published");
}

Test(replace, a_wave_that_is_not_open_yet_takes_none)
{
	given_results(NULL);
	sql(&s, "update wave set state = 'draft' where wave_id = 1");
	struct upload_request why = {.replace = true, .reason = SLICE("told so")};
	struct sending said = sent_as(s.wave_id, HEADER NEW_A, &why);
	cr_expect_eq(said.report.status, E_CONFLICT);
	cr_expect_str_eq(said.report.why.code, "wave_not_fielding");
	end_exact();
}

/* Modes */

Test(replace, a_dry_run_says_what_would_be_replaced_and_replaces_nothing)
{
	given_results(NULL);
	struct upload_request dry = {.replace = true, .mode = UPLOAD_DRY_RUN};
	struct sending said = sent_as(s.wave_id, HEADER NEW_A ROW_B, &dry);
	EXPECT_REPLACED(&said, 0, 1, 1, 0);
	cr_expect_eq(number(&s, "select count(*) from result_revision"), 0);
	expect_counts_as_of(HEADER ROW_A ROW_B ROW_C);
	end_exact();
}

Test(replace, all_or_nothing_replaces_nothing_where_a_row_is_rejected)
{
	given_results(NULL);
	struct upload_request whole = {.replace = true, .mode = UPLOAD_ALL_OR_NOTHING};
	struct sending bad = sent_as(s.wave_id, HEADER NEW_A "e,C9,phone,1,1,5,4,9\n", &whole);
	cr_expect_neq(bad.report.status, OK);
	cr_expect_eq(number(&s, "select count(*) from result_revision"), 0);
	struct sending good = sent_as(s.wave_id, HEADER NEW_A NEW_B, &whole);
	EXPECT_REPLACED(&good, 0, 0, 2, 0);
	expect_counts_as_of(HEADER NEW_A NEW_B ROW_C);
	end_exact();
}

/* What the network and PostgreSQL can do */

static void expect_once_in_spite_of(const char *message, enum proxy_act act)
{
	static const struct scene_wish behind_proxy = {.proxy = true};
	given_results(&behind_proxy);
	pg_proxy_rule(s.proxy, message, 0, 1, act, NULL);
	struct sending again = replaced(HEADER NEW_A NEW_B);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPLACED(&again, 0, 0, 2, 0);
	cr_expect_eq(number(&s, "select count(*) from result_revision"), 2);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'upload.replace'"), 1);
	expect_counts_as_of(HEADER NEW_A NEW_B ROW_C);
	end_exact();
}

Test(replace, a_commit_whose_answer_was_lost_is_not_made_twice)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_AFTER);
}

Test(replace, a_commit_that_never_arrived_is_made_again)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_BEFORE);
}

Test(replace, a_connection_killed_while_rows_are_replaced_counts_once)
{
	expect_once_in_spite_of("replace_store", PROXY_KILL);
}

Test(replace, a_connection_killed_before_the_counts_counts_once)
{
	expect_once_in_spite_of("tally_delta_add", PROXY_KILL);
}

Test(replace, two_files_that_replace_the_same_leave_one_of_them_and_count_it)
{
	static struct sending first, second;
	given_results(NULL);
	struct upload_request more = {.replace = true};
	open_upload_as(&s, &s.server, &first, s.wave_id, HEADER NEW_A NEW_B, &more);
	open_upload_as(&s, &s.server, &second, s.wave_id, HEADER "a,C3,chat,0,0,,,\n" NEW_B, &more);
	turn_until(&s, &first.ended);
	turn_until(&s, &second.ended);
	cr_expect_eq(first.report.counts.replaced + second.report.counts.replaced, 3);
	cr_expect_eq(number(&s, "select revision from result where result_id = 'a'"), 3);
	cr_expect_eq(number(&s, "select revision from result where result_id = 'b'"), 2);
	end_exact();
}
