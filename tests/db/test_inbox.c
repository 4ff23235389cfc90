/* Payloads on their way into PostgreSQL, with everything that can happen to it meanwhile: each that
 * was acknowledged is one row. */
#include "db/ingest_scene.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "inbox/journal.h"

TestSuite(inbox, .timeout = 120);

enum { PUTS_MOST = 4000, PATIENCE_MS = 300 };

static struct scene s;
static char spool_folder[64];

/** What became of the puts, by their number. */
static struct put {
	bool answered;
	enum status status;
	enum inbox_fate fate;
	char code[48];
} tries[PUTS_MOST];
static int put_count, answered_count, arrivals;
static char keys[PUTS_MOST][32];

static void note_arrival(void *arg)
{
	(void)arg;
	arrivals++;
}

static void note_answer(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct put *p = arg;
	cr_expect_not(p->answered, "answered twice");
	p->answered = true;
	p->status = why != NULL ? why->status : OK;
	p->fate = fate;
	snprintf(p->code, sizeof(p->code), "%s", why != NULL ? why->code : "");
	answered_count++;
}

static struct put *put_item(const struct inbox_item *item)
{
	cr_assert_lt(put_count, PUTS_MOST);
	struct put *p = &tries[put_count++];
	inbox_put(s.server.inbox, item, note_answer, p);
	cr_expect_not(p->answered, "answered before the call had returned");
	return p;
}

static struct put *put_body(int source_id, const char *key, struct slice body)
{
	return put_item(
		&(struct inbox_item){.source_id = source_id,
				     .dedupe_key = slice_of(key),
				     .payload = {.headers = SLICE("a: b\n"), .body = body}});
}

static struct put *put(const char *key)
{
	return put_body(1, key, SLICE("a body\0 with a zero"));
}

/** `count` of them, keys "<prefix>000000" and on. */
static struct put *put_many(const char *prefix, int count)
{
	struct put *first = &tries[put_count];
	for (int i = 0; i < count; i++) {
		snprintf(keys[put_count], sizeof(keys[0]), "%s%06d", prefix, i);
		put(keys[put_count]);
	}
	return first;
}

static void turn(void)
{
	uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	usleep(500);
}

static void until_answered(void)
{
	for (int i = 0; i < WAIT_SECONDS * 2000 && answered_count < put_count; i++)
		turn();
	cr_assert_eq(answered_count, put_count, "%d of %d were answered", answered_count,
		     put_count);
}

static void until_drained(void)
{
	for (int i = 0; i < WAIT_SECONDS * 2000 && inbox_journalling(s.server.inbox); i++)
		turn();
	cr_assert_not(inbox_journalling(s.server.inbox), "the journal is not emptied");
	cr_expect_eq(inbox_counts(s.server.inbox).journal_waiting, 0);
}

static int journal_files(void)
{
	const struct dirent *one;
	int count = 0;
	DIR *folder = opendir(spool_folder_path(s.server.spool));
	cr_assert_not_null(folder);
	while ((one = readdir(folder)) != NULL)
		count += strncmp(one->d_name, "inbox-", 6) == 0;
	closedir(folder);
	return count;
}

static void given_folder(void)
{
	snprintf(spool_folder, sizeof(spool_folder), "/tmp/plaudit-inbox-XXXXXX");
	cr_assert_not_null(mkdtemp(spool_folder));
}

static void given_inbox_with(struct inbox_settings settings, bool proxy, bool with_spool)
{
	given_folder();
	settings.arrived = note_arrival;
	if (settings.patience_ms == 0)
		settings.patience_ms = PATIENCE_MS;
	given_scene(&s, &(struct scene_wish){.proxy = proxy,
					     .spool = with_spool ? spool_folder : NULL,
					     .inbox = &settings});
}

static void given_inbox(void)
{
	given_inbox_with((struct inbox_settings){0}, true, true);
}

static void end(void)
{
	char command[128];
	end_scene(&s);
	snprintf(command, sizeof(command), "rm -rf '%s'", spool_folder);
	cr_assert_eq(system(command), 0);
}

