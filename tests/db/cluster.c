#include "db/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/stats.h>
#include <libpq-fe.h>

/* Criterion runs each test in a new process of this program: what the tests must know travels in
 * the environment. */
#define FOLDER_VARIABLE "PLAUDIT_TEST_CLUSTER"

enum { START_SECONDS = 30 };

static char bin[256];
static pid_t postmaster;

static void give_up(const char *what)
{
	fprintf(stderr, "cluster: %s: %s\n", what, strerror(errno));
	exit(1);
}

static const char *folder(void)
{
	const char *at = getenv(FOLDER_VARIABLE);
	if (at == NULL)
		give_up("not started");
	return at;
}

static void find_binaries(void)
{
	glob_t found;
	int newest = 0;
	if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) != 0)
		give_up("no PostgreSQL server under /usr/lib/postgresql");
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int major = (int)strtol(found.gl_pathv[i] + strlen("/usr/lib/postgresql/"), NULL,
					10);
		if (major > newest)
			newest = major;
	}
	globfree(&found);
	snprintf(bin, sizeof(bin), "/usr/lib/postgresql/%d/bin", newest);
}

/** In the child, before exec: PostgreSQL refuses to be root. */
static void become_postgres(void)
{
	if (getuid() != 0)
		return;
	const struct passwd *account = getpwnam("postgres");
	if (account == NULL || initgroups("postgres", account->pw_gid) != 0 ||
	    setgid(account->pw_gid) != 0 || setuid(account->pw_uid) != 0)
		_exit(126);
}

static pid_t start(char *const argv[], int die_with_parent)
{
	char log[256];
	snprintf(log, sizeof(log), "%s/log", folder());
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid > 0)
		return pid;
	become_postgres();
	/* After setuid(), which clears it. SIGQUIT is the postmaster's immediate shutdown. */
	if (die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || getppid() != parent))
		_exit(126);
	int to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int from = open("/dev/null", O_RDONLY);
	if (to < 0 || from < 0 || dup2(from, 0) < 0 || dup2(to, 1) < 0 || dup2(to, 2) < 0)
		_exit(126);
	if (chdir("/tmp") == 0)
		execv(argv[0], argv);
	_exit(127);
}

static int run(char *const argv[])
{
	int status = -1;
	pid_t pid = start(argv, 0);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			give_up("waitpid");
	return status;
}

static void sleep_ms(long ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	nanosleep(&pause, NULL);
}

/** ctest counts a leaked folder as nothing, people do not. */
static void remove_folder(void)
{
	char *argv[] = {"/bin/rm", "-rf", "--", strdup(folder()), NULL};
	run(argv);
	free(argv[3]);
}

static void await_answer(void)
{
	for (int i = 0; i < START_SECONDS * 50; i++) {
		if (PQping(cluster_conninfo()) == PQPING_OK)
			return;
		if (postmaster > 0 && waitpid(postmaster, NULL, WNOHANG) == postmaster)
			break;
		sleep_ms(20);
	}
	fprintf(stderr, "cluster: the server does not answer, see %s/log\n", folder());
	exit(1);
}

static void make_folder(void)
{
	char template[] = "/tmp/plaudit-db-XXXXXX";
	if (mkdtemp(template) == NULL)
		give_up("mkdtemp");
	if (getuid() == 0) {
		const struct passwd *account = getpwnam("postgres");
		if (account == NULL || chown(template, account->pw_uid, account->pw_gid) != 0)
			give_up("the account postgres");
	}
	setenv(FOLDER_VARIABLE, template, 1);
}

void cluster_start(void)
{
	if (postmaster > 0)
		return;
	find_binaries();
	make_folder();
	char initdb[300], postgres[300], data[200], socket[200];
	snprintf(initdb, sizeof(initdb), "%s/initdb", bin);
	snprintf(postgres, sizeof(postgres), "%s/postgres", bin);
	snprintf(data, sizeof(data), "%s/data", folder());
	snprintf(socket, sizeof(socket), "unix_socket_directories=%s", folder());
	char *make[] = {initdb, "-D",	    data, "--no-sync", "-A",	     "trust",
			"-U",	"postgres", "-E", "UTF8",      "--locale=C", NULL};
	if (run(make) != 0) {
		fprintf(stderr, "cluster: initdb failed, see %s/log\n", folder());
		exit(1);
	}
	char *serve[] = {postgres,
			 "-D",
			 data,
			 "-c",
			 "listen_addresses=",
			 "-c",
			 socket,
			 "-c",
			 "fsync=off",
			 "-c",
			 "full_page_writes=off",
			 "-c",
			 "shared_buffers=32MB",
			 "-c",
			 "max_connections=60",
			 "-c",
			 "max_prepared_transactions=4",
			 NULL};
	postmaster = start(serve, 1);
	atexit(cluster_stop);
	await_answer();
}

void cluster_stop(void)
{
	if (postmaster <= 0)
		return;
	kill(postmaster, SIGQUIT);
	waitpid(postmaster, NULL, 0);
	postmaster = 0;
	remove_folder();
}

const char *cluster_conninfo(void)
{
	static char text[256];
	snprintf(text, sizeof(text), "host=%s dbname=postgres user=postgres", folder());
	return text;
}

/** One text over a connection of its own. */
static int succeeds(const char *database, const char *text)
{
	char conninfo[256];
	snprintf(conninfo, sizeof(conninfo), "host=%s dbname=%s user=postgres", folder(), database);
	PGconn *pq = PQconnectdb(conninfo);
	PGresult *r = PQexec(pq, text);
	ExecStatusType status = PQresultStatus(r);
	int good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (!good)
		fprintf(stderr, "cluster: %s", PQerrorMessage(pq));
	PQclear(r);
	PQfinish(pq);
	return good;
}

const char *cluster_database(const char *name)
{
	static char text[256];
	snprintf(text, sizeof(text), "create database %s template template0", name);
	if (!succeeds("postgres", text))
		exit(1);
	snprintf(text, sizeof(text), "host=%s dbname=%s user=postgres", folder(), name);
	return text;
}

int cluster_sql(const char *database, const char *text)
{
	return succeeds(database, text);
}

void cluster_crash(void)
{
	/* The postmaster takes the death of any of its processes as a crash: it ends all others
	 * and recovers from the log. */
	PGconn *pq = PQconnectdb(cluster_conninfo());
	PGresult *r = PQexec(pq,
			     "select pid from pg_stat_activity where backend_type = 'walwriter'");
	if (PQntuples(r) != 1)
		give_up("no walwriter");
	pid_t victim = (pid_t)strtol(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	if (kill(victim, SIGKILL) != 0)
		give_up("kill");
	/* Recovery has begun when this connection is gone. */
	while (PQstatus(pq) == CONNECTION_OK) {
		PQclear(PQexec(pq, "select 1"));
		sleep_ms(10);
	}
	PQfinish(pq);
	await_answer();
}

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
