#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "db/pg_scene.h"
#include "pg/copy_row.h"

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