static int journalled_count(void)
{
	int count = 0;
	for (int i = 0; i < (int)put_count; i++)
		count += tries[i].status == OK && tries[i].fate == INBOX_JOURNALLED;
	return count;
}

static void expect_fate(const struct put *p, enum inbox_fate fate)
{
	cr_expect_eq(p->status, OK, "put %d: %s", (int)(p - tries), p->code);
	cr_expect_eq(p->fate, fate, "put %d: fate %d", (int)(p - tries), (int)p->fate);
}

/** PostgreSQL gets none of the next inserts. */
static void given_no_inserts(unsigned times)
{
	pg_proxy_rule(s.proxy, "inbox_add", 0, times, PROXY_CUT_BEFORE, NULL);
}

static void expect_rows(int count)
{
	cr_expect_eq(number(&s, "select count(*) from inbox"), count);
}

/** Of the first `ordered` rows no key is greater than that of a later one, whichever it is. */
static void expect_first_in_order(int ordered)
{
	char query[320];
	snprintf(
		query, sizeof(query),
		"with i as (select row_number() over (order by inbox_id) as place, dedupe_key,"
		" min(dedupe_key) over (order by inbox_id rows between 1 following and unbounded following)"
		" as later from inbox) select count(*) from i where place <= %d and later < dedupe_key",
		ordered);
	cr_expect_eq(number(&s, query), 0);
}

static void expect_rows_in_order(int count)
{
	expect_rows(count);
	expect_first_in_order(count);
}

Test(inbox, what_is_new_is_taken_and_what_was_there_is_repeated)
{
	given_inbox();
	struct put *first = put("k1");
	until_answered();
	expect_fate(first, INBOX_TAKEN);
	struct put *again = put("k1"), *other = put("k2");
	until_answered();
	expect_fate(again, INBOX_REPEATED);
	expect_fate(other, INBOX_TAKEN);
	cr_expect_eq(number(&s, "select count(*) from inbox"), 2);
	end();
}

Test(inbox, a_key_twice_in_one_transaction_is_taken_once)
{
	given_inbox();
	struct put *a = put("k"), *b = put("k"), *c = put("l"), *d = put("k");
	until_answered();
	expect_fate(a, INBOX_TAKEN);
	expect_fate(b, INBOX_REPEATED);
	expect_fate(c, INBOX_TAKEN);
	expect_fate(d, INBOX_REPEATED);
	cr_expect_eq(number(&s, "select count(distinct xmin::text) from inbox"), 1);
	end();
}

Test(inbox, the_same_key_of_another_source_is_another_payload)
{
	given_inbox();
	struct put *a = put_body(1, "k", SLICE("1")), *b = put_body(2, "k", SLICE("2"));
	until_answered();
	expect_fate(a, INBOX_TAKEN);
	expect_fate(b, INBOX_TAKEN);
	end();
}

Test(inbox, what_comes_during_a_commit_shares_the_next)
{
	given_inbox();
	put_many("a", 1);
	for (int i = 0; i < 3; i++)
		turn();
	put_many("b", 200);
	until_answered();
	cr_expect_leq(number(&s, "select count(distinct xmin::text) from inbox"), 3);
	expect_rows(201);
	end();
}

Test(inbox, a_payload_is_stored_byte_for_byte)
{
	given_inbox();
	put_item(&(struct inbox_item){.source_id = 7,
				      .dedupe_key = SLICE("k"),
				      .payload = {.query = SLICE("a=%20&b"),
						  .headers = SLICE("x: y\nz: \303\246\n"),
						  .body = SLICE("\0\xff a")}});
	until_answered();
	cr_expect_eq(number(&s, "select count(*) from inbox where source_id = 7 and query = "
				"'a=%20&b' and headers = E'x: y\\nz: \\u00e6\\n' and body = "
				"'\\x00ff2061' and state = 'waiting' and "
				"received_at between now() - interval '1 min' and now()"),
		     1);
	end();
}

enum { LARGE_BYTES = 9 * 1024 * 1024, STRETCH_BYTES = 256 * 1024 };

