#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/cluster.h"
#include "loop/loop.h"
#include "pg/conn.h"
#include "pg/copy_row.h"

enum { ANSWERS_MOST = 32 };

/** What happened on one connection, in order. */
struct scene {
	struct loop *loop;
	struct pg_conn *c;
	size_t wanted, count;
	enum status status[ANSWERS_MOST];
	char sqlstate[ANSWERS_MOST][6];
	char constraint[64];
	char words[240];
	struct pg_result *result; /* the last one */
	int broken, drained, notified;
	char payload[64];
};

static void note(void *arg, const struct pg_answer *answer)
{
	struct scene *s = arg;
	cr_assert_lt(s->count, ANSWERS_MOST);
	s->status[s->count] = answer->status;
	memcpy(s->sqlstate[s->count], answer->sqlstate, 6);
	memcpy(s->constraint, answer->constraint, sizeof(s->constraint));
	memcpy(s->words, answer->why.words, sizeof(s->words));
	if (s->result != NULL)
		pg_result_free(&s->result);
	s->result = pg_answer_keep(answer);
	if (++s->count >= s->wanted)
		loop_stop(s->loop);
}

static void await(struct scene *s, size_t answers)
{
	s->wanted = s->count + answers;
	loop_run(s->loop);
	cr_assert_eq(s->count, s->wanted, "%zu answers instead of %zu: %s", s->count, s->wanted,
		     s->words);
}

static void note_broken(void *arg)
{
	((struct scene *)arg)->broken++;
}

static struct scene given_connection_to(const char *conninfo, const struct pg_settings *more)
{
	struct scene s = {.loop = loop_new()};
	struct pg_settings settings = more != NULL ? *more : (struct pg_settings){0};
	settings.conninfo = conninfo;
	s.c = pg_conn_new(s.loop, &settings);
	return s;
}

static void open_it(struct scene *s)
{
	pg_conn_on_broken(s->c, note_broken, s);
	pg_conn_open(s->c, note, s);
	await(s, 1);
	cr_assert_eq(s->status[0], OK, "%s", s->words);
	s->count = 0;
}

static struct scene given_connection(void)
{
	return given_connection_to(cluster_conninfo(), NULL);
}

static void finish(struct scene *s)
{
	pg_conn_close(&s->c, NULL, NULL);
	loop_run(s->loop);
	pg_result_free(&s->result);
	loop_free(s->loop);
}

static enum status script(struct scene *s, const char *text)
{
	pg_conn_script(s->c, text, note, s);
	await(s, 1);
	return s->status[s->count - 1];
}

