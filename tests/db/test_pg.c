#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "db/pg_scene.h"

STATEMENT(twice, "select $1 * 2", {"n", "int8"})
STATEMENT(put, "insert into t values ($1)", {"n", "int4"})
STATEMENT(divide, "select 1 / $1", {"n", "int4"})
STATEMENT(nap, "select pg_sleep($1)", {"seconds", "float8"})

Test(pg_conn, a_run_returns_binary_columns)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_run(s.c, &twice, (struct pg_value[]){pg_int8(INT64_C(4000000000))}, 1, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], OK);
	cr_expect_eq(pg_get_int8(s.result, 0, 0), INT64_C(8000000000));
	finish(&s);
}

Test(pg_conn, done_is_not_called_before_the_starter_has_returned)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_script(s.c, "select 1", note, &s);
	cr_expect_eq(s.count, 0);
	await(&s, 1);
	finish(&s);
}

Test(pg_conn, runs_are_answered_in_order_and_one_failure_spares_its_neighbours)
{
	struct scene s = given_connection();
	open_it(&s);
	cr_assert_eq(script(&s, "create temp table t (n int primary key)"), OK);
	s.count = 0;
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(1)}, 1, note, &s);
	pg_conn_run(s.c, &divide, (struct pg_value[]){pg_int4(0)}, 1, note, &s);
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(1)}, 1, note, &s);
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(2)}, 1, note, &s);
	await(&s, 4);
	cr_expect_eq(s.status[0], OK);
	cr_expect_str_eq(s.sqlstate[1], "22012");
	cr_expect_eq(s.status[1], E_INPUT);
	cr_expect_str_eq(s.sqlstate[2], "23505");
	cr_expect_eq(s.status[2], E_CONFLICT);
	cr_expect_eq(s.status[3], OK);
	script(&s, "select count(*) from t");
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 0), "2"));
	finish(&s);
}

Test(pg_conn, the_violated_constraint_is_named)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s,
	       "create temp table t (n int constraint only_once primary key); insert into t values (1)");
	cr_expect_eq(script(&s, "insert into t values (1)"), E_CONFLICT);
	cr_expect_str_eq(s.constraint, "only_once");
	cr_expect_null(strstr(s.words, "(1)"), "row values stay out: %s", s.words);
	finish(&s);
}

Test(pg_conn, a_failure_at_the_commit_of_a_run_is_that_runs_failure)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "create temp table t (n int, unique (n) deferrable initially deferred);"
		   "insert into t values (1)");
	s.count = 0;
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(1)}, 1, note, &s);
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(3)}, 1, note, &s);
	await(&s, 2);
	cr_expect_str_eq(s.sqlstate[0], "23505");
	cr_expect_eq(s.status[1], OK);
	finish(&s);
}

Test(pg_conn, a_statement_that_could_not_be_prepared_is_prepared_again)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(1)}, 1, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_INTERNAL);
	cr_expect_str_eq(s.sqlstate[0], "42P01");
	script(&s, "create temp table t (n int)");
	pg_conn_run(s.c, &put, (struct pg_value[]){pg_int4(1)}, 1, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[2], OK);
	finish(&s);
}

Test(pg_conn, a_transaction_is_seen_from_its_begin_to_its_commit)
{
	struct scene s = given_connection();
	open_it(&s);
	cr_expect_not(pg_conn_in_transaction(s.c));
	script(&s, "begin");
	cr_expect(pg_conn_in_transaction(s.c));
	pg_conn_run(s.c, &twice, (struct pg_value[]){pg_int8(1)}, 1, note, &s);
	await(&s, 1);
	cr_expect(pg_conn_in_transaction(s.c));
	script(&s, "commit");
	cr_expect_not(pg_conn_in_transaction(s.c));
	finish(&s);
}

Test(pg_conn, a_commit_that_became_a_rollback_is_a_failure)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "begin");
	script(&s, "select 1/0");
	cr_expect_eq(script(&s, "COMMIT"), E_INTERNAL);
	cr_expect_str_eq(s.sqlstate[2], "25P02");
	finish(&s);
}

Test(pg_conn, a_session_ended_from_outside_breaks_only_after_its_answers)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_run(s.c, &twice, (struct pg_value[]){pg_int8(1)}, 1, note, &s);
	pg_conn_script(s.c, "select pg_terminate_backend(pg_backend_pid())", note, &s);
	pg_conn_script(s.c, "select 1", note, &s);
	await(&s, 3);
	cr_expect_eq(s.status[0], OK);
	cr_expect_eq(s.status[1], E_UNKNOWN, "it may have committed: %d", s.status[1]);
	cr_expect_eq(s.status[2], E_BUSY);
	loop_run(s.loop);
	cr_expect_eq(s.broken, 1);
	pg_conn_script(s.c, "select 1", note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[3], E_BUSY);
	finish(&s);
}

