/* Every statement of store/sql against a migrated database: what its heading says is what
 * PostgreSQL says, so a migration that breaks a statement fails here, by name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "app/migrate.h"
#include "app/migrations.h"
#include "db/cluster.h"
#include "store/sql.h"

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

static PGconn *conn;

static void run(const char *text)
{
	PGresult *answer = PQexec(conn, text);
	cr_assert_eq(PQresultStatus(answer), PGRES_COMMAND_OK, "%s: %s", text,
		     PQerrorMessage(conn));
	PQclear(answer);
}

/** A connection as the server's role, with the temporary tables its connections have. */
static void given_migrated(const char *name)
{
	static const struct migrations ours = {MIGRATIONS, MIGRATION_COUNT};
	struct trouble why;
	size_t applied;
	const char *conninfo = cluster_database(name);
	cr_assert_eq(migrate_connect(conninfo, true, &conn, &why), OK, "%s", why.words);
	cr_assert_eq(migrate_up(conn, &ours, &applied, &why), OK, "%s", why.words);
	run("set role plaudit_runtime");
	const struct pg_statement *const tables[] = {&SQL_DOUBTFUL_TABLE, &SQL_INBOX_PART_TABLE,
						     &SQL_REPLACE_TABLE, &SQL_UNDO_TABLE};
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		char *text = pg_text_join(tables[i]->parts);
		run(text);
		memory_free(text);
	}
}

static void end(void)
{
	PQfinish(conn);
}

TestSuite(sql, .fini = end, .timeout = 120);

static bool is_copy(const char *text)
{
	return strncmp(text, "copy ", 5) == 0;
}

static void expect_parameters(const struct pg_statement *s, const PGresult *said)
{
	cr_expect_eq((size_t)PQnparams(said), s->parameter_count,
		     "%s: the heading has %zu parameters, the statement %d", s->name,
		     s->parameter_count, PQnparams(said));
	for (int i = 0; i < PQnparams(said) && (size_t)i < s->parameter_count; i++)
		cr_expect_eq(PQparamtype(said, i), pg_type_oid(s->parameters[i].type),
			     "%s: $%d is %s in the heading, type %u in the statement", s->name,
			     i + 1, s->parameters[i].type, PQparamtype(said, i));
}

static void expect_columns(const struct pg_statement *s, const PGresult *said)
{
	cr_expect_eq((size_t)PQnfields(said), s->column_count,
		     "%s: the heading has %zu columns, the statement %d", s->name, s->column_count,
		     PQnfields(said));
	for (int i = 0; i < PQnfields(said) && (size_t)i < s->column_count; i++)
		cr_expect_eq(PQftype(said, i), pg_type_oid(s->columns[i].type),
			     "%s: column %s is %s in the heading, type %u in the statement",
			     s->name, s->columns[i].name, s->columns[i].type, PQftype(said, i));
}

static void prepare_and_compare(const struct pg_statement *s, const char *text)
{
	Oid types[PG_PARAMETERS_MOST];
	for (size_t i = 0; i < s->parameter_count; i++) {
		types[i] = pg_type_oid(s->parameters[i].type);
		cr_expect_neq(types[i], 0, "%s: no type %s", s->name, s->parameters[i].type);
	}
	PGresult *prepared = PQprepare(conn, s->name, text, (int)s->parameter_count, types);
	cr_expect_eq(PQresultStatus(prepared), PGRES_COMMAND_OK, "%s: %s", s->name,
		     PQerrorMessage(conn));
	if (PQresultStatus(prepared) == PGRES_COMMAND_OK) {
		PGresult *said = PQdescribePrepared(conn, s->name);
		expect_parameters(s, said);
		expect_columns(s, said);
		PQclear(said);
	}
	PQclear(prepared);
}

Test(sql, every_statement_can_be_prepared_and_is_what_its_heading_says)
{
	given_migrated("prepared");
	size_t prepared = 0;
	for (size_t i = 0; i < SQL_COUNT; i++) {
		char *text = pg_text_join(SQL_ALL[i]->parts);
		if (!is_copy(text)) {
			prepare_and_compare(SQL_ALL[i], text);
			prepared++;
		}
		memory_free(text);
	}
	cr_expect_gt(prepared, 25);
}

/** Begins the COPY, takes it back, and goes on. */
static void start_and_end(const struct pg_statement *s, const char *text)
{
	PGresult *started = PQexec(conn, text);
	cr_expect_eq(PQresultStatus(started), PGRES_COPY_IN, "%s: %s", s->name,
		     PQerrorMessage(conn));
	cr_expect(PQbinaryTuples(started), "%s is not binary", s->name);
	PQclear(started);
	cr_assert_eq(PQputCopyEnd(conn, "only a test"), 1);
	PGresult *ended = PQgetResult(conn);
	cr_expect_str_eq(PQresultErrorField(ended, PG_DIAG_SQLSTATE), "57014");
	PQclear(ended);
	cr_assert_null(PQgetResult(conn));
}

Test(sql, every_copy_can_be_begun_by_the_servers_role)
{
	given_migrated("copied");
	size_t begun = 0;
	for (size_t i = 0; i < SQL_COUNT; i++) {
		char *text = pg_text_join(SQL_ALL[i]->parts);
		if (is_copy(text)) {
			start_and_end(SQL_ALL[i], text);
			begun++;
		}
		memory_free(text);
	}
	cr_expect_eq(begun, 4);
}

Test(sql, the_columns_of_fresh_doubtful_and_replacing_rows_are_the_same)
{
	given_migrated("columns");
	char *fresh = pg_text_join(SQL_RESULT_COPY.parts);
	char *doubtful = pg_text_join(SQL_DOUBTFUL_COPY.parts);
	char *replacing = pg_text_join(SQL_REPLACE_COPY.parts);
	cr_expect_str_eq(strchr(fresh, '('), strchr(doubtful, '('));
	cr_expect_str_eq(strchr(fresh, '('), strchr(replacing, '('));
	memory_free(replacing);
	memory_free(fresh);
	memory_free(doubtful);
}