#define STATEMENT(id, text, ...)                                                                   \
	static const char *const id##_parts[] = {text, NULL};                                      \
	static const struct pg_column id##_parameters[] = {__VA_ARGS__};                           \
	static const struct pg_statement id = {                                                    \
		.name = #id,                                                                       \
		.parts = id##_parts,                                                               \
		.parameters = id##_parameters,                                                     \
		.parameter_count = COUNT_OF(id##_parameters),                                      \
	};
#define PLAIN(id, text)                                                                            \
	static const char *const id##_parts[] = {text, NULL};                                      \
	static const struct pg_statement id = {.name = #id, .parts = id##_parts};

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

/* COPY IN */

PLAIN(copy_t, "copy t from stdin (format binary)")

static void stop_on_drain(void *arg)
{
	struct scene *s = arg;
	s->drained++;
	loop_stop(s->loop);
}

Test(pg_copy, rows_come_back_as_they_were_written)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s,
	       "create temp table t (id int, a bool, b int2, c int4, d int8, e float8, f text, g bytea,"
	       "h timestamptz, i int2[], j int4[], k date, l jsonb, m uuid, n json)");
	struct buf b;
	buf_init(&b, 1 << 20);
	copy_start(&b);
	const int16_t small[] = {INT16_MIN, -1, 0, INT16_MAX};
	const int32_t large[] = {INT32_MIN, -1, 0, INT32_MAX};
	const unsigned char uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
					1,    2,    3,	  4,	5,    6,    7,	  8};
	copy_row(&b, 15);
	copy_int4(&b, 1);
	copy_bool(&b, true);
	copy_int2(&b, INT16_MIN);
	copy_int4(&b, INT32_MIN);
	copy_int8(&b, INT64_MIN);
	copy_float8(&b, -0.1);
	copy_text(&b, SLICE("a\tb\n\\. \xc3\xa9 \xf0\x9f\x98\x80"));
	copy_text(&b, SLICE("\0\xff\x01"));
	copy_timestamptz(&b, 0);
	copy_int2_array(&b, small, 4);
	copy_int4_array(&b, large, 4);
	copy_date(&b, -36524);
	copy_jsonb(&b, SLICE("{\"a\": [1, null]}"));
	copy_uuid(&b, uuid);
	copy_text(&b, SLICE("{\"b\":1}"));
	copy_row(&b, 15);
	copy_int4(&b, 2);
	for (int i = 0; i < 14; i++)
		copy_null(&b);
	copy_row(&b, 15);
	copy_int4(&b, 3);
	copy_bool(&b, false);
	copy_int2(&b, INT16_MAX);
	copy_int4(&b, INT32_MAX);
	copy_int8(&b, INT64_MAX);
	copy_float8(&b, INFINITY);
	copy_text(&b, SLICE(""));
	copy_text(&b, SLICE(""));
	copy_timestamptz(&b, CLOCK_NO_INSTANT);
	copy_int2_array(&b, small, 0);
	copy_int4_array(&b, large, 0);
	copy_date(&b, 0);
	copy_jsonb(&b, SLICE_NONE);
	copy_uuid(&b, uuid);
	copy_text(&b, SLICE_NONE);
	copy_finish(&b);
	pg_conn_copy_start(s.c, &copy_t, note, &s);
	await(&s, 1);
	cr_assert_eq(s.status[1], OK);
	cr_assert_eq(pg_conn_copy_write(s.c, buf_slice(&b)), FLOW_MORE);
	pg_conn_copy_end(s.c, note, &s);
	await(&s, 1);
	cr_assert_eq(s.status[2], OK, "%s", s.words);
	cr_expect_eq(pg_rows_affected(s.result), 3);
	/* What PostgreSQL itself prints is the judge. */
	script(&s, "set timezone = 'UTC'");
	script(&s, "select string_agg(t::text, E'\\n' order by id) from t");
	const char *expected =
		"(1,t,-32768,-2147483648,-9223372036854775808,-0.1,\"a\tb\n\\\\. \xc3\xa9 \xf0\x9f\x98\x80\",\"\\\\x00ff01\","
		"\"2000-01-01 00:00:00+00\",\"{-32768,-1,0,32767}\",\"{-2147483648,-1,0,2147483647}\",1900-01-01,"
		"\"{\"\"a\"\": [1, null]}\",12345678-9abc-def0-0102-030405060708,\"{\"\"b\"\":1}\")\n"
		"(2,,,,,,,,,,,,,,)\n"
		"(3,f,32767,2147483647,9223372036854775807,Infinity,\"\",\"\\\\x\",,{},{},2000-01-01,,"
		"12345678-9abc-def0-0102-030405060708,)";
	struct slice got = pg_get_bytes(s.result, 0, 0);
	cr_expect(slice_is(got, expected), "got\n%.*s", SLICE_ARGS(got));
	buf_fini(&b);
	finish(&s);
}

Test(pg_copy, a_refused_row_is_the_answer_of_the_end)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "create temp table t (n int primary key)");
	struct buf b;
	buf_init(&b, 1 << 20);
	copy_start(&b);
	for (int i = 0; i < 2; i++) {
		copy_row(&b, 1);
		copy_int4(&b, 7);
	}
	copy_finish(&b);
	pg_conn_copy_start(s.c, &copy_t, note, &s);
	await(&s, 1);
	cr_assert_eq(pg_conn_copy_write(s.c, buf_slice(&b)), FLOW_MORE);
	pg_conn_copy_end(s.c, note, &s);
	pg_conn_script(s.c, "select count(*) from t", note, &s);
	await(&s, 2);
	cr_expect_eq(s.status[2], E_CONFLICT);
	cr_expect_eq(s.status[3], OK);
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 0), "0"));
	buf_fini(&b);
	finish(&s);
}

