#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fake/pq_fake.h"
#include "loop/loop.h"
#include "pg/conn.h"

enum { ANSWERS_MOST = 32, GIVE_UP_MS = 5000 };

struct scene {
	struct loop *loop;
	struct pg_conn *c;
	struct loop_timer *watchdog;
	size_t wanted, count;
	enum status status[ANSWERS_MOST];
	int asked[ANSWERS_MOST]; /* how often each numbered operation was answered */
	int broken, drained, rows;
	char words[240];
};

static void hung(void *arg)
{
	struct scene *s = arg;
	cr_assert_fail("a hang in state %s", s->c != NULL ? pg_conn_state_name(s->c) : "none");
}

static void note(void *arg, const struct pg_answer *a)
{
	struct scene *s = arg;
	cr_assert_lt(s->count, ANSWERS_MOST);
	memcpy(s->words, a->why.words, sizeof(s->words));
	s->status[s->count++] = a->status;
	if (s->count >= s->wanted)
		loop_stop(s->loop);
}

static void await(struct scene *s, size_t answers)
{
	s->wanted = s->count + answers;
	loop_timer_start(s->watchdog, GIVE_UP_MS);
	loop_run(s->loop);
	cr_assert_eq(s->count, s->wanted);
}

static void note_broken(void *arg)
{
	((struct scene *)arg)->broken++;
}

static struct scene *given_connection(const struct pg_settings *more)
{
	static struct scene s;
	s = (struct scene){.loop = loop_new()};
	struct pg_settings settings = more != NULL ? *more : (struct pg_settings){0};
	settings.conninfo = "host=/fake";
	s.watchdog = loop_timer_new(s.loop, hung, &s);
	loop_timer_unref(s.watchdog);
	s.c = pg_conn_new(s.loop, &settings);
	pg_conn_on_broken(s.c, note_broken, &s);
	pg_conn_open(s.c, note, &s);
	cr_assert_eq(s.count, 0);
	return &s;
}

static struct scene *given_open_connection(const struct pg_settings *more)
{
	struct scene *s = given_connection(more);
	await(s, 1);
	cr_assert_eq(s->status[0], OK);
	s->count = 0;
	return s;
}

/** Nothing may be left: no connection, no result, no handle (loop_free insists). */
static void finish(struct scene *s)
{
	pg_conn_close(&s->c, NULL, NULL);
	loop_timer_free(&s->watchdog);
	loop_run(s->loop);
	loop_free(s->loop);
	cr_expect_eq(pq_fake.connections_open, 0);
	cr_expect_eq(pq_fake.results_open, 0);
}

TestSuite(pg_traps, .init = pq_fake_reset, .timeout = 30);

static const char *const select_parts[] = {"select 1", NULL};
static const struct pg_statement select_one = {.name = "select_one", .parts = select_parts};
static const struct pg_statement read_one = {
	.name = "read_one", .parts = select_parts, .reads_only = true};
static const char *const in_parts[] = {"copy t from stdin (format binary)", NULL};
static const struct pg_statement copy_in = {.name = "copy_in", .parts = in_parts};
static const char *const out_parts[] = {"copy t to stdout", NULL};
static const struct pg_statement copy_out = {.name = "copy_out", .parts = out_parts};

Test(pg_traps, an_answer_that_came_with_the_flush_is_not_waited_for)
{
	pq_fake.answers_come_with_the_flush = true;
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 1);
	pg_conn_script(s->c, "begin", note, s);
	await(s, 1);
	cr_expect_eq(s->status[0], OK);
	cr_expect_eq(s->status[1], OK);
	finish(s);
}

Test(pg_traps, a_socket_that_changes_while_connecting_is_followed)
{
	pq_fake.swap = SWAP_TO_ANOTHER;
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 1);
	cr_expect_eq(s->status[0], OK);
	cr_expect_eq(pq_fake.sockets_made, 2);
	finish(s);
}

Test(pg_traps, another_socket_under_the_same_number_is_followed_too)
{
	pq_fake.swap = SWAP_UNDER_THE_SAME_NUMBER;
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 1);
	cr_expect_eq(s->status[0], OK);
	finish(s);
}

Test(pg_traps, a_poll_error_without_events_breaks_the_connection)
{
	pq_fake.poll_error = true;
	struct scene *s = given_open_connection(NULL);
	pg_conn_script(s->c, "begin", note, s);
	pq_fake_close_server();
	await(s, 1);
	cr_expect_eq(s->status[0], E_BUSY);
	cr_expect_eq(s->broken, 1);
	finish(s);
}

