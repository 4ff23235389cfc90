/* Dry runs and all or nothing: what they say is what would be, and nothing shows before it is. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(ingest_modes, .timeout = 120);

static struct scene s;
static const struct scene_wish behind_proxy = {.proxy = true};
static const struct scene_wish small_batches = {.batch_bytes = 1, .proxy = true};

#define GOOD                                                                                       \
	HEADER "g1,C1,phone,1,1,5,4,9\n"                                                           \
	       "g2,C2,chat,1,0,5,4,9\n"                                                            \
	       "g1,C1,phone,1,1,5,4,9\n"
#define FAULTY GOOD "bad,C9,phone,1,1,5,4,9\n"

/** Fresh rows, twins and clashes in a batch and over batches, rows stored before as they are and
 * otherwise, faults, new shoppers. */
static const char *mixed_file(void)
{
	static char text[1 << 20];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "result_id,company,channel,shopper,q1,q2,q3,csat,nps\n");
	for (int i = 0; i < 12000; i++) {
		int id = i % 11 == 10 ? i - 5000 : i; /* of a batch before, or below 0 */
		const char *company = i % 500 == 499 ? "C9" : "C1";
		int csat = i % 22 == 10 ? 1 : 5;
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"m%d,%s,phone,P%d,1,1,5,%d,9\n", id, company, i % 40, csat);
	}
	return text;
}

static void given_some_stored(void)
{
	static char text[65536];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "result_id,company,channel,shopper,q1,q2,q3,csat,nps\n");
	for (int i = 0; i < 300; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"m%d,C1,phone,P%d,1,1,5,%d,9\n", i * 7, i * 7 % 40,
					i % 3 == 0 ? 2 : 5);
	given_scene(&s, &small_batches);
	struct sending sent = uploaded(&s, text);
	cr_assert_eq(sent.report.counts.accepted, 300);
}

/** Opens one in another mode and does not wait. */
static void open_in(enum upload_mode mode, struct sending *sending, const char *text)
{
	const struct upload_request more = {.mode = mode};
	open_upload_as(&s, &s.server, sending, s.wave_id, text, &more);
}

static long long everything_stored(void)
{
	return number(&s, "select (select count(*) from result) * 1000000"
			  " + (select count(*) from tally_delta) * 10000"
			  " + (select count(*) from upload_batch) * 1000"
			  " + (select count(*) from identity.shopper)");
}

static void expect_same_counts(const struct admission_counts *x, const struct admission_counts *y)
{
	cr_expect_eq(x->received, y->received);
	cr_expect_eq(x->accepted, y->accepted, "%d and %d", (int)x->accepted, (int)y->accepted);
	cr_expect_eq(x->duplicates, y->duplicates, "%d and %d", (int)x->duplicates,
		     (int)y->duplicates);
	cr_expect_eq(x->replaced, y->replaced);
	cr_expect_eq(x->rejected, y->rejected, "%d and %d", (int)x->rejected, (int)y->rejected);
	cr_expect_eq(x->received, x->accepted + x->duplicates + x->replaced + x->rejected);
}

Test(ingest_modes, a_dry_run_says_what_the_upload_then_says)
{
	given_some_stored();
	long long before = everything_stored();
	struct sending dry = uploaded_in(&s, UPLOAD_DRY_RUN, mixed_file());
	cr_expect_eq(dry.report.status, OK, "%s", dry.report.why.words);
	cr_expect_eq(everything_stored(), before);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'tried'"), 1);
	long long faults = number(&s, "select count(*) from upload_fault");
	cr_expect_eq((uint64_t)faults, dry.report.errors_total);
	sql(&s, "truncate upload_fault");
	struct sending real = uploaded(&s, mixed_file());
	cr_expect_gt(real.report.counts.accepted, 5000);
	cr_expect_gt(real.report.counts.duplicates, 200);
	cr_expect_gt(real.report.counts.rejected, 200);
	cr_expect_gt(number(&s, "select max(batch) from upload_batch"), 1);
	expect_same_counts(&dry.report.counts, &real.report.counts);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), faults);
	EXPECT_EXACT(&s);
	struct sending after = uploaded_in(&s, UPLOAD_DRY_RUN, mixed_file());
	struct sending again = uploaded(&s, mixed_file());
	cr_expect_eq(again.report.counts.accepted, 0);
	expect_same_counts(&after.report.counts, &again.report.counts);
	end_scene(&s);
}