/** Each stretch of it has its own number, and no byte of it is one that a character begins with. */
static struct inbox_item large_item(const char *key)
{
	char *body = malloc(LARGE_BYTES);
	for (size_t i = 0; i < LARGE_BYTES; i++)
		body[i] = (char)(0x80 + i / STRETCH_BYTES);
	return (struct inbox_item){.source_id = 1,
				   .dedupe_key = slice_of(key),
				   .payload = {.body = {body, LARGE_BYTES}},
				   .body_stays = true};
}

static void free_large(struct inbox_item *item)
{
	free((void *)(uintptr_t)item->payload.body.at);
}

static void expect_large(const char *key)
{
	char text[300];
	snprintf(text, sizeof(text),
		 "select count(*) from inbox, generate_series(0, 35) n where dedupe_key = '%s' and "
		 "octet_length(body) = 9437184 and get_byte(body, n * 262144) = 128 + n and "
		 "get_byte(body, n * 262144 + 262143) = 128 + n",
		 key);
	cr_expect_eq(number(&s, text), 36);
}

Test(inbox, a_payload_of_many_megabytes_goes_alone_and_whole)
{
	given_inbox();
	struct inbox_item item = large_item("k2");
	put("k1");
	struct put *p = put_item(&item);
	put("k3");
	until_answered();
	cr_expect(p->status == OK);
	until_drained(); /* it may have taken longer than others have patience */
	expect_large("k2");
	p = put_item(&item);
	until_answered();
	cr_expect(p->status == OK && p->fate != INBOX_TAKEN);
	until_drained();
	expect_rows(3);
	free_large(&item);
	end();
}

Test(inbox, of_a_large_payload_that_is_answered_nothing_more_is_sent)
{
	given_inbox();
	struct inbox_item item = large_item("k");
	pg_proxy_rule(s.proxy, "inbox_part_add", 3, 1, PROXY_SQL, "select pg_sleep(1)");
	struct put *p = put_item(&item);
	until_answered();
	free_large(&item);
	cr_expect(p->status == OK);
	until_drained();
	expect_large("k");
	expect_rows(1);
	end();
}

Test(inbox, a_connection_lost_between_the_parts_of_a_payload_costs_nothing)
{
	given_inbox();
	struct inbox_item item = large_item("k");
	pg_proxy_rule(s.proxy, "inbox_part_add", 5, 1, PROXY_CUT_AFTER, NULL);
	struct put *p = put_item(&item);
	until_answered();
	free_large(&item);
	cr_expect(p->status == OK);
	until_drained();
	expect_large("k");
	expect_rows(1);
	end();
}

Test(inbox, what_is_no_text_costs_the_others_of_its_transaction_nothing)
{
	static char long_key[INBOX_KEY_BYTES + 2];
	given_inbox();
	memset(long_key, 'k', sizeof(long_key) - 1);
	put("k");
	put_item(&(struct inbox_item){
		.source_id = 1,
		.dedupe_key = SLICE("\xff\0"),
		.payload = {.query = SLICE("q=\xe6"), .headers = SLICE("n: \0\xc3\n")}});
	put(long_key);
	until_answered();
	cr_expect_eq(number(&s, "select count(*) from inbox where dedupe_key like 'sha256:%'"), 2);
	cr_expect_eq(number(&s, "select count(*) from inbox where query = 'q=?' and "
				"headers = E'n: ??\\n'"),
		     1);
	end();
}

Test(inbox, who_waits_for_arrivals_is_told_of_new_ones_alone)
{
	given_inbox();
	put("k");
	until_answered();
	cr_expect_eq(arrivals, 1);
	put("k");
	until_answered();
	cr_expect_eq(arrivals, 1);
	end();
}

Test(inbox, an_insert_that_never_arrived_is_journalled_and_stored_once)
{
	given_inbox();
	given_no_inserts(1);
	struct put *p = put("k");
	until_answered();
	expect_fate(p, INBOX_JOURNALLED);
	until_drained();
	cr_expect_eq(number(&s, "select count(*) from inbox"), 1);
	cr_expect_eq(arrivals, 1);
	end();
}

