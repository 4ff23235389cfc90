/* The runner against a real PostgreSQL, with migrations of its own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/migrate.h"
#include "app/migrations.h"
#include "db/cluster.h"

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

static const char *const first[] = {"-- migrate:up\ncreate table a (x int);\n",
				    "create table b (x int);\n-- migrate:down\n",
				    "drop table b;\ndrop table a;\n", NULL};
static const char *const second[] = {
	"-- migrate:up\ninsert into a values (1);\n-- migrate:down\ndelete from a;\n", NULL};
static const char *const changed[] = {
	"-- migrate:up\ninsert into a values (2);\n-- migrate:down\ndelete from a;\n", NULL};
static const char *const concurrently[] = {"-- migrate:up transaction:false\n"
					   "create index concurrently a_x on a (x);\n"
					   "-- migrate:down transaction:false\n"
					   "drop index concurrently a_x;\n",
					   NULL};
static const char *const broken[] = {"-- migrate:up\ninsert into a values (7);\n"
				     "insert into a values ('no number');\n"
				     "-- migrate:down\n",
				     NULL};
static const char *const commits[] = {"-- migrate:up\ninsert into a values (7);\ncommit;\n"
				      "-- migrate:down\n",
				      NULL};

static const struct pg_migration list[] = {{1, "0001_tables.sql", first},
					   {2, "0002_rows.sql", second},
					   {3, "0003_i.sql", concurrently}};
static const struct migrations all = {list, 3}, two = {list, 2}, one = {list, 1};

static PGconn *conn;
static struct trouble why;
static size_t applied;

/** An empty database of the test's own and a connection to it. */
static void given_database(const char *name)
{
	cr_assert_eq(migrate_connect(cluster_database(name), true, &conn, &why), OK, "%s",
		     why.words);
}

static void end(void)
{
	PQfinish(conn);
}

TestSuite(migrate, .fini = end);

/** The first column of the first row, valid until the next call. */
static const char *value(const char *sql)
{
	static char text[200];
	PGresult *answer = PQexec(conn, sql);

	cr_assert_eq(PQresultStatus(answer), PGRES_TUPLES_OK, "%s", PQerrorMessage(conn));
	snprintf(text, sizeof(text), "%s", PQgetvalue(answer, 0, 0));
	PQclear(answer);
	return text;
}

static void given(const struct migrations *known)
{
	cr_assert_eq(migrate_up(conn, known, &applied, &why), OK, "%s", why.words);
}

Test(migrate, up_applies_all_in_order_and_records_them_as_dbmate_does)
{
	given_database("m_up");
	given(&all);
	cr_assert_eq(applied, 3);
	cr_assert_str_eq(value("select string_agg(version, ',' order by version)"
			       " from schema_migrations"),
			 "0001,0002,0003");
	cr_assert_str_eq(value("select count(*) from a"), "1");
}

Test(migrate, up_again_does_nothing)
{
	given_database("m_again");
	given(&all);
	given(&all);
	cr_assert_eq(applied, 0);
	cr_assert_str_eq(value("select count(*) from a"), "1");
}

Test(migrate, up_goes_on_where_it_was)
{
	given_database("m_on");
	given(&one);
	given(&all);
	cr_assert_eq(applied, 2);
}

Test(migrate, the_recorded_checksum_is_what_postgresql_computes)
{
	char sql[400];

	given_database("m_sha");
	given(&two);
	snprintf(sql, sizeof(sql),
		 "select sha256 = encode(sha256(convert_to($x$%s$x$, 'UTF8')), 'hex')"
		 " from plaudit_migration_checksum where version = '0002'",
		 second[0]);
	cr_assert_str_eq(value(sql), "t");
}

Test(migrate, a_changed_file_is_refused)
{
	const struct pg_migration other[] = {list[0], {2, "0002_rows.sql", changed}};

	given_database("m_changed");
	given(&two);
	cr_assert_eq(migrate_up(conn, &(struct migrations){other, 2}, &applied, &why), E_CONFLICT);
	cr_assert_str_eq(why.code, "migration_changed");
}

Test(migrate, one_that_was_skipped_is_refused)
{
	const struct pg_migration gap[] = {list[0], list[2]};

	given_database("m_gap");
	given(&(struct migrations){gap, 2});
	cr_assert_eq(migrate_up(conn, &all, &applied, &why), E_CONFLICT);
	cr_assert_str_eq(why.code, "migration_out_of_order");
	cr_assert_eq(applied, 0);
}

Test(migrate, a_failing_file_leaves_nothing_and_is_named_with_its_line)
{
	const struct pg_migration bad[] = {list[0], {2, "0002_bad.sql", broken}};

	given_database("m_bad");
	cr_assert_eq(migrate_up(conn, &(struct migrations){bad, 2}, &applied, &why), E_INTERNAL);
	cr_assert_eq(applied, 1);
	cr_assert_str_eq(why.words, "migration 0002_bad.sql, line 3: invalid input syntax for type "
				    "integer: \"no number\"");
	cr_assert_str_eq(value("select count(*) from a"), "0");
	cr_assert_str_eq(value("select count(*) from schema_migrations"), "1");
}

