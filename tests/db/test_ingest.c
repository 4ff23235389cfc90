/* Uploads into a real database: what is stored, counted and reported is the same thing. */
#include "db/ingest_scene.h"

#include <string.h>

TestSuite(ingest, .timeout = 120);

static struct scene s;

static long long stored(void)
{
	return number(&s, "select count(*) from result");
}

/** The delta's own number of rows, and what is counted as accepted by batch. */
static long long spoken_of(void)
{
	return number(&s, "select coalesce(sum(changes), 0) from tally_delta");
}

static long long marked(void)
{
	return number(&s, "select coalesce(sum(accepted), 0) from upload_batch");
}

static void expect_stored(long long rows)
{
	cr_expect_eq(stored(), rows, "%lld rows stored", stored());
	cr_expect_eq(spoken_of(), rows, "deltas speak of %lld", spoken_of());
	cr_expect_eq(marked(), rows, "batches speak of %lld", marked());
	EXPECT_EXACT(&s);
}

Test(ingest, a_small_file_is_stored_counted_and_reported)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, rows_of("r", 0, 100));
	EXPECT_REPORT(&sent, 100, 100, 0, 0);
	cr_expect_gt(sent.report.upload_id, 0);
	expect_stored(100);
	cr_expect_eq(number(&s, "select accepted from upload where state = 'done'"), 100);
	struct ingest_counts counts = ingest_counts(s.server.ingest);
	cr_expect_eq(counts.uploads, 1);
	cr_expect_eq(counts.rows.accepted, 100);
	end_scene(&s);
}

Test(ingest, the_same_file_again_is_all_duplicates)
{
	given_scene(&s, NULL);
	const char *file = rows_of("r", 0, 100);
	(void)uploaded(&s, file);
	struct sending again = uploaded(&s, file);
	EXPECT_REPORT(&again, 100, 0, 100, 0);
	expect_stored(100);
	end_scene(&s);
}

Test(ingest, a_server_that_has_just_started_knows_what_is_stored)
{
	given_scene(&s, NULL);
	const char *file = rows_of("r", 0, 300);
	(void)uploaded(&s, file);
	given_other_server(&s);
	struct sending again;
	open_upload(&s, &s.other, &again, s.wave_id, file);
	turn_until(&s, &again.ended);
	EXPECT_REPORT(&again, 300, 0, 300, 0);
	expect_stored(300);
	end_scene(&s);
}

Test(ingest, other_content_under_a_stored_id_is_a_conflict_and_changes_nothing)
{
	given_scene(&s, NULL);
	(void)uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\nb,C1,phone,1,1,5,4,9\n");
	struct sending other = uploaded(&s, HEADER "a,C1,phone,0,1,5,4,9\nc,C2,chat,1,1,5,4,9\n");
	EXPECT_REPORT(&other, 2, 1, 0, 1);
	cr_expect_not_null(strstr(other.errors, "\"code\":\"result_id_conflict\""));
	cr_expect_not_null(strstr(other.errors, "\"row\":1"));
	cr_expect_eq(number(&s, "select answers[1] from result where result_id = 'a'"), 1);
	cr_expect_eq(number(&s, "select count(*) from upload_fault where row_number = 1"), 1);
	expect_stored(3);
	end_scene(&s);
}

Test(ingest, one_id_twice_in_a_file_keeps_its_first_row)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\n"
						  "a,C1,phone,0,1,5,4,9\n"
						  "a,C1,phone,1,1,5,4,9\n");
	EXPECT_REPORT(&sent, 3, 1, 1, 1);
	cr_expect_not_null(strstr(sent.errors, "\"code\":\"result_id_twice\""));
	cr_expect_eq(number(&s, "select count(*) from upload_fault "
				"where code = 'result_id_twice' and row_number = 2"),
		     1);
	cr_expect_eq(number(&s, "select answers[1] from result where result_id = 'a'"), 1);
	expect_stored(1);
	end_scene(&s);
}

Test(ingest, every_accepted_row_of_a_file_with_faults_is_stored_and_every_fault_written)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\n"
						  "b,C9,phone,1,1,5,4,9\n"
						  "c,C1,fax,7,1,5,4,9\n"
						  "d,C1,phone,1,1,5,4,9\n");
	EXPECT_REPORT(&sent, 4, 2, 0, 2);
	cr_expect_eq(sent.report.errors_total, 3);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), 3);
	expect_stored(2);
	end_scene(&s);
}

Test(ingest, a_file_of_many_batches_is_stored_whole)
{
	struct scene_wish wish = {.lanes = 3, .batch_bytes = 1};
	given_scene(&s, &wish);
	struct sending sent = uploaded(&s, rows_of("r", 0, 12000));
	EXPECT_REPORT(&sent, 12000, 12000, 0, 0);
	cr_expect_gt(number(&s, "select count(*) from upload_batch"), 3);
	expect_stored(12000);
	end_scene(&s);
}

