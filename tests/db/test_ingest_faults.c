/* What the network and PostgreSQL can do to a batch: nothing is lost, nothing stands twice. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(ingest_faults, .timeout = 120);

static struct scene s;
static const struct scene_wish behind_proxy = {.proxy = true};

/** A batch that goes every way: fresh rows, doubtful ones (old, other, new), faults. */
#define MIXED                                                                                      \
	HEADER "old1,C1,phone,1,1,5,4,9\n"                                                         \
	       "old2,C1,phone,0,0,0,1,1\n"                                                         \
	       "new1,C2,chat,1,1,5,4,9\n"                                                          \
	       "bad1,C9,phone,1,1,5,4,9\n"                                                         \
	       "gone,C3,phone,1,1,5,4,9\n"                                                         \
	       "new2,C2,chat,1,0,5,4,9\n"

/** old1 and old2 are stored, gone was: the filter knows all three. */
static void given_stored_rows(void)
{
	given_scene(&s, &behind_proxy);
	struct sending sent = uploaded(&s, HEADER "old1,C1,phone,1,1,5,4,9\n"
						  "old2,C1,phone,1,1,5,4,9\n");
	EXPECT_REPORT(&sent, 2, 2, 0, 0);
	sql(&s, "insert into upload (wave_id, key_id, format) values (1, 'aaaaaaaa', 'csv')");
	struct sending gone = uploaded(&s, HEADER "gone,C3,phone,1,1,5,4,9\n");
	EXPECT_REPORT(&gone, 1, 1, 0, 0);
	sql(&s, "delete from tally_delta where upload_id = (select max(upload_id) from upload);"
		"delete from upload_batch where upload_id = (select max(upload_id) from upload);"
		"delete from result where result_id = 'gone'");
}

static void expect_mixed_once(const struct sending *sent)
{
	EXPECT_REPORT(sent, 6, 3, 1, 2);
	cr_expect_eq(number(&s, "select count(*) from result"), 5);
	cr_expect_eq(number(&s, "select sum(changes) from tally_delta"), 5);
	cr_expect_eq(number(&s, "select sum(accepted) from upload_batch"), 5);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), 2);
	cr_expect_eq(number(&s, "select accepted from upload order by upload_id desc limit 1"), 3);
	EXPECT_EXACT(&s);
}

static void expect_once_in_spite_of(const char *message, enum proxy_act act, unsigned times)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, message, 0, times, act, NULL);
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(pg_proxy_acted(s.proxy), times);
	expect_mixed_once(&sent);
	end_scene(&s);
}

/* COMMIT */

Test(ingest_faults, a_commit_that_never_arrived_is_done_again)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_BEFORE, 1);
}

Test(ingest_faults, a_commit_whose_answer_was_lost_is_not_done_twice)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_AFTER, 1);
}

Test(ingest_faults, a_commit_that_never_arrived_three_times_is_done_once)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_BEFORE, 3);
}

Test(ingest_faults, a_commit_cut_in_the_midst_is_done_once_whatever_came_of_it)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_WITH, 1);
}

Test(ingest_faults, a_commit_killed_before_it_begins_is_done_again)
{
	expect_once_in_spite_of("=commit", PROXY_KILL, 1);
}

Test(ingest_faults, an_unknown_commit_is_looked_up_by_an_attempt_that_may_fail_too)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	pg_proxy_rule(s.proxy, "batch_add", 1, 1, PROXY_CUT_BEFORE, NULL);
	pg_proxy_rule(s.proxy, "doubtful_outcome", 1, 1, PROXY_KILL, NULL);
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(pg_proxy_acted(s.proxy), 3);
	expect_mixed_once(&sent);
	end_scene(&s);
}

Test(ingest_faults, a_commit_that_took_counts_even_when_the_wave_was_closed_before_we_looked)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	pg_proxy_rule(s.proxy, "wave_share", 1, 1, PROXY_SQL,
		      "update wave set state = 'closed' where wave_id = 1");
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(pg_proxy_acted(s.proxy), 2);
	expect_mixed_once(&sent);
	end_scene(&s);
}