Test(pg_copy, an_aborted_copy_leaves_nothing_and_a_usable_connection)
{
	struct scene s = given_connection();
	open_it(&s);
	script(&s, "create temp table t (n int)");
	pg_conn_copy_start(s.c, &copy_t, note, &s);
	await(&s, 1);
	pg_conn_copy_abort(s.c, "the upload ended early", note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[2], OK);
	cr_expect_eq(script(&s, "select * from t"), OK);
	cr_expect_eq(pg_rows(s.result), 0);
	finish(&s);
}

Test(pg_copy, a_copy_into_nothing_fails_at_its_start)
{
	struct scene s = given_connection();
	open_it(&s);
	pg_conn_copy_start(s.c, &copy_t, note, &s);
	await(&s, 1);
	cr_expect_str_eq(s.sqlstate[0], "42P01");
	cr_expect_eq(script(&s, "select 1"), OK);
	finish(&s);
}

Test(pg_copy, a_writer_over_the_budget_is_paused_and_then_told_to_go_on)
{
	struct scene s = given_connection_to(cluster_conninfo(),
					     &(struct pg_settings){.copy_budget_bytes = 64 * 1024});
	open_it(&s);
	script(&s, "create temp table t (n int, words text)");
	struct buf b;
	char filler[1000];
	memset(filler, 'x', sizeof(filler));
	buf_init(&b, 1 << 20);
	int64_t rows = 0;
	int paused = 0;
	pg_conn_copy_start(s.c, &copy_t, note, &s);
	await(&s, 1);
	pg_conn_copy_on_drain(s.c, stop_on_drain, &s);
	copy_start(&b);
	for (int i = 0; i < 400; i++) {
		for (int k = 0; k < 60; k++, rows++) {
			copy_row(&b, 2);
			copy_int4(&b, k);
			copy_text(&b, (struct slice){filler, sizeof(filler)});
		}
		enum flow flow = pg_conn_copy_write(s.c, buf_slice(&b));
		buf_clear(&b);
		cr_assert_neq(flow, FLOW_STOP);
		if (flow == FLOW_PAUSE) {
			paused++;
			loop_run(s.loop);
			cr_assert_eq(s.drained, paused);
		}
	}
	copy_finish(&b);
	cr_assert_neq(pg_conn_copy_write(s.c, buf_slice(&b)), FLOW_STOP);
	pg_conn_copy_end(s.c, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[2], OK, "%s", s.words);
	cr_expect_eq(pg_rows_affected(s.result), rows);
	cr_expect_gt(paused, 0);
	buf_fini(&b);
	finish(&s);
}

/* COPY OUT */

PLAIN(copy_numbers, "copy (select n from generate_series(1, 1000) n) to stdout")

struct reader {
	struct scene *s;
	int rows, pause_after, stop_after;
};

static struct reader reader;

static void resume(void *arg)
{
	pg_conn_copy_resume(((struct scene *)arg)->c);
}

static enum flow take_row(void *arg, struct slice bytes)
{
	char expected[16];
	reader.rows++;
	snprintf(expected, sizeof(expected), "%d\n", reader.rows);
	cr_assert(slice_is(bytes, expected));
	if (reader.rows == reader.stop_after)
		return FLOW_STOP;
	if (reader.rows == reader.pause_after) {
		loop_later(((struct scene *)arg)->loop, resume, arg);
		return FLOW_PAUSE;
	}
	return FLOW_MORE;
}

Test(pg_copy_out, every_row_comes_once_also_over_a_pause)
{
	struct scene s = given_connection();
	open_it(&s);
	reader.pause_after = 10;
	pg_conn_copy_out(s.c, &copy_numbers, take_row, note, &s);
	pg_conn_script(s.c, "select 1", note, &s);
	await(&s, 2);
	cr_expect_eq(s.status[0], OK);
	cr_expect_eq(s.status[1], OK);
	cr_expect_eq(reader.rows, 1000);
	finish(&s);
}

Test(pg_copy_out, a_reader_that_stops_gets_no_more_rows)
{
	struct scene s = given_connection();
	open_it(&s);
	reader.stop_after = 10;
	pg_conn_copy_out(s.c, &copy_numbers, take_row, note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_GONE);
	cr_expect_eq(reader.rows, 10);
	finish(&s);
}

/* Parameters and columns */

