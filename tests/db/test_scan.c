/* A wave's results out of one snapshot: all of them, those chosen, as slowly as wanted, until any
 * moment. */
#include "db/ingest_scene.h"

#include <string.h>

#include "export/scan.h"
#include "store/stored_result.h"

enum { ROWS = 2600, STRETCHES = 2 * SCAN_STRETCH_ROWS + 100 };

TestSuite(scan, .timeout = 60);

static struct scene s;

/** One scan, what it told, and what is done about it. */
struct reader {
	struct scan *scan;
	bool begun, ended, settled;
	int pages, rows, pause_after, close_after; /* pages; 0: never */
	char last[RESULT_ID_BYTES + 1];
	bool in_order;
	struct scan_facts facts;
	struct trouble why;
};

static void begun(void *arg, const struct scan_facts *facts)
{
	struct reader *r = arg;
	cr_expect_not(r->begun);
	r->begun = true;
	r->facts = *facts;
	r->in_order = true;
}

static enum flow rows_came(void *arg, struct pg_result **rows)
{
	struct reader *r = arg;
	int count = pg_rows(*rows);
	for (int i = 0; i < count; i++) {
		struct slice id = pg_get_bytes(*rows, i, 0);
		r->in_order = r->in_order && slice_compare(slice_of(r->last), id) < 0;
		memcpy(r->last, id.at, id.len);
		r->last[id.len] = '\0';
	}
	r->rows += count;
	r->pages++;
	if (r->pages == r->close_after) {
		scan_close(&r->scan);
		r->settled = true;
		return FLOW_STOP;
	}
	if (r->pages == r->pause_after) {
		r->settled = true;
		return FLOW_PAUSE;
	}
	return FLOW_MORE;
}

static void ended(void *arg, const struct trouble *why)
{
	struct reader *r = arg;
	cr_expect_not(r->ended);
	r->ended = r->settled = true;
	if (why != NULL)
		r->why = *why;
	scan_close(&r->scan);
}

static const struct scan_events events = {.begun = begun, .rows = rows_came, .ended = ended};

static void given_rows(int count)
{
	char text[512];
	snprintf(text, sizeof(text),
		 "insert into result (upload_id, wave_id, company, channel, answered, answers, cx, "
		 "area_scores, result_id, status) select 1, %d, i %% 3, i %% 2, true, '{1,1,5}', "
		 "'{4,9}', '{100,100}', 'r' || lpad(i::text, 6, '0'), case when i %% 20000 = 77 "
		 "then 3 else 0 end from generate_series(1, %d) i",
		 s.wave_id, count);
	sql(&s, text);
}

static void open_scan(struct reader *r, const struct scan_wanted *wanted)
{
	const struct pg_settings settings = {.conninfo = s.runtime};
	r->scan = scan_open(s.loop, &settings, wanted, &events, r);
	cr_expect_not(r->begun);
}

static struct scan_wanted everything(void)
{
	return (struct scan_wanted){.wave_id = s.wave_id, .channel = -1};
}

static void expect_rows(const struct scan_wanted *wanted, int rows)
{
	struct reader r = {0};
	open_scan(&r, wanted);
	turn_until(&s, &r.settled);
	cr_expect_eq(r.why.status, OK, "%s", r.why.words);
	cr_expect_eq(r.rows, rows, "%d rows", r.rows);
	cr_expect(r.in_order);
}

Test(scan, every_result_comes_once_in_the_order_of_the_ids)
{
	given_scene(&s, NULL);
	given_rows(ROWS);
	const struct scan_wanted wanted = everything();
	expect_rows(&wanted, ROWS);
	end_scene(&s);
}

Test(scan, a_wave_without_results_ends_at_once)
{
	given_scene(&s, NULL);
	const struct scan_wanted wanted = everything();
	expect_rows(&wanted, 0);
	end_scene(&s);
}

Test(scan, pages_that_are_just_full_are_all)
{
	given_scene(&s, NULL);
	given_rows(2 * SCAN_PAGE_ROWS);
	const struct scan_wanted wanted = everything();
	expect_rows(&wanted, 2 * SCAN_PAGE_ROWS);
	end_scene(&s);
}