Test(ingest_faults, a_commit_that_did_not_take_before_the_wave_was_closed_stores_nothing)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_BEFORE, NULL);
	pg_proxy_rule(s.proxy, "wave_share", 1, 1, PROXY_SQL,
		      "update wave set state = 'closed' where wave_id = 1");
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(sent.report.status, E_CONFLICT);
	cr_expect_str_eq(sent.report.why.code, "wave_not_fielding");
	cr_expect_eq(sent.report.counts.accepted, 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 2);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, a_batch_whose_commits_are_never_answered_ends_unknown_and_is_stored_once)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	pg_proxy_rule(s.proxy, "=begin", 1, 1000, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(sent.report.status, E_UNKNOWN, "%s", status_name(sent.report.status));
	cr_expect_eq(number(&s, "select count(*) from result"), 5);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* Every other state */

#define STATES(X)                                                                                  \
	X(begin, "=begin")                                                                         \
	X(asking_for_the_wave, "wave_share")                                                       \
	X(copying_fresh_rows, "copy result (")                                                     \
	X(making_the_doubtful_table, "doubtful_table")                                             \
	X(copying_doubtful_rows, "copy doubtful (")                                                \
	X(storing_doubtful_rows, "doubtful_store")                                                 \
	X(asking_what_became_of_them, "doubtful_outcome")                                          \
	X(writing_the_counts, "tally_delta_add")                                                   \
	X(marking_the_batch, "batch_add")                                                          \
	X(copying_faults, "copy upload_fault")

#define KILLED(state, message)                                                                     \
	Test(ingest_faults, killed_while_##state##_the_batch_is_stored_once)                       \
	{                                                                                          \
		expect_once_in_spite_of(message, PROXY_KILL, 1);                                   \
	}                                                                                          \
	Test(ingest_faults, cut_off_while_##state##_the_batch_is_stored_once)                      \
	{                                                                                          \
		expect_once_in_spite_of(message, PROXY_CUT_BEFORE, 2);                             \
	}
STATES(KILLED)

/* Before the transaction, and after it */

Test(ingest_faults, shoppers_whose_making_was_cut_off_are_made_by_another_attempt)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "shopper_add", 0, 1, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded(&s, "result_id,company,channel,shopper,q1\n"
					   "a,C1,phone,P1,1\nb,C2,phone,P2,1\n");
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&sent, 2, 2, 0, 0);
	cr_expect_eq(number(&s, "select count(*) from identity.shopper"), 2);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, shoppers_whose_finding_was_cut_off_are_found_by_another_attempt)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "shopper_find", 0, 1, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded(&s, "result_id,company,channel,shopper,q1\n"
					   "a,C1,phone,P1,1\nb,C2,phone,P2,1\n");
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&sent, 2, 2, 0, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, totals_that_could_not_be_written_do_not_change_the_report)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "upload_end", 0, 1, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded(&s, rows_of("r", 0, 10));
	EXPECT_REPORT(&sent, 10, 10, 0, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, ids_that_could_not_be_read_end_the_upload_and_are_read_by_the_next)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "result_ids", 0, 1, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded(&s, rows_of("r", 0, 10));
	cr_expect_lt(sent.report.status, OK);
	cr_expect_eq(sent.report.counts.accepted, 0);
	bool ready = false;
	for (int i = 0; i < 2000 && !ready; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		ready = pg_pool_ready(s.server.pool);
		usleep(1000);
	}
	sent = uploaded(&s, rows_of("r", 0, 10));
	EXPECT_REPORT(&sent, 10, 10, 0, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* Other sessions */

Test(ingest_faults, a_wave_closed_while_a_batch_waits_takes_nothing_of_it)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "=begin", 0, 1, PROXY_SQL,
		      "update wave set state = 'closed' where wave_id = 1");
	struct sending sent = uploaded(&s, rows_of("r", 0, 10));
	cr_expect_eq(sent.report.status, E_CONFLICT);
	cr_expect_str_eq(sent.report.why.code, "wave_not_fielding");
	cr_expect_eq(sent.report.counts.accepted, 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, the_loser_of_a_deadlock_tries_again)
{
	/* Somebody holds "gone" and then wants "new1", which the batch holds when it asks for
	 * "gone": PostgreSQL ends one of the two. */
	given_stored_rows();
	sql(&s, "create extension dblink");
	char text[1200];
	snprintf(
		text, sizeof(text),
		"select dblink_connect('d', '%s');"
		"select dblink_exec('d', 'begin; set local deadlock_timeout = ''60s''');"
		"select dblink_exec('d', 'insert into result (upload_id, wave_id, company, "
		"channel, answered, answers, cx, area_scores, result_id) values (0, 1, 0, 0, true, "
		"''{}'', ''{}'', ''{}'', ''gone'')');"
		"select dblink_send_query('d', 'insert into result (upload_id, wave_id, company, "
		"channel, answered, answers, cx, area_scores, result_id) values (0, 1, 0, 0, true, "
		"''{}'', ''{}'', ''{}'', ''new1'')');"
		"select pg_sleep(0.2)",
		s.superuser);
	pg_proxy_rule(s.proxy, "doubtful_store", 0, 1, PROXY_SQL, text);
	/* Nobody waits for that session any more: once it has won it ends, and its rows with it. */
	struct sending sent = uploaded(&s, MIXED);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	expect_mixed_once(&sent);
	long long deadlocks = 0;
	for (int i = 0; i < 100 && deadlocks == 0; i++) {
		usleep(50000); /* statistics of a session come late */
		deadlocks = number(&s, "select deadlocks from pg_stat_database "
				       "where datname = current_database()");
	}
	cr_expect_eq(deadlocks, 1);
	end_scene(&s);
}