Test(ingest_modes, a_dry_run_leaves_what_others_know_as_it_was)
{
	given_scene(&s, NULL);
	struct ingest_counts before = ingest_counts(s.server.ingest);
	struct sending dry = uploaded_in(&s, UPLOAD_DRY_RUN, GOOD);
	EXPECT_REPORT(&dry, 3, 2, 1, 0);
	cr_expect_str_eq(dry.report.state, "tried");
	struct ingest_counts now = ingest_counts(s.server.ingest);
	cr_expect_eq(now.rows.accepted, before.rows.accepted);
	cr_expect_eq(now.rows.received, before.rows.received);
	cr_expect_eq(now.wholes_now, 0);
	struct sending real = uploaded(&s, GOOD);
	EXPECT_REPORT(&real, 3, 2, 1, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, all_of_a_good_file_is_stored_and_counted)
{
	char before[8192], after[8192];
	given_some_stored();
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, before, sizeof(before)), OK);
	struct sending all = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, rows_of("n", 0, 9000));
	EXPECT_REPORT(&all, 9000, 9000, 0, 0);
	cr_expect_str_eq(all.report.state, "done");
	cr_expect_gt(number(&s, "select count(*) from upload_batch where upload_id = 2"), 1);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, after, sizeof(after)), OK);
	cr_expect_str_neq(after, before);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, nothing_of_a_file_with_a_rejected_row_is_stored_and_its_faults_are)
{
	given_scene(&s, NULL);
	struct sending none = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, FAULTY);
	cr_expect_eq(none.report.status, E_INPUT);
	cr_expect_str_eq(none.report.why.code, "rows_rejected");
	cr_expect_str_eq(none.report.state, "refused");
	const struct admission_counts *c = &none.report.counts;
	cr_expect_eq(c->received, 4);
	cr_expect_eq(c->accepted, 0);
	cr_expect_eq(c->duplicates, 1);
	cr_expect_eq(c->rejected, 3);
	cr_expect_eq(c->withheld, 2);
	cr_expect_eq(none.report.errors_total, 1);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), 1);
	cr_expect_eq(number(&s, "select withheld from upload where state = 'refused'"), 2);
	struct sending dry = uploaded_in(&s, UPLOAD_DRY_RUN_OF_ALL, FAULTY);
	cr_expect_str_eq(dry.report.why.code, "rows_rejected");
	cr_expect_str_eq(dry.report.state, "tried");
	expect_same_counts(&dry.report.counts, c);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, a_row_stored_with_other_content_refuses_all_of_it)
{
	given_scene(&s, NULL);
	struct sending before = uploaded(&s, HEADER "g2,C2,chat,0,0,5,4,9\n");
	cr_assert_eq(before.report.counts.accepted, 1);
	struct sending none = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, GOOD);
	cr_expect_str_eq(none.report.why.code, "rows_rejected");
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), 1);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, a_file_that_breaks_off_is_not_stored_as_a_whole)
{
	given_scene(&s, NULL);
	struct sending none = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, GOOD "x,\"C1,phone");
	cr_expect_eq(none.report.status, E_INPUT);
	cr_expect_eq(none.report.counts.accepted, 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(none.report.counts.received,
		     none.report.counts.duplicates + none.report.counts.rejected);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* What the network and PostgreSQL can do to it */

Test(ingest_modes, a_commit_of_all_whose_answer_was_lost_is_known_by_its_mark)
{
	given_scene(&s, &small_batches);
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	struct sending all = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, rows_of("n", 0, 9000));
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&all, 9000, 9000, 0, 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 9000);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, a_commit_of_all_that_never_arrived_stores_nothing_and_says_so)
{
	given_scene(&s, &small_batches);
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_BEFORE, NULL);
	struct sending none = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, rows_of("n", 0, 9000));
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	cr_expect_eq(none.report.status, E_BUSY);
	cr_expect_eq(none.report.counts.accepted, 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	struct sending all = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, rows_of("n", 0, 9000));
	EXPECT_REPORT(&all, 9000, 9000, 0, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, a_commit_of_all_that_is_never_answered_is_unknown)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	pg_proxy_rule(s.proxy, "=begin", 1, 1000, PROXY_CUT_BEFORE, NULL);
	struct sending sent = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, GOOD);
	cr_expect_eq(sent.report.status, E_UNKNOWN, "%s", status_name(sent.report.status));
	cr_expect_eq(number(&s, "select count(*) from result"), 2);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

