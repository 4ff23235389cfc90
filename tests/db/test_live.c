/* The read model against the database: whatever way the counts came, they are there once. */
#include "db/ingest_scene.h"

#include <math.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake/small_programme.h"
#include "store/compaction.h"

TestSuite(live, .timeout = 120);

enum { BOARD_ROOM = 65536 };

static struct scene s;
static char here[BOARD_ROOM], there[BOARD_ROOM];

static const char *version_of(const char *board)
{
	const char *at = strstr(board, "\"version\":");
	return at != NULL ? at + strlen("\"version\":") : "";
}

static void note_closed(void *arg)
{
	*(bool *)arg = true;
}

/** This server's board says `rows` and is, byte for byte, what a server says that starts now. */
static void expect_as_fresh(int wave_id, long rows)
{
	struct server fresh = {0};
	cr_expect_eq(board_of(&s, &s.server, wave_id, here, sizeof(here)), OK);
	cr_expect_eq(strtol(version_of(here), NULL, 10), rows, "%.300s", here);
	if (s.other.pool == NULL)
		given_other_server(&s);
	fresh.live = live_new(s.loop, s.other.pool, s.other.catalogue);
	fresh.catalogue = s.other.catalogue;
	cr_expect_eq(board_of(&s, &fresh, wave_id, there, sizeof(there)), OK);
	cr_expect_str_eq(here, there);
	bool closed = false;
	live_close(&fresh.live, note_closed, &closed);
	turn_until(&s, &closed);
}

static void upload_all(const char *prefix, int from, int count)
{
	struct sending sent = uploaded(&s, rows_of(prefix, from, count));
	EXPECT_REPORT(&sent, (uint64_t)count, (uint64_t)count, 0, 0);
}