Test(ingest_faults, a_row_removed_while_we_ask_about_it_is_asked_about_again)
{
	given_stored_rows();
	pg_proxy_rule(s.proxy, "doubtful_outcome", 0, 1, PROXY_SQL,
		      "delete from result where result_id = 'old1'");
	struct sending sent = uploaded(&s, MIXED);
	EXPECT_REPORT(&sent, 6, 4, 0, 2);
	cr_expect_eq(number(&s, "select count(*) from result"), 5);
	end_scene(&s);
}

/* Clients that go away */

static void expect_quiet_end(struct sending *sending)
{
	turn_while_uploading(&s);
	cr_expect_not(sending->ended, "nobody listened any more");
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_faults, a_client_gone_while_the_upload_opens_leaves_nothing)
{
	struct sending sending;
	given_scene(&s, NULL);
	open_upload(&s, &s.server, &sending, s.wave_id, rows_of("r", 0, 10));
	upload_abandon(&sending.upload);
	cr_expect_null(sending.upload);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_client_gone_while_ids_are_read_leaves_nothing)
{
	struct sending sending;
	given_scene(&s, NULL);
	open_upload(&s, &s.server, &sending, s.wave_id, rows_of("r", 0, 10));
	while (number(&s, "select count(*) from upload") == 0)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	if (sending.upload != NULL && !sending.resumed)
		upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

static void feed_only(void *arg)
{
	struct sending *sending = arg;
	sending->resumed = true;
	if (sending->rest.len > 0)
		(void)!upload_feed(sending->upload, sending->rest);
	sending->rest = SLICE("");
}

static void never_ended(void *arg, const struct upload_report *report)
{
	(void)report;
	((struct sending *)arg)->ended = true;
}

/** An upload that has been given `text` and is not finished. */
static void given_half_an_upload(struct sending *sending, const char *text)
{
	const struct known_wave *wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id);
	struct upload_request request = {.wave_id = s.wave_id,
					 .organisation_id = s.organisation_id,
					 .programme = wave->programme,
					 .wave = wave->index,
					 .key_id = SLICE("aaaaaaaa"),
					 .format = DECODE_CSV};
	struct upload_listener listener = {
		.resume = feed_only, .ended = never_ended, .arg = sending};
	*sending = (struct sending){.server = &s.server, .rest = slice_of(text)};
	sending->upload = upload_open(s.server.ingest, &request, &listener);
	turn_until(&s, &sending->resumed);
}

Test(ingest_faults, a_client_gone_while_reading_drops_what_is_in_no_batch_yet)
{
	struct sending sending;
	given_scene(&s, NULL);
	given_half_an_upload(&sending, rows_of("r", 0, 100));
	upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_client_gone_while_every_batch_commits_keeps_those_and_counts_them)
{
	struct scene_wish wish = {.batch_bytes = 1, .lanes = 1};
	struct sending sending;
	given_scene(&s, &wish);
	given_half_an_upload(&sending, rows_of("r", 0, 8000));
	upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	long long rows = number(&s, "select count(*) from result");
	cr_expect_gt(rows, 0);
	cr_expect_lt(rows, 8000);
	cr_expect_eq(number(&s, "select accepted from upload"), rows);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_client_gone_after_the_file_was_sent_leaves_the_rows)
{
	struct sending sending;
	given_scene(&s, NULL);
	given_half_an_upload(&sending, rows_of("r", 0, 100));
	upload_finish(sending.upload);
	upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	cr_expect_eq(number(&s, "select count(*) from result"), 100);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_client_gone_while_the_counts_are_added_leaves_the_rows)
{
	struct sending sending;
	given_scene(&s, NULL);
	s.server.counts_held = true;
	given_half_an_upload(&sending, rows_of("r", 0, 100));
	upload_finish(sending.upload);
	for (int i = 0; i < 20000 && s.server.held.applied == NULL; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert_not_null(s.server.held.applied);
	upload_abandon(&sending.upload);
	tally_free(s.server.held.tally);
	loop_later(s.loop, s.server.held.applied, s.server.held.applied_arg);
	turn_while_uploading(&s);
	cr_expect_eq(number(&s, "select count(*) from result"), 100);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_client_gone_while_totals_are_written_leaves_them)
{
	struct sending sending;
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "upload_end", 0, 1, PROXY_SQL, "select pg_sleep(0.5)");
	given_half_an_upload(&sending, rows_of("r", 0, 100));
	upload_finish(sending.upload);
	for (int i = 0; i < 20000 && pg_proxy_acted(s.proxy) == 0; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert_eq(pg_proxy_acted(s.proxy), 1);
	upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	cr_expect_eq(number(&s, "select accepted from upload where state = 'done'"), 100);
	expect_quiet_end(&sending);
}

Test(ingest_faults, a_programme_replaced_while_an_abandoned_upload_ends_stays_until_then)
{
	struct scene_wish wish = {.batch_bytes = 1, .lanes = 1};
	struct sending sending;
	given_scene(&s, &wish);
	given_half_an_upload(&sending, rows_of("r", 0, 8000));
	upload_abandon(&sending.upload);
	sql(&s, "update programme set document = document || convert_to(' ', 'UTF8')");
	reload_catalogue(&s, &s.server);
	expect_quiet_end(&sending);
}
