#include <criterion/criterion.h>
#include <string.h>

#include "db/cluster.h"
#include "loop/loop.h"
#include "pg/conn.h"
#include "sql_sample/migrations.h"
#include "sql_sample/sql.h"

struct scene {
	struct loop *loop;
	struct pg_conn *c;
	enum status status;
	struct pg_result *result;
};

static void note(void *arg, const struct pg_answer *a)
{
	struct scene *s = arg;
	s->status = a->status;
	s->result = pg_answer_keep(a);
	pg_conn_close(&s->c, NULL, NULL);
}

static void note_open(void *arg, const struct pg_answer *a)
{
	(void)arg;
	cr_assert_eq(a->status, OK, "%s", a->why.words);
}

/** What the server answers to an embedded statement. */
static struct pg_result *answer_of(const struct pg_statement *statement,
				   const struct pg_value *values, size_t count)
{
	struct scene s = {.loop = loop_new()};
	s.c = pg_conn_new(s.loop, &(struct pg_settings){.conninfo = cluster_conninfo()});
	pg_conn_open(s.c, note_open, &s);
	pg_conn_run(s.c, statement, values, count, note, &s);
	loop_run(s.loop);
	loop_free(s.loop);
	cr_assert_eq(s.status, OK);
	return s.result;
}

Test(embed_sql, what_c_or_cmake_would_trip_over_arrives_unchanged)
{
	struct pg_result *r = answer_of(&SQL_AWKWARD, (struct pg_value[]){pg_int4(5)}, 1);
	cr_expect_eq(pg_get_int4(r, 0, 0), 5);
	cr_expect(slice_is(pg_get_bytes(r, 0, 1),
			   "a \"quoted\" \\ back;slash [x] ${y} @z@ ?\?/ \ttab \xc3\xa9"));
	pg_result_free(&r);
}

Test(embed_sql, the_heading_becomes_parameters_columns_and_flags)
{
	cr_expect_str_eq(SQL_AWKWARD.name, "awkward");
	cr_expect_eq(SQL_AWKWARD.parameter_count, 1);
	cr_expect_str_eq(SQL_AWKWARD.parameters[0].type, "int4");
	cr_expect_eq(SQL_AWKWARD.column_count, 2);
	cr_expect_str_eq(SQL_AWKWARD.columns[1].name, "words");
	cr_expect(SQL_AWKWARD.reads_only);
	cr_expect_not(SQL_MANY_LINES.reads_only);
	cr_expect(SQL_LONG_LINE.text_result);
}

Test(embed_sql, a_line_longer_than_a_literal_may_be_is_cut_and_joined)
{
	struct pg_result *r = answer_of(&SQL_LONG_LINE, NULL, 0);
	cr_expect(slice_is(pg_get_bytes(r, 0, 0), "12000"));
	pg_result_free(&r);
	for (const char *const *part = SQL_LONG_LINE.parts; *part != NULL; part++)
		cr_expect_leq(strlen(*part), 4000);
}

Test(embed_sql, a_text_of_many_lines_is_cut_and_joined)
{
	struct pg_result *r = answer_of(&SQL_MANY_LINES, NULL, 0);
	cr_expect_eq(pg_get_int8(r, 0, 0), 1500 * 1501 / 2);
	pg_result_free(&r);
	for (const char *const *part = SQL_MANY_LINES.parts; *part != NULL; part++)
		cr_expect_leq(strlen(*part), 4000);
}

Test(embed_sql, all_statements_are_listed_and_migrations_are_in_order)
{
	cr_expect_eq((int)SQL_COUNT, 3);
	cr_expect_eq(SQL_ALL[0], &SQL_AWKWARD);
	cr_expect_eq((int)MIGRATION_COUNT, 2);
	cr_expect_eq(MIGRATIONS[0].version, 1);
	cr_expect_str_eq(MIGRATIONS[1].name, "0002_second.sql");
	char *text = pg_text_join(MIGRATIONS[0].parts);
	cr_expect_str_eq(text, "-- migrate:up\ncreate table first (n int);\n\n"
			       "-- migrate:down\ndrop table first;\n");
	memory_free(text);
}
