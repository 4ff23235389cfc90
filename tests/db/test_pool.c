#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "db/cluster.h"
#include "loop/loop.h"
#include "pg/listen.h"
#include "pg/pool.h"

static uint64_t no_jitter(void *arg)
{
	(void)arg;
	return 0;
}

struct scene {
	struct loop *loop;
	struct pg_pool *pool, *keep;
	int runs, takes, refusals, unknown, closed;
	struct pg_conn *conn[8];
	int32_t pid;
	int notified, resynced;
	char payload[64];
};

static struct scene given_pool(uint32_t shared, uint32_t exclusive, uint32_t wait_ms)
{
	struct scene s = {.loop = loop_new()};
	struct pg_pool_settings settings = {
		.conn.conninfo = cluster_conninfo(),
		.shared = shared,
		.exclusive = exclusive,
		.wait_ms = wait_ms,
		.waiting_limit = 2,
		.backoff_first_ms = 20,
		.greeting = "set application_name = 'greeted'",
		.random = {no_jitter, NULL},
	};
	s.pool = s.keep = pg_pool_new(s.loop, &settings);
	return s;
}

static void turn_until(struct scene *s, const int *count, int wanted)
{
	for (int i = 0; i < 2000 && *count < wanted; i++) {
		uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
		usleep(2000);
	}
	cr_assert_eq(*count, wanted);
}

static void turn_until_ready(struct scene *s)
{
	for (int i = 0; i < 2000 && !pg_pool_ready(s->pool); i++) {
		uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
		usleep(2000);
	}
	cr_assert(pg_pool_ready(s->pool));
}

static void note_closed(void *arg)
{
	((struct scene *)arg)->closed++;
}

static void finish(struct scene *s)
{
	pg_pool_close(&s->pool, note_closed, s);
	loop_run(s->loop);
	cr_expect_eq(s->closed, 1);
	loop_free(s->loop);
}

static void ran(void *arg, const struct pg_answer *a)
{
	struct scene *s = arg;
	s->runs++;
	s->refusals += a->status == E_BUSY;
	s->unknown += a->status == E_UNKNOWN;
	if (a->status == OK && pg_rows(a->result) == 1 && pg_get_bytes(a->result, 0, 0).len == 4)
		s->pid = pg_get_int4(a->result, 0, 0);
}

static void took(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct scene *s = arg;
	if (why != NULL)
		s->refusals++;
	else
		s->conn[s->takes] = conn;
	s->takes++;
}

static const char *const pid_parts[] = {"select pg_backend_pid()", NULL};
static const struct pg_statement pid = {.name = "pid", .parts = pid_parts, .reads_only = true};
static const char *const doom_parts[] = {"select set_config('application_name', 'doomed', false)",
					 NULL};
static const struct pg_statement doom = {.name = "doom", .parts = doom_parts, .text_result = true};
static const char *const name_parts[] = {
	"select (current_setting('application_name') = 'greeted')::int", NULL};
static const struct pg_statement greeted = {.name = "greeted", .parts = name_parts};

Test(pg_pool, a_run_asked_before_anything_is_connected_is_answered_and_greeted)
{
	struct scene s = given_pool(1, 1, 1000);
	cr_expect_not(pg_pool_ready(s.pool));
	pg_pool_run(s.pool, &greeted, NULL, 0, ran, &s);
	cr_expect_eq(s.runs, 0);
	turn_until(&s, &s.runs, 1);
	cr_expect_eq(s.pid, 1);
	finish(&s);
}

Test(pg_pool, a_taken_connection_is_nobody_elses)
{
	struct scene s = given_pool(1, 2, 1000);
	for (int i = 0; i < 2; i++)
		pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 2);
	pg_pool_take(s.pool, took, &s);
	cr_expect_neq(s.conn[0], s.conn[1]);
	struct pg_conn *again = s.conn[0];
	pg_pool_give(s.pool, &s.conn[0]);
	cr_expect_null(s.conn[0]);
	turn_until(&s, &s.takes, 3);
	cr_expect_eq(s.conn[2], again);
	pg_pool_give(s.pool, &s.conn[1]);
	pg_pool_give(s.pool, &s.conn[2]);
	finish(&s);
}

Test(pg_pool, a_queue_over_its_limit_and_a_wait_over_its_time_are_busy)
{
	struct scene s = given_pool(1, 1, 60);
	for (int i = 0; i < 4; i++)
		pg_pool_take(s.pool, took, &s);
	/* The limit of 2 refuses two; one gets the connection, one waits in vain. */
	turn_until(&s, &s.takes, 4);
	cr_expect_eq(s.refusals, 3);
	for (int i = 0; i < 4; i++)
		if (s.conn[i] != NULL)
			pg_pool_give(s.pool, &s.conn[i]);
	finish(&s);
}

Test(pg_pool, a_transaction_left_open_is_rolled_back_before_the_next_taker)
{
	struct scene s = given_pool(1, 1, 1000);
	pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 1);
	pg_conn_script(s.conn[0], "begin", ran, &s);
	turn_until(&s, &s.runs, 1);
	cr_assert(pg_conn_in_transaction(s.conn[0]));
	pg_pool_give(s.pool, &s.conn[0]);
	pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 2);
	cr_expect_not(pg_conn_in_transaction(s.conn[1]));
	pg_pool_give(s.pool, &s.conn[1]);
	finish(&s);
}