static void note_drained(void *arg)
{
	struct scene *s = arg;
	s->drained++;
	loop_stop(s->loop);
}

Test(pg_traps, copy_data_that_is_queued_but_not_sent_pauses_the_writer)
{
	struct scene *s = given_open_connection(&(struct pg_settings){.copy_budget_bytes = 1000});
	char bytes[400] = {0};
	pg_conn_copy_start(s->c, &copy_in, note, s);
	await(s, 1);
	pg_conn_copy_on_drain(s->c, note_drained, s);
	pq_fake.flushes_that_leave_some = 4;
	cr_expect_eq(pg_conn_copy_write(s->c, (struct slice){bytes, sizeof(bytes)}), FLOW_MORE);
	cr_expect_eq(pg_conn_copy_write(s->c, (struct slice){bytes, sizeof(bytes)}), FLOW_MORE);
	cr_expect_eq(pg_conn_copy_write(s->c, (struct slice){bytes, sizeof(bytes)}), FLOW_PAUSE);
	cr_expect_eq(s->drained, 0);
	loop_run(s->loop);
	cr_expect_eq(s->drained, 1);
	cr_expect_eq(pg_conn_copy_write(s->c, (struct slice){bytes, sizeof(bytes)}), FLOW_MORE);
	pg_conn_copy_end(s->c, note, s);
	await(s, 1);
	cr_expect_eq(s->status[1], OK);
	cr_expect_eq(pq_fake.copied_bytes, 1600);
	finish(s);
}

Test(pg_traps, a_writer_paused_when_the_connection_breaks_is_woken_and_told_at_the_end)
{
	struct scene *s = given_open_connection(&(struct pg_settings){.copy_budget_bytes = 10});
	pg_conn_copy_start(s->c, &copy_in, note, s);
	await(s, 1);
	pg_conn_copy_on_drain(s->c, note_drained, s);
	pq_fake.flushes_that_leave_some = 1000000;
	cr_expect_eq(pg_conn_copy_write(s->c, SLICE("0123456789")), FLOW_PAUSE);
	pq_fake_close_server();
	pq_fake.end_of_file = true;
	loop_run(s->loop);
	cr_expect_eq(s->drained, 1);
	cr_expect_eq(pg_conn_copy_write(s->c, SLICE("0123456789")), FLOW_STOP);
	pg_conn_copy_end(s->c, note, s);
	await(s, 1);
	cr_expect_eq(s->status[1], E_BUSY, "the end was never sent: nothing was committed");
	finish(s);
}

/** The status of one operation in whose midst the connection is lost. */
static enum status lost_during(void (*start)(struct scene *s))
{
	struct scene *s = given_open_connection(NULL);
	start(s);
	pq_fake.end_of_file = true;
	await(s, 1);
	enum status status = s->status[s->count - 1];
	cr_expect_eq(s->broken, 1);
	finish(s);
	return status;
}

static void begin(struct scene *s)
{
	pg_conn_script(s->c, "begin", note, s);
	await(s, 1);
	cr_assert(pg_conn_in_transaction(s->c));
}

static void commits(struct scene *s)
{
	begin(s);
	pg_conn_script(s->c, "commit", note, s);
}

static void runs_alone(struct scene *s)
{
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
}

static void reads_alone(struct scene *s)
{
	pg_conn_run(s->c, &read_one, NULL, 0, note, s);
}

static void runs_inside(struct scene *s)
{
	begin(s);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
}

static void begins(struct scene *s)
{
	pg_conn_script(s->c, "begin; set local lock_timeout = 1", note, s);
}

static void scripts_a_whole_transaction(struct scene *s)
{
	pg_conn_script(s->c, "begin; insert into t values (1); commit", note, s);
}

static void scripts_behind_a_comment(struct scene *s)
{
	pg_conn_script(s->c, "-- set\ninsert into t values (1)", note, s);
}

static void ends_a_copy_alone(struct scene *s)
{
	pg_conn_copy_start(s->c, &copy_in, note, s);
	await(s, 1);
	pg_conn_copy_end(s->c, note, s);
}

static void ends_a_copy_inside(struct scene *s)
{
	begin(s);
	ends_a_copy_alone(s);
}

static void aborts_a_copy(struct scene *s)
{
	pg_conn_copy_start(s->c, &copy_in, note, s);
	await(s, 1);
	pg_conn_copy_abort(s->c, "no", note, s);
}

