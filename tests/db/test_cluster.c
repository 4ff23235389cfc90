/* The embedded cluster: made, found, stopped, killed, in the way. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "app/child.h"
#include "app/cluster.h"

static char directory[200];
static struct cluster *cluster;
static struct trouble why;

static void given_directory(void)
{
	snprintf(directory, sizeof(directory), "/tmp/plaudit-ct-XXXXXX");
	cr_assert_not_null(mkdtemp(directory));
	cr_assert_eq(chmod(directory, 0755), 0);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about, (void)kind, (void)where;
	return remove(path);
}

static void clean(void)
{
	cluster_close(&cluster);
	if (directory[0] != '\0')
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(cluster, .init = given_directory, .fini = clean, .timeout = 120);

static void open_it(void)
{
	cr_assert_eq(cluster_open(directory, &cluster, &why), OK, "%s", why.words);
}

/** The first value of an answer, or its SQLSTATE; valid until the next call. */
static const char *ask(const char *conninfo, const char *sql)
{
	static char text[400];
	PGconn *conn = PQconnectdb(conninfo);
	PGresult *answer = PQexec(conn, sql);
	const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);

	if (PQstatus(conn) != CONNECTION_OK)
		snprintf(text, sizeof(text), "%s", PQerrorMessage(conn));
	else if (state != NULL)
		snprintf(text, sizeof(text), "%s", state);
	else
		snprintf(text, sizeof(text), "%s",
			 PQntuples(answer) > 0 ? PQgetvalue(answer, 0, 0) : PQcmdStatus(answer));
	PQclear(answer);
	PQfinish(conn);
	return text;
}

static const char *as_owner(const char *sql)
{
	return ask(cluster_owner_conninfo(cluster), sql);
}

static const char *as_runtime(const char *sql)
{
	return ask(cluster_runtime_conninfo(cluster), sql);
}

Test(cluster, a_new_one_has_the_two_roles_and_checksums)
{
	open_it();
	cr_assert_str_eq(as_owner("select current_user"), "plaudit_owner");
	cr_assert_str_eq(as_runtime("select current_user"), "plaudit_runtime");
	cr_assert_str_eq(as_owner("show data_checksums"), "on");
	cr_assert_str_eq(as_owner("show server_encoding"), "UTF8");
	cr_assert_str_eq(as_owner("show listen_addresses"), "");
	cr_assert_str_eq(as_owner("show synchronous_commit"), "on");
}

Test(cluster, the_runtime_role_may_not_make_tables)
{
	open_it();
	cr_assert_str_eq(as_runtime("create table t (x int)"), "42501");
	cr_assert_str_eq(as_owner("create table t (x int)"), "CREATE TABLE");
}

Test(cluster, neither_role_is_a_superuser)
{
	open_it();
	cr_assert_str_eq(
		as_owner("select bool_or(rolsuper) from pg_roles where rolname ~ '^plaudit'"), "f");
}

Test(cluster, what_was_committed_is_there_after_a_stop)
{
	open_it();
	cr_assert_str_eq(as_owner("create table t as select 7 as x"), "SELECT 1");
	cluster_close(&cluster);
	open_it();
	cr_assert_str_eq(as_owner("select x from t"), "7");
}

Test(cluster, a_second_one_on_the_same_directory_is_refused)
{
	struct cluster *second;

	open_it();
	cr_assert_eq(cluster_open(directory, &second, &why), E_CONFLICT);
	cr_assert_null(second);
	cr_assert(strstr(why.words, "another plauditd"));
	cr_assert_str_eq(as_owner("select 1"), "1");
}

Test(cluster, nobody_else_can_hold_the_lock)
{
	char path[300];
	struct stat about;

	open_it();
	snprintf(path, sizeof(path), "%s/lock", directory);
	cr_assert_eq(stat(path, &about), 0);
	cr_assert_eq(about.st_mode & 077, 0);
}

Test(cluster, one_that_runs_is_found_and_left_running)
{
	struct cluster *found;

	open_it();
	cr_assert_eq(cluster_find(directory, &found, &why), OK, "%s", why.words);
	cr_assert_str_eq(ask(cluster_owner_conninfo(found), "select current_user"),
			 "plaudit_owner");
	cluster_close(&found);
	cr_assert_str_eq(as_owner("select 1"), "1");
}