Test(pg_pool, a_lost_session_fails_what_was_running_and_the_pool_comes_back)
{
	struct scene s = given_pool(2, 2, 20000);
	turn_until_ready(&s);
	pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 1);
	/* The greeting has named all of this pool's sessions; this test's pool gets another name.
	 */
	pg_conn_script(s.conn[0], "set application_name = 'doomed'", ran, &s);
	pg_pool_run(s.pool, &doom, NULL, 0, ran, &s);
	pg_pool_run(s.pool, &doom, NULL, 0, ran, &s);
	turn_until(&s, &s.runs, 3);
	pg_conn_script(s.conn[0], "select pg_sleep(60)", ran, &s);
	for (int i = 0; i < 10; i++)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	cr_assert(cluster_sql("postgres", "select pg_terminate_backend(pid) from pg_stat_activity "
					  "where application_name = 'doomed'"));
	turn_until(&s, &s.runs, 4);
	cr_expect_eq(s.unknown, 1);
	pg_pool_give(s.pool, &s.conn[0]);
	pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 2);
	/* A session ends some time after it was told to: until it has, the pool may pick it, and
	 * what reads only is then busy, never in doubt. */
	for (int asked = 4; s.pid == 0 && asked < 104; asked++) {
		turn_until_ready(&s);
		pg_pool_run(s.pool, &pid, NULL, 0, ran, &s);
		turn_until(&s, &s.runs, asked + 1);
	}
	cr_expect_gt(s.pid, 0);
	cr_expect_eq(s.unknown, 1);
	pg_pool_give(s.pool, &s.conn[1]);
	finish(&s);
}

Test(pg_pool, closing_waits_for_what_is_in_flight_and_for_what_is_taken)
{
	struct scene s = given_pool(1, 1, 1000);
	pg_pool_take(s.pool, took, &s);
	turn_until(&s, &s.takes, 1);
	turn_until_ready(&s);
	pg_pool_run(s.pool, &pid, NULL, 0, ran, &s);
	pg_pool_close(&s.pool, note_closed, &s);
	turn_until(&s, &s.runs, 1);
	cr_expect_eq(s.refusals + s.unknown, 0);
	for (int i = 0; i < 20; i++)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	cr_expect_eq(s.closed, 0);
	pg_pool_give(s.keep, &s.conn[0]);
	loop_run(s.loop);
	cr_expect_eq(s.closed, 1);
	loop_free(s.loop);
}

Test(pg_pool, without_a_server_runs_are_busy_and_closing_still_ends)
{
	struct scene s = {.loop = loop_new()};
	struct pg_pool_settings settings = {.conn.conninfo = "host=/nonexistent",
					    .shared = 1,
					    .exclusive = 1,
					    .random = {no_jitter, NULL}};
	s.pool = pg_pool_new(s.loop, &settings);
	pg_pool_run(s.pool, &pid, NULL, 0, ran, &s);
	turn_until(&s, &s.runs, 1);
	pg_pool_run(s.pool, &pid, NULL, 0, ran, &s);
	turn_until(&s, &s.runs, 2);
	cr_expect_eq(s.refusals, 2);
	pg_pool_take(s.pool, took, &s);
	finish(&s);
	cr_expect_eq(s.refusals, 3);
}

/* listen */

static void notified(void *arg, const char *channel, const char *payload)
{
	struct scene *s = arg;
	s->notified++;
	cr_expect_str_eq(channel, "wave");
	snprintf(s->payload, sizeof(s->payload), "%s", payload);
}

static void resync(void *arg)
{
	((struct scene *)arg)->resynced++;
}

Test(pg_listen, notifications_arrive_and_a_break_asks_for_a_resync)
{
	static const char *const channels[] = {"wave", NULL};
	struct scene s = {.loop = loop_new()};
	struct pg_listen *listen = pg_listen_new(
		s.loop, &(struct pg_listen_settings){.conn.conninfo = cluster_conninfo(),
						     .channels = channels,
						     .notify = notified,
						     .resync = resync,
						     .arg = &s,
						     .backoff_first_ms = 20,
						     .random = {no_jitter, NULL}});
	turn_until(&s, &s.resynced, 1);
	cr_expect(pg_listen_ready(listen));
	cr_assert(cluster_sql("postgres", "notify wave, 'ksqi-2020'"));
	turn_until(&s, &s.notified, 1);
	cr_expect_str_eq(s.payload, "ksqi-2020");
	cr_assert(cluster_sql("postgres", "select pg_terminate_backend(pid) from pg_stat_activity "
					  "where query like 'listen wave;'"));
	turn_until(&s, &s.resynced, 2);
	cr_assert(cluster_sql("postgres", "notify wave, 'again'"));
	turn_until(&s, &s.notified, 2);
	cr_expect_str_eq(s.payload, "again");
	pg_listen_close(&listen, note_closed, &s);
	cr_expect_null(listen);
	loop_run(s.loop);
	cr_expect_eq(s.closed, 1);
	loop_free(s.loop);
}