static const struct {
	const char *what;
	void (*start)(struct scene *s);
	enum status status;
} losses[] = {
	{"a commit", commits, E_UNKNOWN},
	{"a statement on its own", runs_alone, E_UNKNOWN},
	{"a read on its own", reads_alone, E_BUSY},
	{"a statement inside a transaction", runs_inside, E_BUSY},
	{"a begin", begins, E_BUSY},
	{"a script with its own commit", scripts_a_whole_transaction, E_UNKNOWN},
	{"a script that begins with a comment", scripts_behind_a_comment, E_UNKNOWN},
	{"the end of a copy on its own", ends_a_copy_alone, E_UNKNOWN},
	{"the end of a copy inside a transaction", ends_a_copy_inside, E_BUSY},
	{"the abort of a copy", aborts_a_copy, E_BUSY},
};

Test(pg_traps, a_loss_is_unknown_exactly_where_something_may_have_been_committed)
{
	for (size_t i = 0; i < COUNT_OF(losses); i++) {
		pq_fake_reset();
		enum status got = lost_during(losses[i].start);
		cr_expect_eq(got, losses[i].status, "%s: %s", losses[i].what, status_name(got));
	}
}

Test(pg_traps, a_commit_that_the_standby_did_not_confirm_is_unknown)
{
	pq_fake.answers[1].notice_detail =
		"The transaction has already committed locally, but might "
		"not have been replicated to the standby.";
	struct scene *s = given_open_connection(NULL);
	begin(s);
	pg_conn_script(s->c, "commit", note, s);
	await(s, 1);
	cr_expect_eq(s->status[1], E_UNKNOWN);
	finish(s);
}

Test(pg_traps, the_standbys_warning_is_known_in_any_language)
{
	pq_fake.answers[1].notice_function = "SyncRepWaitForLSN";
	pq_fake.answers[1].notice_detail = "Die Transaktion wurde lokal bereits committet";
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 2);
	cr_expect_eq(s->status[0], OK);
	cr_expect_eq(s->status[1], E_UNKNOWN);
	finish(s);
}

Test(pg_traps, another_warning_changes_nothing)
{
	pq_fake.answers[0].notice_function = "BeginTransactionBlock";
	struct scene *s = given_open_connection(NULL);
	pg_conn_script(s->c, "begin", note, s);
	await(s, 1);
	cr_expect_eq(s->status[0], OK);
	finish(s);
}

Test(pg_traps, a_session_ended_by_the_server_during_a_commit_is_unknown)
{
	pq_fake.answers[1] = (struct pq_fake_answer){.sqlstate = "57P01", .severity = "FATAL"};
	struct scene *s = given_open_connection(NULL);
	begin(s);
	pg_conn_script(s->c, "commit", note, s);
	await(s, 1);
	cr_expect_eq(s->status[1], E_UNKNOWN);
	finish(s);
}

Test(pg_traps, an_error_after_the_result_but_before_the_sync_is_the_answer)
{
	pq_fake.answers[0] = (struct pq_fake_answer){.sqlstate = "23505", .fails_at_sync = true};
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 1);
	cr_expect_eq(s->status[0], E_CONFLICT);
	finish(s);
}

Test(pg_traps, a_statement_is_prepared_once_a_connection)
{
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 2);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	await(s, 1);
	cr_expect_eq(pq_fake.prepares, 1);
	cr_expect_eq(pq_fake.pipelines_entered, 1);
	finish(s);
}

Test(pg_traps, the_pipeline_is_left_for_a_script_and_a_copy)
{
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	pg_conn_script(s->c, "begin", note, s);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	pg_conn_copy_start(s->c, &copy_in, note, s);
	await(s, 4);
	cr_expect_eq(pq_fake.pipelines_left, 2);
	pg_conn_copy_end(s->c, note, s);
	await(s, 1);
	cr_expect_eq(s->status[4], OK);
	finish(s);
}

static enum status opened_with(int version, bool allow)
{
	pq_fake_reset();
	pq_fake.server_version = version;
	struct scene *s = given_connection(&(struct pg_settings){.allow_old_server = allow});
	await(s, 1);
	enum status status = s->status[0];
	finish(s);
	return status;
}

Test(pg_traps, servers_with_known_holes_are_refused)
{
	cr_expect_eq(opened_with(140022, false), E_INTERNAL);
	cr_expect_eq(opened_with(140022, true), E_INTERNAL);
	cr_expect_eq(opened_with(150018, false), E_INTERNAL);
	cr_expect_eq(opened_with(150018, true), OK);
	cr_expect_eq(opened_with(150019, false), OK);
	cr_expect_eq(opened_with(170004, false), OK);
}

static void close_it(void *arg, const struct pg_answer *a)
{
	struct scene *s = arg;
	note(arg, a);
	pg_conn_close(&s->c, NULL, NULL);
}