Test(scan, chosen_results_come_from_every_stretch)
{
	static const int companies[] = {1, 2};
	given_scene(&s, NULL);
	given_rows(STRETCHES);
	struct scan_wanted wanted = everything();
	wanted.statuses = 1u << REVIEW_EXCLUDED;
	expect_rows(&wanted, 3);
	wanted = everything();
	wanted.companies = companies;
	wanted.companies_len = COUNT_OF(companies);
	wanted.channel = 1;
	/* Of six in a row: 1 and 5. */
	expect_rows(&wanted, STRETCHES / 6 * 2 + (STRETCHES % 6 >= 1) + (STRETCHES % 6 >= 5));
	wanted.companies_len = 0;
	expect_rows(&wanted, 0);
	end_scene(&s);
}

Test(scan, a_paused_scan_waits_and_sees_nothing_new)
{
	struct reader r = {.pause_after = 2};
	given_scene(&s, NULL);
	given_rows(ROWS);
	const struct scan_wanted wanted = everything();
	open_scan(&r, &wanted);
	turn_until(&s, &r.settled);
	cr_expect_eq(r.pages, 2);
	sql(&s, "update result set result_id = 's' || result_id where result_id > 'r001500'");
	r.settled = false;
	scan_resume(r.scan);
	turn_until(&s, &r.settled);
	cr_expect(r.ended && r.in_order);
	cr_expect_eq(r.rows, ROWS);
	cr_expect_str_eq(r.last, "r002600");
	end_scene(&s);
}

Test(scan, it_may_be_closed_at_any_moment)
{
	given_scene(&s, NULL);
	given_rows(ROWS);
	const struct scan_wanted wanted = everything();
	struct reader at_once = {0};
	open_scan(&at_once, &wanted);
	scan_close(&at_once.scan);
	for (int page = 1; page <= 6; page++) {
		struct reader r = {.close_after = page};
		open_scan(&r, &wanted);
		turn_until(&s, &r.settled);
		cr_expect_eq(r.pages, page);
		cr_expect_not(r.ended);
	}
	struct reader paused = {.pause_after = 1};
	open_scan(&paused, &wanted);
	turn_until(&s, &paused.settled);
	scan_close(&paused.scan);
	cr_expect_not(at_once.begun || at_once.ended || paused.ended);
	/* The loop closes only when every connection is gone. */
	end_scene(&s);
}

Test(scan, a_lost_connection_ends_it_with_its_reason)
{
	struct reader r = {.pause_after = 1};
	given_scene(&s, NULL);
	given_rows(ROWS);
	const struct scan_wanted wanted = everything();
	open_scan(&r, &wanted);
	turn_until(&s, &r.settled);
	/* The only session within a transaction, whether it works on the next page or waits. */
	sql(&s, "select pg_terminate_backend(pid) from pg_stat_activity where xact_start is not "
		"null and usename = 'plaudit_runtime'");
	r.settled = false;
	scan_resume(r.scan);
	if (!r.ended)
		turn_until(&s, &r.settled);
	cr_expect(r.ended);
	cr_expect_eq(r.why.status, E_BUSY, "%s", r.why.words);
	cr_expect_lt(r.rows, ROWS);
	end_scene(&s);
}

Test(scan, a_database_that_is_not_there_ends_it)
{
	struct reader r = {0};
	given_scene(&s, NULL);
	const struct pg_settings nowhere = {.conninfo = "host=/nowhere user=nobody"};
	const struct scan_wanted wanted = everything();
	r.scan = scan_open(s.loop, &nowhere, &wanted, &events, &r);
	turn_until(&s, &r.settled);
	cr_expect(r.ended);
	cr_expect_eq(r.why.status, E_BUSY);
	end_scene(&s);
}

Test(scan, the_version_is_the_number_of_rows_counted)
{
	struct reader r = {0};
	given_scene(&s, NULL);
	(void)uploaded(&s, HEADER "a,C1,phone,1,1,5,4,9\nb,C1,phone,1,1,5,4,9\n");
	const struct scan_wanted wanted = everything();
	open_scan(&r, &wanted);
	turn_until(&s, &r.settled);
	cr_expect_eq(r.facts.version, 2);
	cr_expect_eq(r.facts.changes, 0);
	end_scene(&s);
}