STATEMENT(
	echo,
	"select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text || ''",
	{"a", "bool"}, {"b", "int2"}, {"c", "int4"}, {"d", "int8"}, {"e", "float8"}, {"f", "text"},
	{"g", "bytea"}, {"h", "timestamptz"}, {"i", "int2[]"}, {"j", "int4[]"}, {"k", "int8[]"},
	{"l", "text[]"}, {"m", "jsonb"}, {"n", "date"}, {"o", "int4[]"}, {"p", "text"},
	{"q", "date"})

Test(pg_value, every_type_comes_back_equal)
{
	struct scene s = given_connection();
	open_it(&s);
	struct arena a;
	arena_init(&a, 1 << 16);
	const int16_t i2[] = {INT16_MIN, 0, INT16_MAX};
	const int32_t i4[] = {INT32_MIN, 0, INT32_MAX};
	const int64_t i8[] = {INT64_MIN, 0, INT64_MAX};
	const struct slice texts[] = {SLICE("a,\"b\""), SLICE_NONE, SLICE("")};
	const struct pg_value values[] = {
		pg_bool(true),
		pg_int2(-2),
		pg_int4(INT32_MIN),
		pg_int8(INT64_MAX),
		pg_float8(0.1),
		pg_text(SLICE("\xc3\xa9")),
		pg_bytea(SLICE("\0\1")),
		pg_timestamptz(-1),
		pg_int2_array(&a, i2, 3),
		pg_int4_array(&a, i4, 3),
		pg_int8_array(&a, i8, 3),
		pg_text_array(&a, texts, 3),
		pg_jsonb(&a, SLICE("{\"a\": 1}")),
		pg_date(59),
		pg_int4_array(&a, NULL, 0),
		pg_null(),
		pg_literal(&a, SLICE("2020-02-29")),
	};
	size_t n;
	pg_conn_run(s.c, &echo, values, COUNT_OF(values), note, &s);
	await(&s, 1);
	cr_assert_eq(s.status[0], OK, "%s", s.words);
	cr_expect(pg_get_bool(s.result, 0, 0));
	cr_expect_eq(pg_get_int2(s.result, 0, 1), -2);
	cr_expect_eq(pg_get_int4(s.result, 0, 2), INT32_MIN);
	cr_expect_eq(pg_get_int8(s.result, 0, 3), INT64_MAX);
	cr_expect(pg_get_float8(s.result, 0, 4) == 0.1);
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 5), "\xc3\xa9"));
	cr_expect(slice_equal(pg_get_bytes(s.result, 0, 6), SLICE("\0\1")));
	cr_expect_eq(pg_get_timestamptz(s.result, 0, 7), -1);
	cr_expect_arr_eq(pg_get_int2_array(s.result, 0, 8, &a, &n), i2, sizeof(i2));
	cr_expect_arr_eq(pg_get_int4_array(s.result, 0, 9, &a, &n), i4, sizeof(i4));
	cr_expect_arr_eq(pg_get_int8_array(s.result, 0, 10, &a, &n), i8, sizeof(i8));
	const struct slice *back = pg_get_text_array(s.result, 0, 11, &a, &n);
	cr_expect_eq(n, 3);
	cr_expect(slice_equal(back[0], texts[0]));
	cr_expect_null(back[1].at);
	cr_expect(back[2].at != NULL && back[2].len == 0);
	cr_expect(slice_is(pg_get_jsonb(s.result, 0, 12), "{\"a\": 1}"));
	cr_expect_eq(pg_get_date(s.result, 0, 13), 59);
	cr_expect_null(pg_get_int4_array(s.result, 0, 14, &a, &n));
	cr_expect_eq(n, 0);
	cr_expect(pg_is_null(s.result, 0, 15));
	cr_expect(slice_is(pg_get_bytes(s.result, 0, 16), "2020-02-29"));
	arena_fini(&a);
	finish(&s);
}

Test(pg_value, an_array_over_the_arenas_limit_is_a_limit_not_a_null)
{
	struct scene s = given_connection();
	open_it(&s);
	struct arena a;
	arena_init(&a, 8);
	STATEMENT(sum, "select $1", {"n", "int4[]"})
	pg_conn_run(s.c, &sum, (struct pg_value[]){pg_int4_array(&a, (int32_t[]){1, 2}, 2)}, 1,
		    note, &s);
	await(&s, 1);
	cr_expect_eq(s.status[0], E_LIMIT);
	arena_fini(&a);
	finish(&s);
}