Test(pg_traps, a_done_may_close_the_connection_under_operations_still_open)
{
	struct scene *s = given_open_connection(NULL);
	pg_conn_run(s->c, &select_one, NULL, 0, close_it, s);
	pg_conn_run(s->c, &select_one, NULL, 0, note, s);
	pg_conn_script(s->c, "begin", note, s);
	await(s, 3);
	cr_expect_eq(s->status[0], OK);
	cr_expect_eq(s->status[1], E_UNKNOWN);
	cr_expect_eq(s->status[2], E_BUSY);
	finish(s);
}

Test(pg_traps, silence_costs_the_connection_after_the_limit)
{
	struct scene *s = given_open_connection(&(struct pg_settings){.answer_timeout_ms = 20});
	begin(s);
	pq_fake.silent = true;
	pg_conn_script(s->c, "commit", note, s);
	await(s, 1);
	cr_expect_eq(s->status[1], E_UNKNOWN);
	finish(s);
}

/* Each call of libpq failing in turn. */

enum {
	STEP_OPEN,
	STEP_RUN_1,
	STEP_RUN_2,
	STEP_BEGIN,
	STEP_COPY,
	STEP_COPY_END,
	STEP_COMMIT,
	STEP_OUT,
	STEPS
};

struct step_arg {
	struct scene *scene;
	int step;
};

static void step_done(void *arg, const struct pg_answer *a)
{
	struct step_arg *step = arg;
	struct scene *s = step->scene;
	s->asked[step->step]++;
	s->status[step->step] = a->status;
	s->count++;
	if (s->count >= s->wanted)
		loop_stop(s->loop);
}

static enum flow take_row(void *arg, struct slice row)
{
	struct step_arg *step = arg;
	(void)row;
	step->scene->rows++;
	return FLOW_MORE;
}

/** A whole life; true where the n-th call was still to come. */
static bool life_with_failing_call(int n, bool standing)
{
	struct step_arg arg[STEPS];
	pq_fake_reset();
	pq_fake.rows_out = 3;
	pq_fake.fail_call = n;
	pq_fake.failure_leaves_connection_standing = standing;
	struct scene s = {.loop = loop_new()};
	for (int i = 0; i < STEPS; i++)
		arg[i] = (struct step_arg){&s, i};
	s.watchdog = loop_timer_new(s.loop, hung, &s);
	loop_timer_unref(s.watchdog);
	s.c = pg_conn_new(s.loop, &(struct pg_settings){.conninfo = "host=/fake"});
	pg_conn_open(s.c, step_done, &arg[STEP_OPEN]);
	pg_conn_run(s.c, &select_one, NULL, 0, step_done, &arg[STEP_RUN_1]);
	pg_conn_run(s.c, &read_one, NULL, 0, step_done, &arg[STEP_RUN_2]);
	pg_conn_script(s.c, "begin", step_done, &arg[STEP_BEGIN]);
	pg_conn_copy_start(s.c, &copy_in, step_done, &arg[STEP_COPY]);
	await(&s, 5);
	if (s.status[STEP_COPY] == OK) {
		(void)!pg_conn_copy_write(s.c, SLICE("0123456789"));
		pg_conn_copy_end(s.c, step_done, &arg[STEP_COPY_END]);
	} else {
		pg_conn_script(s.c, "rollback", step_done, &arg[STEP_COPY_END]);
	}
	pg_conn_script(s.c, "commit", step_done, &arg[STEP_COMMIT]);
	pg_conn_copy_out(s.c, &copy_out, take_row, step_done, &arg[STEP_OUT]);
	await(&s, 3);
	bool whole = pq_fake.calls < n;
	for (int i = 0; i < STEPS; i++) {
		cr_assert_eq(s.asked[i], 1, "call %d, step %d: %d answers", n, i, s.asked[i]);
		cr_assert(!whole || s.status[i] == OK);
	}
	cr_assert(!whole || s.rows == 3);
	finish(&s);
	return !whole;
}

static int lives_with_failing_calls(bool standing)
{
	int n = 1;
	while (life_with_failing_call(n, standing))
		cr_assert_lt(n++, 1000);
	return n;
}

Test(pg_traps, whichever_call_loses_the_connection_everybody_is_answered_once)
{
	cr_expect_gt(lives_with_failing_calls(false), 30);
}

Test(pg_traps, whichever_call_fails_on_a_standing_connection_everybody_is_answered_once)
{
	cr_expect_gt(lives_with_failing_calls(true), 30);
}