Test(ingest, shoppers_get_one_number_each_whatever_the_batch)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, "result_id,company,channel,shopper,q1\n"
					   "a,C1,phone,P1,1\nb,C2,phone,P2,1\nc,C3,chat,P1,0\n");
	EXPECT_REPORT(&sent, 3, 3, 0, 0);
	sent = uploaded(&s, "result_id,company,channel,shopper,q1\nd,C1,phone,P2,1\n");
	EXPECT_REPORT(&sent, 1, 1, 0, 0);
	cr_expect_eq(number(&s, "select count(*) from identity.shopper"), 2);
	cr_expect_eq(number(&s, "select count(distinct shopper_id) from result"), 2);
	cr_expect_eq(number(&s, "select count(*) from result r join identity.shopper p "
				"using (shopper_id) where p.code = 'P2'"),
		     2);
	expect_stored(4);
	end_scene(&s);
}

Test(ingest, a_file_that_breaks_off_keeps_what_stands_before_the_break)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\n\"b");
	cr_expect_eq(sent.report.status, E_INPUT);
	cr_expect_str_eq(sent.report.why.code, "file_unreadable");
	cr_expect_eq(sent.report.counts.accepted, 1);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	expect_stored(1);
	end_scene(&s);
}

Test(ingest, an_empty_file_ends)
{
	given_scene(&s, NULL);
	struct sending sent = uploaded(&s, "");
	cr_expect_eq(sent.report.counts.received, 0);
	sent = uploaded(&s, HEADER);
	EXPECT_REPORT(&sent, 0, 0, 0, 0);
	expect_stored(0);
	end_scene(&s);
}

Test(ingest, a_programme_changed_behind_our_back_is_read_before_rows_are_taken)
{
	given_scene(&s, NULL);
	sql(&s, "update programme set revision = revision + 1");
	struct sending sent = uploaded(&s, rows_of("r", 0, 3));
	cr_expect_eq(sent.report.status, E_BUSY);
	cr_expect_str_eq(sent.report.why.code, "programme_just_changed");
	expect_stored(0);
	reload_catalogue(&s, &s.server);
	sent = uploaded(&s, rows_of("r", 0, 3));
	EXPECT_REPORT(&sent, 3, 3, 0, 0);
	end_scene(&s);
}

Test(ingest, a_wave_that_does_not_field_takes_nothing)
{
	given_scene(&s, NULL);
	sql(&s, "update wave set state = 'closed' where wave_id = 1");
	struct sending sent = uploaded(&s, rows_of("r", 0, 3));
	cr_expect_eq(sent.report.status, E_CONFLICT);
	cr_expect_str_eq(sent.report.why.code, "wave_not_fielding");
	cr_expect_eq(number(&s, "select count(*) from upload"), 0);
	expect_stored(0);
	end_scene(&s);
}

Test(ingest, more_uploads_than_may_run_are_told_to_come_again)
{
	struct scene_wish wish = {.uploads_limit = 1};
	struct sending first, second;
	given_scene(&s, &wish);
	open_upload(&s, &s.server, &first, s.wave_id, rows_of("r", 0, 10));
	open_upload(&s, &s.server, &second, s.wave_id, rows_of("x", 0, 10));
	cr_expect_not(second.ended, "ended before upload_open() returned");
	turn_until(&s, &second.ended);
	cr_expect_eq(second.report.status, E_BUSY);
	cr_expect_str_eq(second.report.why.code, "too_many_uploads");
	cr_expect_str_eq(second.errors, "[]");
	turn_until(&s, &first.ended);
	EXPECT_REPORT(&first, 10, 10, 0, 0);
	struct sending third = uploaded(&s, rows_of("x", 0, 10));
	EXPECT_REPORT(&third, 10, 10, 0, 0);
	expect_stored(20);
	end_scene(&s);
}

Test(ingest, two_uploads_of_one_file_at_once_store_every_row_once)
{
	struct scene_wish wish = {.batch_bytes = 1};
	struct sending first, second;
	given_scene(&s, &wish);
	const char *file = rows_of("r", 0, 6000);
	open_upload(&s, &s.server, &first, s.wave_id, file);
	open_upload(&s, &s.server, &second, s.wave_id, file);
	turn_until(&s, &first.ended);
	turn_until(&s, &second.ended);
	cr_expect_eq(first.report.status, OK, "%s", first.report.why.words);
	cr_expect_eq(second.report.status, OK, "%s", second.report.why.words);
	cr_expect_eq(first.report.counts.accepted + second.report.counts.accepted, 6000);
	cr_expect_eq(first.report.counts.duplicates + second.report.counts.duplicates, 6000);
	expect_stored(6000);
	end_scene(&s);
}

Test(ingest, one_id_in_two_waves_is_two_results)
{
	struct sending other;
	given_scene(&s, NULL);
	(void)uploaded(&s, rows_of("r", 0, 20));
	open_upload(&s, &s.server, &other, s.other_wave_id, rows_of("r", 0, 20));
	turn_until(&s, &other.ended);
	EXPECT_REPORT(&other, 20, 20, 0, 0);
	expect_stored(40);
	end_scene(&s);
}

/* Files whose digest is given beforehand */