Test(pg_conn, a_session_lost_inside_a_transaction_is_no_doubt)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "begin");
	s.count = 0;
	cr_expect_eq(script(&s, "select pg_terminate_backend(pg_backend_pid())"), E_BUSY);
	finish(&s);
}

Test(pg_conn, an_idle_connection_notices_its_end)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "set application_name = 'idle one'");
	cr_assert(cluster_sql("postgres", "select pg_terminate_backend(pid) from pg_stat_activity "
					  "where application_name = 'idle one'"));
	for (int i = 0; i < 200 && s.broken == 0; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(10000);
	}
	cr_expect_eq(s.broken, 1);
	finish(&s);
}

Test(pg_conn, closing_answers_what_is_open)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_run(s.c, &nap, (struct pg_value[]){pg_float8(30)}, 1, note, &s);
	uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	pg_conn_script(s.c, "select 1", note, &s);
	pg_conn_close(&s.c, NULL, NULL);
	cr_expect_eq(s.count, 0);
	await(&s, 2);
	cr_expect_eq(s.status[0], E_UNKNOWN);
	cr_expect_eq(s.status[1], E_BUSY);
	finish(&s);
}

Test(pg_conn, a_server_that_is_not_there_is_busy)
{
	struct scene s = given_connection_to("host=/nonexistent", NULL);
	pg_conn_open(s.c, note, &s);
	cr_expect_eq(s.count, 0);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_BUSY);
	finish(&s);
}

Test(pg_conn, a_connection_string_that_cannot_be_read_is_refused_without_quoting_it)
{
	struct scene s = given_connection_to("password secret", NULL);
	pg_conn_open(s.c, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_INPUT);
	cr_expect_null(strstr(s.words, "secret"));
	finish(&s);
}

Test(pg_conn, silence_beyond_the_limit_costs_the_connection)
{
	struct scene s = given_connection_to(cluster_conninfo(),
					     &(struct pg_settings){.answer_timeout_ms = 100});
	open_it(&s);
	pg_conn_run(s.c, &nap, (struct pg_value[]){pg_float8(30)}, 1, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_UNKNOWN);
	cr_expect_not(pg_conn_is_open(s.c));
	finish(&s);
}

Test(pg_conn, the_statement_timeout_is_the_servers)
{
	struct scene s = given_connection_to(cluster_conninfo(),
					     &(struct pg_settings){.statement_timeout_ms = 50});
	open_it(&s);
	pg_conn_run(s.c, &nap, (struct pg_value[]){pg_float8(30)}, 1, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_BUSY);
	cr_expect_str_eq(s.sqlstate[0], "57014");
	finish(&s);
}

Test(pg_conn, the_server_sees_our_name_and_utf8)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s,
	       "select current_setting('application_name'), current_setting('client_encoding')");
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 0), "plauditd"));
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 1), "UTF8"));
	finish(&s);
}

Test(pg_conn, more_than_the_queue_takes_is_refused)
{
	struct scene s = given_connection_to(cluster_conninfo(),
					     &(struct pg_settings){.queue_limit = 2});
	open_it(&s);
	for (int i = 0; i < 3; i++)
		pg_conn_script(s.c, "select 1", note, &s);
	await(&s, 3);
	cr_expect_eq(s.status[0], E_BUSY, "the refused one is told first");
	cr_expect_eq(s.status[1], OK);
	cr_expect_eq(s.status[2], OK);
	finish(&s);
}

struct heard {
	int count;
	char words[2][TROUBLE_WORDS];
};

static void hear(void *arg, const struct pg_answer *a)
{
	struct heard *h = arg;
	snprintf(h->words[h->count++], TROUBLE_WORDS, "%s", a->why.words);
}

Test(pg_conn, where_the_database_is_stands_in_the_answer_of_open_only)
{
	struct heard h = {0};
	struct loop *l = loop_new();
	const struct pg_settings settings = {.conninfo = "host=/nowhere/at/all user=somebody"};
	struct pg_conn *c = pg_conn_new(l, &settings);
	pg_conn_open(c, hear, &h);
	pg_conn_run(c, &twice, (struct pg_value[]){pg_int8(1)}, 1, hear, &h);
	for (int i = 0; i < 1000 && h.count < 2; i++) {
		uv_run(loop_uv(l), UV_RUN_NOWAIT);
		usleep(1000);
	}
	cr_assert_eq(h.count, 2);
	cr_expect_not_null(strstr(h.words[0], "/nowhere/at/all"), "%s", h.words[0]);
	cr_expect_null(strstr(h.words[1], "nowhere"), "%s", h.words[1]);
	pg_conn_close(&c, NULL, NULL);
	loop_run(l);
	loop_free(l);
}