Test(cluster, one_that_does_not_run_is_not_found)
{
	struct cluster *found;

	cr_assert_eq(cluster_find(directory, &found, &why), E_GONE);
	cr_assert_eq(cluster_find("/nonexistent", &found, &why), E_GONE);
	open_it();
	cluster_close(&cluster);
	cr_assert_eq(cluster_find(directory, &found, &why), E_GONE);
}

Test(cluster, a_killed_postgres_is_noticed_and_recovers)
{
	open_it();
	cr_assert_str_eq(as_owner("create table t as select 7 as x"), "SELECT 1");
	cr_assert_not(cluster_died(cluster, &why));
	kill(cluster_pid(cluster), SIGKILL);
	for (int i = 0; i < 100 && !cluster_died(cluster, &why); i++)
		child_sleep_ms(20);
	cr_assert_str_eq(why.words, "killed by signal 9");
	cr_assert_eq(cluster_pid(cluster), 0);
	cluster_close(&cluster);
	open_it();
	cr_assert_str_eq(as_owner("select x from t"), "7");
}

/** A plauditd that is killed without warning while its cluster runs. */
static pid_t open_in_a_process_and_kill_it(void)
{
	pid_t postgres = 0;
	int channel[2], how;
	pid_t child;

	cr_assert_eq(pipe(channel), 0);
	child = fork();
	if (child == 0) {
		pid_t mine = 0;
		if (cluster_open(directory, &cluster, &why) == OK)
			mine = cluster_pid(cluster);
		if (write(channel[1], &mine, sizeof(mine)) != sizeof(mine))
			_exit(1);
		for (;;)
			pause();
	}
	cr_assert_eq(read(channel[0], &postgres, sizeof(postgres)), (ssize_t)sizeof(postgres));
	kill(child, SIGKILL);
	waitpid(child, &how, 0);
	return postgres;
}

/** A process that ended but was not waited for has no program any more. */
static bool runs(pid_t pid)
{
	char path[64], program[300];

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return readlink(path, program, sizeof(program)) > 0;
}

Test(cluster, after_kill_nine_the_next_one_waits_for_the_old_server_and_starts)
{
	pid_t old = open_in_a_process_and_kill_it();

	cr_assert_gt(old, 0);
	open_it();
	cr_assert_neq(cluster_pid(cluster), old);
	cr_assert_not(runs(old));
	cr_assert_str_eq(as_owner("select 1"), "1");
}

Test(cluster, an_initdb_that_was_cut_off_is_begun_again)
{
	char path[250];
	FILE *file;

	snprintf(path, sizeof(path), "%s/pgdata.new", directory);
	cr_assert_eq(mkdir(path, 0700), 0);
	strcat(path, "/half");
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fclose(file);
	open_it();
	cr_assert_str_eq(as_owner("select 1"), "1");
}

Test(cluster, a_directory_too_deep_for_a_socket_gets_a_short_one)
{
	char top[200], note[300];

	strcpy(top, directory);
	for (int i = 0; i < 4; i++)
		strcat(directory, "/twenty-four-characters");
	open_it();
	cr_assert(strstr(cluster_owner_conninfo(cluster), "host='/tmp/plaudit-"));
	cr_assert_str_eq(as_owner("select 1"), "1");
	cluster_close(&cluster);
	open_it();
	cr_assert_str_eq(as_owner("select 1"), "1");
	snprintf(note, sizeof(note), "%s/socket_dir", directory);
	cr_assert_eq(access(note, F_OK), 0);
	cluster_close(&cluster);
	strcpy(directory, top);
}

Test(cluster, a_quote_and_a_space_in_the_path_do_no_harm)
{
	strcat(directory, "/it's a \"dir\", really");
	open_it();
	cr_assert_str_eq(as_owner("select 1"), "1");
	cluster_close(&cluster);
	*strrchr(directory, '/') = '\0';
}

Test(cluster, a_closed_parent_is_named)
{
	if (geteuid() != 0) {
		rmdir(directory); /* a skipped test has no .fini */
		cr_skip_test("only root starts PostgreSQL as somebody else");
	}
	chmod(directory, 0700);
	cr_assert_eq(cluster_open(directory, &cluster, &why), E_INPUT);
	cr_assert_str_eq(why.code, "directory_closed");
	cr_assert(strstr(why.words, directory));
}

Test(cluster, a_directory_that_cannot_be_made_is_refused)
{
	cr_assert_eq(cluster_open("/dev/null/x", &cluster, &why), E_INPUT);
	cr_assert_null(cluster);
}