static void expect_nothing_when(const char *message, enum proxy_act act, enum upload_mode mode)
{
	given_scene(&s, &behind_proxy);
	struct sending before = uploaded(&s, HEADER "g2,C2,chat,1,0,5,4,9\n");
	cr_assert_eq(before.report.counts.accepted, 1);
	pg_proxy_rule(s.proxy, message, 0, 1, act, NULL);
	struct sending none = uploaded_in(&s, mode, GOOD);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	cr_expect_eq(none.report.status, E_BUSY, "%s", status_name(none.report.status));
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	struct sending again = uploaded_in(&s, mode, GOOD);
	EXPECT_REPORT(&again, 3, 1, 2, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

#define STATES(X)                                                                                  \
	X(setting_a_savepoint, "=savepoint batch")                                                 \
	X(asking_for_the_wave, "wave_share")                                                       \
	X(copying_fresh_rows, "copy result (")                                                     \
	X(copying_doubtful_rows, "copy doubtful (")                                                \
	X(marking_the_batch, "batch_add")                                                          \
	X(releasing_the_savepoint, "=release savepoint batch")

#define CUT(state, message)                                                                        \
	Test(ingest_modes, cut_off_while_##state##_nothing_is_stored)                              \
	{                                                                                          \
		expect_nothing_when(message, PROXY_CUT_BEFORE, UPLOAD_ALL_OR_NOTHING);             \
	}
STATES(CUT)

Test(ingest_modes, a_dry_run_that_is_cut_off_says_so)
{
	expect_nothing_when("copy result (", PROXY_KILL, UPLOAD_DRY_RUN);
}

Test(ingest_modes, a_transaction_that_could_not_begin_begins_again)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "whole_lock", 0, 2, PROXY_CUT_BEFORE, NULL);
	struct sending all = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, GOOD);
	cr_expect_eq(pg_proxy_acted(s.proxy), 2);
	EXPECT_REPORT(&all, 3, 2, 1, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, faults_whose_writing_is_not_answered_stand_once)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "copy upload_fault", 0, 1, PROXY_KILL, NULL);
	struct sending dry = uploaded_in(&s, UPLOAD_DRY_RUN, FAULTY);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&dry, 4, 2, 1, 1);
	cr_expect_eq(number(&s, "select count(*) from upload_fault"), 1);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* Others */