static void load(void)
{
	cr_expect_eq(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
}

struct compacting {
	bool done;
	struct compaction_outcome outcome;
};

static void note_compacted(void *arg, const struct compaction_outcome *outcome)
{
	struct compacting *c = arg;
	c->done = true;
	c->outcome = *outcome;
}

static void start_compaction(struct compacting *c)
{
	struct compaction_request request = {.loop = s.loop,
					     .pool = s.server.pool,
					     .wave_id = s.wave_id,
					     .areas = 2,
					     .items = 3,
					     .questions = 2};
	*c = (struct compacting){0};
	compaction_run(&request, note_compacted, c);
}

static void compact(void)
{
	struct compacting c;
	start_compaction(&c);
	turn_until(&s, &c.done);
	cr_expect_eq(c.outcome.status, OK, "%s", c.outcome.why.words);
}

Test(live, counts_added_as_they_are_committed_equal_a_fresh_look)
{
	given_scene(&s, NULL);
	load();
	upload_all("a", 0, 50);
	upload_all("b", 0, 33);
	expect_as_fresh(s.wave_id, 83);
	end_scene(&s);
}

Test(live, an_answer_after_the_report_contains_the_upload)
{
	given_scene(&s, NULL);
	load();
	for (int i = 0; i < 5; i++) {
		upload_all("a", 10 * i, 10);
		load();
		cr_expect_eq(strtol(version_of(here), NULL, 10), 10 * (i + 1));
	}
	end_scene(&s);
}

Test(live, a_finished_answer_is_given_again_until_the_counts_change)
{
	given_scene(&s, NULL);
	upload_all("a", 0, 10);
	load();
	load();
	cr_expect_eq(live_counts(s.server.live).answers_made, 1);
	upload_all("b", 0, 10);
	load();
	cr_expect_eq(live_counts(s.server.live).answers_made, 2);
	end_scene(&s);
}

Test(live, duplicates_leave_the_version_as_it_is)
{
	given_scene(&s, NULL);
	upload_all("a", 0, 10);
	struct sending again = uploaded(&s, rows_of("a", 0, 10));
	EXPECT_REPORT(&again, 10, 0, 10, 0);
	expect_as_fresh(s.wave_id, 10);
	end_scene(&s);
}

/* One delta, met twice */

static struct sending held_upload;

/** Committed; the counts are on their way to the read model and stay there. */
static void given_counts_on_the_way(void)
{
	s.server.counts_held = true;
	open_upload(&s, &s.server, &held_upload, s.wave_id, rows_of("h", 0, 40));
	for (int i = 0; i < 20000 && s.server.held.applied == NULL; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert_not_null(s.server.held.applied);
	s.server.counts_held = false;
}

static void let_counts_go(void)
{
	struct held held = s.server.held;
	s.server.held = (struct held){0};
	live_counted(s.server.live, held.wave_id, &held.delta, held.changes, &held.tally,
		     held.applied, held.applied_arg);
	turn_until(&s, &held_upload.ended);
	EXPECT_REPORT(&held_upload, 40, 40, 0, 0);
}

Test(live, a_delta_heard_of_before_it_is_handed_over_counts_once)
{
	given_scene(&s, NULL);
	load();
	given_counts_on_the_way();
	live_heard(s.server.live, s.wave_id);
	load();
	cr_expect_eq(strtol(version_of(here), NULL, 10), 40);
	let_counts_go();
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_delta_heard_of_after_it_was_handed_over_counts_once)
{
	given_scene(&s, NULL);
	load();
	given_counts_on_the_way();
	let_counts_go();
	live_heard(s.server.live, s.wave_id);
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_delta_in_the_first_load_and_handed_over_counts_once)
{
	given_scene(&s, NULL);
	given_counts_on_the_way();
	load();
	let_counts_go();
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_delta_compacted_before_it_is_handed_over_counts_once)
{
	given_scene(&s, NULL);
	load();
	given_counts_on_the_way();
	compact();
	let_counts_go();
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_delta_compacted_and_heard_of_before_it_is_handed_over_counts_once)
{
	given_scene(&s, NULL);
	load();
	given_counts_on_the_way();
	compact();
	live_heard(s.server.live, s.wave_id);
	let_counts_go();
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_delta_heard_of_then_compacted_counts_once)
{
	given_scene(&s, NULL);
	load();
	given_counts_on_the_way();
	live_heard(s.server.live, s.wave_id);
	load();
	compact();
	let_counts_go();
	live_heard(s.server.live, s.wave_id);
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

Test(live, a_first_load_after_the_compaction_counts_once)
{
	given_scene(&s, NULL);
	given_counts_on_the_way();
	compact();
	load();
	let_counts_go();
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

/* Compaction */

Test(live, compactions_between_uploads_change_neither_versions_nor_boards)
{
	given_scene(&s, NULL);
	load();
	for (int i = 0; i < 6; i++) {
		upload_all("a", 20 * i, 20);
		if (i % 2 == 1)
			compact();
		live_heard(s.server.live, s.wave_id);
	}
	expect_as_fresh(s.wave_id, 120);
	cr_expect_eq(number(&s, "select generation from tally_snapshot"), 3);
	cr_expect_eq(number(&s, "select changes from tally_snapshot"), 120);
	cr_expect_eq(number(&s, "select count(*) from tally_delta"), 0);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(live, compactions_while_an_upload_runs_lose_nothing)
{
	struct scene_wish wish = {.batch_bytes = 1, .lanes = 2};
	struct sending sending;
	int compactions = 0;
	given_scene(&s, &wish);
	load();
	open_upload(&s, &s.server, &sending, s.wave_id, rows_of("a", 0, 20000));
	while (!sending.ended && compactions < 10000) {
		compact();
		compactions++;
	}
	turn_until(&s, &sending.ended);
	EXPECT_REPORT(&sending, 20000, 20000, 0, 0);
	compact();
	expect_as_fresh(s.wave_id, 20000);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(live, two_compactions_at_once_count_every_delta_once)
{
	struct compacting first, second;
	given_scene(&s, NULL);
	upload_all("a", 0, 20);
	upload_all("b", 0, 20);
	start_compaction(&first);
	start_compaction(&second);
	turn_until(&s, &first.done);
	turn_until(&s, &second.done);
	cr_expect(first.outcome.status == OK || second.outcome.status == OK);
	cr_expect(first.outcome.status == OK || first.outcome.status == E_BUSY);
	cr_expect(second.outcome.status == OK || second.outcome.status == E_BUSY);
	cr_expect_eq(number(&s, "select changes from tally_snapshot"), 40);
	expect_as_fresh(s.wave_id, 40);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(live, many_deltas_are_compacted_without_being_asked)
{
	given_scene(&s, NULL);
	load();
	for (int i = 0; i < 270; i++)
		upload_all("a", i, 1);
	for (int i = 0; i < 2000 && live_counts(s.server.live).compactions == 0; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	cr_expect_eq(live_counts(s.server.live).compactions, 1);
	cr_expect_lt(number(&s, "select count(*) from tally_delta"), 100);
	expect_as_fresh(s.wave_id, 270);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* Two servers */

static void await_version(struct server *server, long rows)
{
	long found = -1;
	for (int i = 0; i < 500 && found != rows; i++) {
		(void)board_of(&s, server, s.wave_id, there, sizeof(there));
		found = strtol(version_of(there), NULL, 10);
		usleep(5000);
	}
	cr_expect_eq(found, rows);
}

Test(live, another_server_hears_of_every_upload)
{
	given_scene(&s, NULL);
	given_other_server(&s);
	cr_expect_eq(board_of(&s, &s.other, s.wave_id, there, sizeof(there)), OK);
	upload_all("a", 0, 60);
	await_version(&s.other, 60);
	upload_all("b", 0, 60);
	await_version(&s.other, 120);
	load();
	cr_expect_str_eq(here, there);
	end_scene(&s);
}

Test(live, two_servers_that_both_take_uploads_come_to_the_same_board)
{
	struct sending mine, theirs;
	struct scene_wish wish = {.batch_bytes = 1};
	given_scene(&s, &wish);
	given_other_server(&s);
	load();
	cr_expect_eq(board_of(&s, &s.other, s.wave_id, there, sizeof(there)), OK);
	open_upload(&s, &s.server, &mine, s.wave_id, rows_of("a", 0, 5000));
	open_upload(&s, &s.other, &theirs, s.wave_id, rows_of("a", 2500, 5000));
	turn_until(&s, &mine.ended);
	turn_until(&s, &theirs.ended);
	cr_expect_eq(mine.report.counts.accepted + theirs.report.counts.accepted, 7500);
	cr_expect_eq(mine.report.counts.duplicates + theirs.report.counts.duplicates, 2500);
	live_heard(s.server.live, s.wave_id);
	load();
	await_version(&s.other, 7500);
	cr_expect_str_eq(here, there);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(live, another_servers_compaction_is_followed)
{
	given_scene(&s, NULL);
	given_other_server(&s);
	cr_expect_eq(board_of(&s, &s.other, s.wave_id, there, sizeof(there)), OK);
	upload_all("a", 0, 10);
	await_version(&s.other, 10);
	compact();
	upload_all("b", 0, 10);
	await_version(&s.other, 20);
	load();
	cr_expect_str_eq(here, there);
	end_scene(&s);
}

Test(live, a_delta_compacted_before_it_was_heard_of_is_not_missed)
{
	struct sending theirs;
	given_scene(&s, NULL);
	given_other_server(&s);
	upload_all("a", 0, 10);
	load();
	open_upload(&s, &s.other, &theirs, s.wave_id, rows_of("b", 0, 10));
	turn_until(&s, &theirs.ended);
	compact();
	live_heard(s.server.live, s.wave_id);
	expect_as_fresh(s.wave_id, 20);
	end_scene(&s);
}

/* What fails */

Test(live, a_load_that_fails_answers_and_the_next_question_loads_again)
{
	struct scene_wish wish = {.proxy = true};
	given_scene(&s, &wish);
	upload_all("a", 0, 10);
	pg_proxy_rule(s.proxy, "tally_load", 0, 1, PROXY_CUT_BEFORE, NULL);
	cr_expect_lt(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	for (int i = 0; i < 2000 && !pg_pool_ready(s.server.pool); i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	expect_as_fresh(s.wave_id, 10);
	end_scene(&s);
}

Test(live, news_that_could_not_be_read_are_read_with_the_next_load)
{
	struct scene_wish wish = {.proxy = true};
	given_scene(&s, &wish);
	load();
	given_counts_on_the_way();
	pg_proxy_rule(s.proxy, "tally_news", 0, 1, PROXY_CUT_BEFORE, NULL);
	live_heard(s.server.live, s.wave_id);
	for (int i = 0; i < 2000 && pg_proxy_acted(s.proxy) == 0; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	let_counts_go();
	for (int i = 0; i < 2000 && !pg_pool_ready(s.server.pool); i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	expect_as_fresh(s.wave_id, 40);
	end_scene(&s);
}

static void count_answer(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	int *counts = arg;
	counts[bytes != NULL ? 0 : why->status == E_GONE ? 1 : 2]++;
}

static const struct live_question field_question = {.form = LIVE_SECTORS_JSON};

Test(live, closing_answers_every_question_and_ends_every_wave)
{
	int counts[3] = {0};
	given_scene(&s, NULL);
	load();
	(void)board_of(&s, &s.server, s.other_wave_id, here, sizeof(here));
	for (int wave = 1; wave <= 2; wave++)
		live_ask(s.server.live, catalogue_wave_by_id(s.server.catalogue, wave),
			 &field_question, count_answer, counts);
	end_scene(&s);
	cr_expect_eq(counts[0] + counts[1], 2, "%d answered, %d gone, %d else", counts[0],
		     counts[1], counts[2]);
}

Test(live, closing_with_idle_waves_ends)
{
	given_scene(&s, NULL);
	load();
	(void)board_of(&s, &s.server, s.other_wave_id, here, sizeof(here));
	end_scene(&s);
}

Test(live, more_questions_than_may_wait_are_told_to_come_again)
{
	int counts[3] = {0};
	given_scene(&s, NULL);
	for (int i = 0; i < QUESTIONS_WAITING + 5; i++)
		live_ask(s.server.live, catalogue_wave_by_id(s.server.catalogue, s.wave_id),
			 &field_question, count_answer, counts);
	cr_expect_eq(live_counts(s.server.live).questions_waiting, QUESTIONS_WAITING);
	for (int i = 0; i < 2000 && counts[0] < QUESTIONS_WAITING; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	cr_expect_eq(counts[0], QUESTIONS_WAITING);
	cr_expect_eq(counts[2], 5);
	cr_expect_eq(live_counts(s.server.live).answers_made, 1, "one question, one answer");
	end_scene(&s);
}

/* A programme that changes */

#define MORE_ITEMS                                                                                 \
	"update programme set document = convert_to(replace(convert_from(document, 'UTF8'), "      \
	"'\"items\":[', '\"items\":[{\"code\":\"q0\",\"area\":\"wait\",\"options\":["              \
	"{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":1}]},'), 'UTF8')"

Test(live, a_wave_asked_for_in_draft_counts_by_the_instrument_it_fields_with)
{
	given_scene(&s, NULL);
	sql(&s, "update wave set state = 'draft'");
	reload_catalogue(&s, &s.server);
	load();
	sql(&s, MORE_ITEMS);
	sql(&s, "update wave set state = 'fielding'");
	reload_catalogue(&s, &s.server);
	upload_all("a", 0, 20);
	expect_as_fresh(s.wave_id, 20);
	EXPECT_EXACT(&s);
	end_scene(&s);
}

/* Every thread of the pool waits here, so that a computation begun stays unfinished. */

enum { POOL_THREADS = 4 };

static sem_t gate;

static void wait_at_gate(void *arg)
{
	(void)arg;
	sem_wait(&gate);
}

static void passed_gate(void *arg)
{
	(void)arg;
}

Test(live, an_answer_computed_while_the_wave_was_closed_is_not_kept)
{
	int counts[3] = {0};
	given_scene(&s, NULL);
	upload_all("a", 0, 20);
	const struct live_question sectors = {.form = LIVE_SECTORS_JSON};
	live_ask(s.server.live, catalogue_wave_by_id(s.server.catalogue, s.wave_id), &sectors,
		 count_answer, counts);
	while (counts[0] == 0)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	sem_init(&gate, 0, 0);
	for (int i = 0; i < POOL_THREADS; i++)
		loop_offload(s.loop, wait_at_gate, passed_gate, NULL);
	const struct live_question board = {.form = LIVE_BOARD_JSON,
					    .board = {.sector = BOARD_FIELD,
						      .channel = BOARD_ALL_CHANNELS,
						      .threshold = NAN,
						      .include = BOARD_DISTRIBUTION}};
	live_ask(s.server.live, catalogue_wave_by_id(s.server.catalogue, s.wave_id), &board,
		 count_answer, counts);
	sql(&s, "update wave set state = 'closed'");
	reload_catalogue(&s, &s.server);
	cr_expect_eq(counts[0], 1, "the board is still computed");
	for (int i = 0; i < POOL_THREADS; i++)
		sem_post(&gate);
	while (counts[0] == 1)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	load();
	cr_expect_not_null(strstr(here, "\"state\":\"closed\""), "%.200s", here);
	end_scene(&s);
}

#define ONE_COMPANY_MORE                                                                           \
	"update programme set document = convert_to(replace(replace(convert_from(document, "       \
	"'UTF8'), '{\"code\":\"C3\"}]', '{\"code\":\"C3\"},{\"code\":\"C4\"}]'), '\"C3\"]}',"      \
	" '\"C3\",\"C4\"]}'), 'UTF8')"

Test(live, counts_of_a_company_this_server_has_not_heard_of_yet_do_no_harm)
{
	struct sending theirs;
	given_scene(&s, NULL);
	load();
	sql(&s, ONE_COMPANY_MORE);
	given_other_server(&s);
	open_upload(&s, &s.other, &theirs, s.wave_id,
		    HEADER "x,C4,phone,1,1,5,4,9\ny,C1,phone,1,1,5,4,9\n");
	turn_until(&s, &theirs.ended);
	EXPECT_REPORT(&theirs, 2, 2, 0, 0);
	live_heard(s.server.live, s.wave_id);
	load();
	cr_expect_eq(strtol(version_of(here), NULL, 10), 2);
	reload_catalogue(&s, &s.server);
	expect_as_fresh(s.wave_id, 2);
	EXPECT_EXACT(&s);
	end_scene(&s);
}