Test(migrate, a_file_that_commits_by_itself_is_refused)
{
	const struct pg_migration bad[] = {list[0], {2, "0002_bad.sql", commits}};

	given_database("m_commits");
	cr_assert_eq(migrate_up(conn, &(struct migrations){bad, 2}, &applied, &why), E_INPUT);
	cr_assert_str_eq(value("select count(*) from schema_migrations"), "1");
}

Test(migrate, down_takes_one_step_and_up_brings_it_back)
{
	const struct pg_migration *undone;

	given_database("m_down");
	given(&two);
	cr_assert_eq(migrate_down(conn, &two, &undone, &why), OK, "%s", why.words);
	cr_assert_eq(undone, &list[1]);
	cr_assert_str_eq(value("select count(*) from a"), "0");
	given(&two);
	cr_assert_eq(applied, 1);
}

Test(migrate, down_to_nothing_leaves_no_table_of_the_migrations)
{
	const struct pg_migration *undone;

	given_database("m_down_all");
	given(&all);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(migrate_down(conn, &all, &undone, &why), OK, "%s", why.words);
	cr_assert_eq(migrate_down(conn, &all, &undone, &why), OK);
	cr_assert_null(undone);
	cr_assert_str_eq(value("select to_regclass('a') is null"), "t");
}

Test(migrate, status_shows_what_is_applied_and_what_is_not)
{
	struct buf text;
	size_t pending = 0;

	given_database("m_status");
	given(&one);
	buf_init(&text, 1000);
	cr_assert_eq(migrate_status(conn, &two, &pending, &text, &why), OK);
	cr_assert(slice_is(buf_slice(&text),
			   "[X] 0001_tables.sql\n[ ] 0002_rows.sql\napplied: 1\npending: 1\n"));
	cr_assert_eq(pending, 1);
	buf_fini(&text);
}

Test(migrate, status_of_an_empty_database_changes_nothing)
{
	struct buf text;
	size_t pending = 0;

	given_database("m_empty");
	buf_init(&text, 1000);
	cr_assert_eq(migrate_status(conn, &two, &pending, &text, &why), OK);
	cr_assert_eq(pending, 2);
	cr_assert_str_eq(value("select to_regclass('schema_migrations') is null"), "t");
	buf_fini(&text);
}

Test(migrate, check_accepts_exactly_the_known_schema)
{
	given_database("m_check");
	given(&two);
	cr_assert_eq(migrate_check(conn, &two, &why), OK);
	cr_assert_eq(migrate_check(conn, &all, &why), E_CONFLICT);
	cr_assert_str_eq(why.code, "schema_older");
	cr_assert(strstr(why.words, "plauditd migrate up"));
	cr_assert_eq(migrate_check(conn, &one, &why), E_CONFLICT);
	cr_assert_str_eq(why.code, "schema_newer");
}

Test(migrate, a_role_without_rights_may_check)
{
	given_database("m_role");
	given(&two);
	PQclear(PQexec(conn, "create role m_nobody"));
	PQclear(PQexec(conn, "set role m_nobody"));
	cr_assert_eq(migrate_check(conn, &two, &why), OK, "%s", why.words);
}

Test(migrate, what_dbmate_applied_is_taken_over_with_its_checksum)
{
	given_database("m_dbmate");
	given(&two);
	PQclear(PQexec(conn, "drop table plaudit_migration_checksum"));
	cr_assert_eq(migrate_check(conn, &two, &why), OK);
	given(&all);
	cr_assert_eq(applied, 1);
	cr_assert_str_eq(value("select count(*) from plaudit_migration_checksum"), "3");
}

static void run_up(const char *conninfo, const struct migrations *known)
{
	PGconn *own;

	if (migrate_connect(conninfo, true, &own, NULL) < 0 ||
	    migrate_up(own, known, &applied, NULL) < 0)
		_exit(1);
	PQfinish(own);
	_exit(0);
}

Test(migrate, four_runners_at_once_apply_each_file_once)
{
	enum { RUNNERS = 4 };
	char conninfo[500];
	int how, good = 0;

	given_database("m_race");
	snprintf(conninfo, sizeof(conninfo), "host=%s dbname=m_race user=%s", PQhost(conn),
		 PQuser(conn));
	for (int i = 0; i < RUNNERS; i++)
		if (fork() == 0)
			run_up(conninfo, &all);
	for (int i = 0; i < RUNNERS; i++)
		good += wait(&how) > 0 && how == 0;
	cr_assert_eq(good, RUNNERS);
	cr_assert_str_eq(value("select count(*) from a"), "1");
}

Test(migrate, a_role_another_database_makes_at_this_moment_is_no_fault, .timeout = 60)
{
	const struct migrations ours = {MIGRATIONS, MIGRATION_COUNT};
	char conninfo[500];
	int how;

	given_database("m_role_theirs");
	snprintf(conninfo, sizeof(conninfo), "%s", cluster_database("m_role_ours"));
	PQclear(PQexec(conn, "begin"));
	PQclear(PQexec(conn, "create role plaudit_runtime login"));
	if (fork() == 0)
		run_up(conninfo, &ours);
	while (strcmp(value("select exists (select from pg_locks where not granted)"), "t") != 0)
		usleep(10000);
	PQclear(PQexec(conn, "commit"));
	cr_assert(wait(&how) > 0);
	cr_assert_eq(how, 0);
}