Test(inbox, an_insert_whose_answer_was_lost_is_one_row_by_its_key)
{
	given_inbox();
	pg_proxy_rule(s.proxy, "inbox_add", 0, 1, PROXY_CUT_AFTER, NULL);
	put_many("a", 20);
	until_answered();
	expect_fate(&tries[0], INBOX_JOURNALLED);
	until_drained();
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	expect_rows_in_order(20);
	struct put *again = put("a000000");
	until_answered();
	expect_fate(again, INBOX_REPEATED);
	end();
}

Test(inbox, an_answer_lost_while_draining_stores_nothing_twice)
{
	given_inbox();
	given_no_inserts(3);
	pg_proxy_rule(s.proxy, "inbox_add", 3, 2, PROXY_CUT_AFTER, NULL);
	put_many("a", 50);
	until_answered();
	until_drained();
	expect_rows_in_order(50);
	end();
}

Test(inbox, while_postgresql_is_silent_payloads_are_answered_within_the_patience)
{
	given_inbox();
	put("a");
	until_answered();
	PGconn *other = PQconnectdb(s.superuser);
	PQclear(PQexec(other, "begin; lock table inbox in access exclusive mode"));
	uint64_t begin_ms = clock_monotonic_ms();
	put_many("b", 30);
	until_answered();
	cr_expect_geq(clock_monotonic_ms() - begin_ms, PATIENCE_MS - 1);
	expect_fate(&tries[1], INBOX_JOURNALLED);
	cr_expect(inbox_journalling(s.server.inbox));
	put_many("c", 30);
	until_answered();
	expect_fate(&tries[60], INBOX_JOURNALLED);
	PQclear(PQexec(other, "commit"));
	PQfinish(other);
	until_drained();
	expect_rows_in_order(61);
	end();
}

Test(inbox, what_comes_while_the_journal_is_emptied_stands_behind_it)
{
	given_inbox();
	given_no_inserts(4);
	put_many("a", 1500);
	until_answered();
	for (int i = 0; inbox_journalling(s.server.inbox) && i < 1000; i++) {
		char prefix[8];
		snprintf(prefix, sizeof(prefix), "b%03d", i);
		put_many(prefix, 2);
		turn();
	}
	until_answered();
	until_drained();
	put_many("c", 2);
	until_answered();
	expect_fate(&tries[put_count - 1], INBOX_TAKEN);
	expect_rows(put_count);
	/* Behind them two transactions are under way at once. */
	cr_assert_geq(journalled_count(), 1500);
	expect_first_in_order(journalled_count());
	for (int i = 0; i < 100 && journal_files() > 0; i++)
		turn();
	cr_expect_eq(journal_files(), 0);
	end();
}

static void note_written(void *arg, const struct trouble *why)
{
	cr_expect_null(why);
	*(bool *)arg = true;
}

Test(inbox, what_an_earlier_process_left_is_drained_before_anything_else)
{
	given_folder();
	given_scene(&s, &(struct scene_wish){.spool = spool_folder});
	struct journal *journal = journal_new(&(struct journal_settings){
		.loop = s.loop, .folder = spool_folder_path(s.server.spool)});
	const struct inbox_item item = {.source_id = 1,
					.dedupe_key = SLICE("a"),
					.payload = {.body = SLICE("x"), .received_at = 5}};
	const struct inbox_item *const items[] = {&item};
	bool written = false;
	journal_write(journal, items, 1, note_written, &written);
	turn_until(&s, &written);
	journal_free(journal);
	open_inbox(&s, &s.server, &(struct inbox_settings){.patience_ms = PATIENCE_MS});
	cr_expect_eq(inbox_counts(s.server.inbox).journal_waiting, 1);
	put("b");
	until_answered();
	until_drained();
	expect_rows_in_order(2);
	cr_expect_eq(number(&s, "select count(*) from inbox where dedupe_key = 'a' and "
				"received_at = '2000-01-01 00:00:00.000005+00'"),
		     1);
	end();
}

