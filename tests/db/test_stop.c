/* The program itself, told to stop while the database does not answer. */
#include "db/ingest_scene.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

TestSuite(stop, .timeout = 60);

static struct scene s;

/** Statements that wait for a lock in this test's database. */
#define WAITING_HERE                                                                               \
	"select count(*) from pg_locks l join pg_database d on d.oid = l.database "                \
	"where d.datname = current_database() and not l.granted"

static PGconn *lock;
static pid_t server;

static void become_the_server(void)
{
	char program[512];
	const char *build = getenv("PLAUDIT_BUILD_DIR");
	int nothing = open("/dev/null", O_RDWR);
	snprintf(program, sizeof(program), "%s/server/app/plauditd", build != NULL ? build : ".");
	setenv("PLAUDIT_DATABASE_URL", s.runtime, 1);
	setenv("PLAUDIT_OWNER_DATABASE_URL", s.superuser, 1);
	setenv("PLAUDIT_ALLOW_OLD_SERVER", "1", 1);
	dup2(nothing, STDERR_FILENO);
	execl(program, program, "serve", "--host", "127.0.0.1", "--port", "0", (char *)NULL);
	_exit(127);
}

static void until_it_waits_for_the_lock(void)
{
	for (int i = 0; i < 1000; i++) {
		if (number(&s, WAITING_HERE) > 0)
			return;
		usleep(10000);
	}
	cr_assert_fail("the server did not read its keys");
}

/** A server whose first reading of the keys is never answered. */
static void given_server_that_waits(void)
{
	given_scene(&s, NULL);
	lock = PQconnectdb(s.superuser);
	PGresult *r = PQexec(lock, "begin; lock table api_key in access exclusive mode");
	cr_assert_eq(PQresultStatus(r), PGRES_COMMAND_OK, "%s", PQerrorMessage(lock));
	PQclear(r);
	server = fork();
	if (server == 0)
		become_the_server();
	until_it_waits_for_the_lock();
}

/** Its exit status; -1: killed by a signal; -2: it still runs after 15 seconds. */
static int end_of_server(void)
{
	int status = 0;
	for (int i = 0; i < 1500; i++) {
		if (waitpid(server, &status, WNOHANG) == server)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(10000);
	}
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	return -2;
}

static void clean_up(void)
{
	PQfinish(lock);
	end_scene(&s);
}

Test(stop, a_server_ends_although_the_database_never_answers)
{
	given_server_that_waits();
	kill(server, SIGTERM);
	int end = end_of_server();
	cr_expect_eq(end, EXIT_FAILURE, "%d", end);
	clean_up();
}

Test(stop, a_closing_server_can_be_asked_for_its_state_and_told_to_stop_again)
{
	given_server_that_waits();
	kill(server, SIGTERM);
	usleep(500000);
	kill(server, SIGUSR1);
	kill(server, SIGTERM);
	usleep(500000);
	PQclear(PQexec(lock, "rollback"));
	cr_expect_eq(end_of_server(), EXIT_SUCCESS);
	clean_up();
}