Test(ingest, a_file_known_by_its_digest_is_answered_without_being_read)
{
	given_scene(&s, NULL);
	const char *file = rows_of("r", 0, 100);
	struct sending first = uploaded_with_digest(&s, file, file);
	EXPECT_REPORT(&first, 100, 100, 0, 0);
	cr_expect_not(first.report.same_file);
	struct sending again = uploaded_with_digest(&s, file, file);
	EXPECT_REPORT(&again, 100, 0, 100, 0);
	cr_expect(again.report.same_file);
	cr_expect_eq(again.report.upload_id, first.report.upload_id);
	cr_expect_not(again.resumed, "not a byte was asked for");
	cr_expect_eq(number(&s, "select count(*) from upload"), 1);
	expect_stored(100);
	end_scene(&s);
}

Test(ingest, a_file_that_is_not_what_its_digest_promised_says_so)
{
	given_scene(&s, NULL);
	const char *file = rows_of("r", 0, 100);
	struct sending sent = uploaded_with_digest(&s, file, HEADER);
	cr_expect_eq(sent.report.status, E_INPUT);
	cr_expect_str_eq(sent.report.why.code, "digest_mismatch");
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	cr_expect_eq(number(&s, "select count(sha256) from upload"), 0);
	struct sending again = uploaded_with_digest(&s, file, HEADER);
	cr_expect_not(again.report.same_file, "a failed upload is no answer to the next");
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest, a_file_with_rejected_rows_is_read_again_for_they_may_be_right_now)
{
	given_scene(&s, NULL);
	const char *file = HEADER "a,C1,phone,1,1,5,4,9\nb,C4,phone,1,1,5,4,9\n";
	struct sending first = uploaded_with_digest(&s, file, file);
	EXPECT_REPORT(&first, 2, 1, 0, 1);
	sql(&s, "update programme set document = convert_to(replace(replace(convert_from(document, "
		"'UTF8'), '{\"code\":\"C3\"}]', '{\"code\":\"C3\"},{\"code\":\"C4\"}]'), "
		"'\"C3\"]}', '\"C3\",\"C4\"]}'), 'UTF8')");
	reload_catalogue(&s, &s.server);
	struct sending again = uploaded_with_digest(&s, file, file);
	EXPECT_REPORT(&again, 2, 1, 1, 0);
	expect_stored(2);
	end_scene(&s);
}

/* A filter that does not know an id */

Test(ingest, a_key_the_filter_does_not_know_sends_the_batch_the_doubtful_way)
{
	struct scene_wish wish = {.proxy = true};
	given_scene(&s, &wish);
	(void)uploaded(&s, rows_of("r", 0, 1)); /* the filter is complete from here on */
	/* Another server's rows: one alike, one with other content, which only the key can tell. */
	pg_proxy_rule(s.proxy, "copy result (", 0, 1, PROXY_SQL,
		      "insert into result (upload_id, wave_id, company, channel, answered, answers,"
		      " cx, area_scores, score, result_id) select 0, 1, company, channel, answered,"
		      " answers, cx, area_scores, score, 'x' from result where result_id = "
		      "'r000000';"
		      "insert into result (upload_id, wave_id, company, channel, answered, answers,"
		      " cx, area_scores, score, result_id) select 0, 1, 2, channel, answered,"
		      " answers, cx, area_scores, score, 'y' from result where result_id = "
		      "'r000000'");
	struct sending sent = uploaded(&s, HEADER "w,C1,phone,1,1,5,4,9\n"
						  "x,C1,phone,0,0,0,1,0\n"
						  "y,C1,phone,0,0,0,1,0\n"
						  "z,C1,phone,1,1,5,4,9\n");
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&sent, 4, 2, 1, 1);
	cr_expect_eq(stored(), 5);
	cr_expect_eq(spoken_of(), 3, "the two rows that SQL put there have no counts");
	cr_expect_eq(marked(), 3);
	end_scene(&s);
}

Test(ingest, doubtful_rows_that_were_rolled_back_are_stored_by_the_next_attempt)
{
	struct scene_wish wish = {.proxy = true};
	given_scene(&s, &wish);
	(void)uploaded(&s, rows_of("r", 0, 1));
	pg_proxy_rule(s.proxy, "copy result (", 0, 1, PROXY_SQL,
		      "insert into result (upload_id, wave_id, company, channel, answered, answers,"
		      " cx, area_scores, score, result_id) select 0, 2, company, channel, answered,"
		      " answers, cx, area_scores, score, 'x' from result limit 1;"
		      "update result set wave_id = 1 where result_id = 'x'");
	pg_proxy_rule(s.proxy, "tally_delta_add", 0, 1, PROXY_KILL, NULL);
	struct sending sent = uploaded(&s, HEADER "w,C1,phone,1,1,5,4,9\n"
						  "x,C1,phone,0,0,0,1,0\n"
						  "z,C1,phone,1,1,5,4,9\n");
	cr_expect_eq(pg_proxy_acted(s.proxy), 2);
	EXPECT_REPORT(&sent, 3, 2, 1, 0);
	cr_expect_eq(stored(), 4);
	cr_expect_eq(spoken_of(), 3);
	end_scene(&s);
}