Test(inbox, over_its_memory_it_is_busy_and_takes_what_comes_later)
{
	given_inbox_with((struct inbox_settings){.waiting_bytes = 20000}, false, true);
	put_body(1, "a", (struct slice){(const char *)tries, 15000});
	struct put *over = put_body(1, "b", (struct slice){(const char *)tries, 15000});
	until_answered();
	expect_fate(&tries[0], INBOX_TAKEN);
	cr_expect_eq(over->status, E_BUSY);
	cr_expect_str_eq(over->code, "inbox_full");
	struct put *later = put_body(1, "b", (struct slice){(const char *)tries, 15000});
	until_answered();
	expect_fate(later, INBOX_TAKEN);
	end();
}

Test(inbox, over_the_journals_bytes_it_is_busy_and_loses_nothing_it_took)
{
	given_inbox_with((struct inbox_settings){.journal_bytes = 2000}, true, true);
	given_no_inserts(6);
	for (int i = 0; i < 8; i++) {
		snprintf(keys[i], sizeof(keys[0]), "k%d", i);
		put_body(1, keys[i], (struct slice){(const char *)tries, 500});
		until_answered();
	}
	int journalled = 0;
	for (int i = 0; i < 8; i++)
		journalled += tries[i].status == OK;
	cr_expect_eq(tries[0].status, OK);
	cr_expect_eq(tries[7].status, E_BUSY);
	cr_expect_str_eq(tries[7].code, "inbox_full");
	until_drained();
	expect_rows_in_order(journalled);
	end();
}

Test(inbox, without_a_disk_it_is_busy_while_postgresql_is_away_and_well_afterwards)
{
	given_inbox_with((struct inbox_settings){0}, true, false);
	given_no_inserts(1);
	struct put *p = put("a");
	until_answered();
	cr_expect_eq(p->status, E_BUSY);
	until_drained();
	struct put *later = put("a");
	until_answered();
	expect_fate(later, INBOX_TAKEN);
	end();
}

Test(inbox, what_postgresql_refuses_waits_until_it_is_allowed)
{
	given_inbox();
	sql(&s, "revoke insert on inbox from plaudit_runtime");
	put_many("a", 20);
	until_answered();
	expect_fate(&tries[0], INBOX_JOURNALLED);
	for (int i = 0; i < 400; i++)
		turn();
	cr_expect(inbox_journalling(s.server.inbox));
	sql(&s, "grant insert on inbox to plaudit_runtime");
	until_drained();
	expect_rows_in_order(20);
	end();
}

Test(inbox, lost_sessions_under_load_lose_and_double_nothing)
{
	given_inbox_with((struct inbox_settings){0}, false, true);
	for (int i = 0; i < 300; i++) {
		char prefix[8];
		snprintf(prefix, sizeof(prefix), "p%03d", i);
		put_many(prefix, 5);
		if (i % 100 == 99)
			sql(&s, "select pg_terminate_backend(pid) from pg_stat_activity where "
				"datname = current_database() and pid <> pg_backend_pid()");
		turn();
	}
	until_answered();
	until_drained();
	for (int i = 0; i < put_count; i++)
		cr_assert_eq(tries[i].status, OK, "%s", tries[i].code);
	expect_rows(1500);
	end();
}

Test(inbox, its_clock_is_the_databases)
{
	given_inbox();
	for (int i = 0; i < 4000 && inbox_now(s.server.inbox) == CLOCK_NO_INSTANT; i++)
		turn();
	long long theirs = number(&s, "select (extract(epoch from clock_timestamp() - "
				      "'2000-01-01 00:00:00+00'::timestamptz) * 1e6)::int8");
	cr_expect_lt(llabs(inbox_now(s.server.inbox) - theirs), 5000000);
	end();
}

Test(inbox, a_stopped_inbox_answers_what_it_has_and_refuses_the_rest)
{
	given_inbox();
	struct put *before = put("a");
	inbox_stop(s.server.inbox);
	struct put *after = put("b");
	until_answered();
	expect_fate(before, INBOX_TAKEN);
	cr_expect_eq(after->status, E_BUSY);
	for (int i = 0; i < 4000 && inbox_busy(s.server.inbox); i++)
		turn();
	cr_expect_not(inbox_busy(s.server.inbox));
	end();
}

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	cluster_start();
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	cluster_stop();
}