Test(ingest_modes, as_many_run_at_a_time_as_may_and_each_of_a_wave_in_its_turn)
{
	struct sending one, two, three;
	given_scene(&s, NULL);
	open_in(UPLOAD_DRY_RUN, &one, rows_of("a", 0, 3000));
	open_in(UPLOAD_ALL_OR_NOTHING, &two, rows_of("a", 0, 3000));
	open_in(UPLOAD_DRY_RUN, &three, rows_of("a", 0, 3000));
	turn_until(&s, &one.ended);
	turn_until(&s, &two.ended);
	turn_until(&s, &three.ended);
	EXPECT_REPORT(&two, 3000, 3000, 0, 0);
	cr_expect_eq(one.report.status, OK);
	cr_expect_eq(one.report.counts.accepted + one.report.counts.duplicates, 3000);
	cr_expect_eq(three.report.status, E_BUSY);
	cr_expect_str_eq(three.report.why.code, "too_many_uploads");
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, an_upload_of_the_same_ids_waits_and_counts_them_once)
{
	struct sending whole, plain;
	given_scene(&s, &small_batches);
	open_in(UPLOAD_ALL_OR_NOTHING, &whole, rows_of("a", 0, 9000));
	open_upload(&s, &s.server, &plain, s.wave_id, rows_of("a", 0, 9000));
	turn_until(&s, &whole.ended);
	turn_until(&s, &plain.ended);
	cr_expect_eq(whole.report.status, OK, "%s", whole.report.why.words);
	cr_expect_eq(plain.report.status, OK, "%s", plain.report.why.words);
	cr_expect_eq(whole.report.counts.accepted + plain.report.counts.accepted, 9000);
	cr_expect_eq(number(&s, "select count(*) from result"), 9000);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, the_loser_of_a_deadlock_tries_its_batch_again)
{
	/* Somebody holds "z" and then wants "g1", which the transaction holds when it asks for "z":
	 * PostgreSQL ends the batch, and the other goes when it has had its row. */
	char text[1200];
	given_scene(&s, &behind_proxy);
	sql(&s, "create extension dblink");
	snprintf(
		text, sizeof(text),
		"select dblink_connect('d', '%s');"
		"select dblink_exec('d', 'begin; set local deadlock_timeout = ''60s'';"
		" set local lock_timeout = ''3s''');"
		"select dblink_exec('d', 'insert into result (upload_id, wave_id, company, "
		"channel, answered, answers, cx, area_scores, result_id) values (0, 1, 0, 0, true, "
		"''{}'', ''{}'', ''{}'', ''z'')');"
		"select dblink_send_query('d', 'insert into result (upload_id, wave_id, company, "
		"channel, answered, answers, cx, area_scores, result_id) values (0, 1, 0, 0, true, "
		"''{}'', ''{}'', ''{}'', ''g1'')');"
		"select pg_sleep(0.2)",
		s.superuser);
	pg_proxy_rule(s.proxy, "batch_add", 0, 1, PROXY_SQL, text);
	static char file[1 << 20];
	size_t len = (size_t)snprintf(file, sizeof(file), "%s", GOOD);
	for (int i = 0; i < 9000; i++)
		len += (size_t)snprintf(file + len, sizeof(file) - len, "k%d,C1,phone,1,1,5,4,9\n",
					i);
	snprintf(file + len, sizeof(file) - len, "z,C1,phone,1,1,5,4,9\n");
	struct sending all = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, file);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_REPORT(&all, 9004, 9003, 1, 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(ingest_modes, a_wave_closed_before_its_transaction_takes_nothing)
{
	given_scene(&s, &behind_proxy);
	pg_proxy_rule(s.proxy, "whole_lock", 0, 1, PROXY_SQL,
		      "update wave set state = 'closed' where wave_id = 1");
	struct sending sent = uploaded_in(&s, UPLOAD_ALL_OR_NOTHING, GOOD);
	cr_expect_eq(sent.report.status, E_CONFLICT);
	cr_expect_str_eq(sent.report.why.code, "wave_not_fielding");
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	end_scene(&s);
}

Test(ingest_modes, a_client_gone_in_the_midst_leaves_nothing)
{
	struct sending sending;
	given_scene(&s, &small_batches);
	open_in(UPLOAD_ALL_OR_NOTHING, &sending, rows_of("r", 0, 9000));
	turn_until(&s, &sending.resumed);
	if (sending.upload != NULL)
		upload_abandon(&sending.upload);
	turn_while_uploading(&s);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	EXPECT_EXACT(&s);
	end_scene(&s);
}
