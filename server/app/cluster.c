#include "app/cluster.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "app/child.h"
#include "app/cluster_home.h"
#include "app/conninfo.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

enum {
	LEFTOVER_LIMIT_MS = 30000,
	START_LIMIT_MS = 300000,
	STOP_LIMIT_MS = 30000,
	STARTS = 3,
	TEXT_LIMIT_BYTES = 8192,
};

struct cluster {
	struct cluster_home home;
	struct buf owner, runtime; /* NUL-terminated libpq strings */
	pid_t pid;		   /* 0: not ours, or gone */
};

static const char *const standing_settings[] = {
	"listen_addresses=",
	"port=5432",
	"cluster_name=plaudit",
	"max_connections=50",
	"max_wal_size=4GB",
	"checkpoint_timeout=15min",
	"wal_level=replica",
	"synchronous_commit=on",
	"fsync=on",
	"full_page_writes=on",
	"jit=off",
	"timezone=UTC",
	"log_timezone=UTC",
	"logging_collector=off",
	"log_destination=stderr",
	"log_line_prefix=%m [%p] %q%u@%d ",
};

static void write_conninfo(const struct cluster *c, struct buf *to, const char *role,
			   const char *database)
{
	buf_init(to, TEXT_LIMIT_BYTES);
	conninfo_add(to, "host", c->home.socket);
	conninfo_add(to, "port", "5432");
	conninfo_add(to, "dbname", database);
	conninfo_add(to, "user", role);
	buf_add_byte(to, '\0');
	must(!buf_over(to));
}

/* ---- starting ---- */

/** A quarter of the memory, 128 MB to 1 GB. */
static int64_t shared_buffers_mb(void)
{
	int64_t mb = (int64_t)sysconf(_SC_PHYS_PAGES) / 1024 * sysconf(_SC_PAGESIZE) / 1024 / 4;

	if (mb < 128)
		return 128;
	return mb > 1024 ? 1024 : mb;
}

/** A list setting: the path in double quotes, with those inside doubled. */
static void quote_path(struct buf *to, const char *path)
{
	buf_add_byte(to, '"');
	for (; *path != '\0'; path++) {
		if (*path == '"')
			buf_add_byte(to, '"');
		buf_add_byte(to, *path);
	}
	buf_add_byte(to, '"');
}

enum { OWN_SETTINGS = 4, ARGUMENTS = 4 + 2 * (COUNT_OF(standing_settings) + OWN_SETTINGS) };

static enum status start_with(struct cluster *c, struct buf own[OWN_SETTINGS], struct trouble *why)
{
	char program[PATH_MAX + 16];
	const char *arguments[ARGUMENTS] = {program, "-D", c->home.pgdata};
	size_t count = 3;
	const struct child_plan plan = {.account = &c->home.account,
					.arguments = arguments,
					.output = c->home.log,
					.death_signal = SIGINT};

	(void)snprintf(program, sizeof(program), "%s/postgres", c->home.programs);
	for (size_t i = 0; i < COUNT_OF(standing_settings); i++) {
		arguments[count++] = "-c";
		arguments[count++] = standing_settings[i];
	}
	for (size_t i = 0; i < OWN_SETTINGS; i++) {
		buf_add_byte(&own[i], '\0');
		must(!buf_over(&own[i]));
		arguments[count++] = "-c";
		arguments[count++] = own[i].at;
	}
	must(count < ARGUMENTS);
	return child_start(&plan, &c->pid, why);
}

static enum status start_postgres(struct cluster *c, struct trouble *why)
{
	struct buf own[OWN_SETTINGS];
	enum status st;

	for (size_t i = 0; i < OWN_SETTINGS; i++)
		buf_init(&own[i], TEXT_LIMIT_BYTES);
	buf_add_text(&own[0], "unix_socket_directories=");
	quote_path(&own[0], c->home.socket);
	buf_print(&own[1], "hba_file=%s/pg_hba.conf", c->home.directory);
	buf_print(&own[2], "ident_file=%s/pg_ident.conf", c->home.directory);
	buf_print(&own[3], "shared_buffers=%" PRId64 "MB", shared_buffers_mb());
	st = start_with(c, own, why);
	for (size_t i = 0; i < OWN_SETTINGS; i++)
		buf_fini(&own[i]);
	return st;
}

static bool accepts(const struct cluster *c)
{
	const char *const keys[] = {"host", "port", "dbname", "user", "connect_timeout", NULL};
	const char *const values[] = {c->home.socket, "5432", "postgres", "postgres", "5", NULL};

	return PQpingParams(keys, values, 0) == PQPING_OK;
}

static void stop_postgres(struct cluster *c)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGKILL};

	for (size_t i = 0; i < COUNT_OF(signals) && c->pid != 0; i++) {
		(void)kill(c->pid, signals[i]);
		if (child_wait(c->pid, STOP_LIMIT_MS, NULL) != CHILD_RUNS)
			c->pid = 0;
		else
			log_warn("cluster.slow_stop", LOG_NUMBER("signal", signals[i]));
	}
}

/** E_BUSY: it ended by itself, which the next try may not. */
static enum status wait_until_it_accepts(struct cluster *c, struct trouble *why)
{
	uint64_t until = clock_monotonic_ms() + START_LIMIT_MS;
	struct trouble how = {0};

	for (;;) {
		if (child_wait(c->pid, 20, &how) != CHILD_RUNS) {
			c->pid = 0;
			return trouble(why, E_BUSY,
				       "postgres %s; its words are in %s/postgresql.log", how.words,
				       c->home.directory);
		}
		if (accepts(c))
			return OK;
		if (clock_monotonic_ms() >= until)
			return trouble(why, E_INTERNAL,
				       "postgres does not accept connections after %d s; its words "
				       "are in %s/postgresql.log",
				       START_LIMIT_MS / 1000, c->home.directory);
	}
}

/** After a kill -9 the old server was told to stop by the kernel, and takes a moment. */
static enum status wait_for_leftover(const struct cluster *c, struct trouble *why)
{
	uint64_t until = clock_monotonic_ms() + LEFTOVER_LIMIT_MS;
	pid_t old;

	while ((old = home_leftover(&c->home)) != 0) {
		if (clock_monotonic_ms() >= until)
			return trouble(why, E_CONFLICT, "a server (pid %d) still runs on %s",
				       (int)old, c->home.pgdata);
		child_sleep_ms(50);
	}
	return OK;
}

/** A backend of a crashed server may hold its shared memory a little longer than the server
 * lived, and postgres then refuses at once: hence more than one start. */
static enum status start(struct cluster *c, struct trouble *why)
{
	enum status st = wait_for_leftover(c, why);

	for (int i = 0; i < STARTS && st == OK; i++) {
		st = start_postgres(c, why);
		if (st == OK)
			st = wait_until_it_accepts(c, why);
		if (st != E_BUSY)
			return st;
		if (i + 1 < STARTS) {
			child_sleep_ms(1000);
			st = OK;
		}
	}
	return st == E_BUSY ? E_INTERNAL : st;
}

/* ---- roles and database ---- */

static const char roles_sql[] =
	"do $$ begin\n"
	"  if not exists (select from pg_roles where rolname = '" CLUSTER_OWNER "') then\n"
	"    create role " CLUSTER_OWNER " login;\n"
	"  end if;\n"
	"  if not exists (select from pg_roles where rolname = '" CLUSTER_RUNTIME "') then\n"
	"    create role " CLUSTER_RUNTIME " login;\n"
	"  end if;\n"
	"end $$";

static enum status run_sql(PGconn *pq, const char *sql, int *rows, struct trouble *why)
{
	PGresult *answer = PQexec(pq, sql);
	ExecStatusType got = PQresultStatus(answer);
	enum status st = OK;

	if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK)
		st = trouble(why, E_INTERNAL, "setting up the cluster: %.*s",
			     (int)strcspn(PQerrorMessage(pq), "\n"), PQerrorMessage(pq));
	else if (rows != NULL)
		*rows = PQntuples(answer);
	PQclear(answer);
	return st;
}

static enum status make_roles_and_database(PGconn *pq, struct trouble *why)
{
	int found = 0;
	enum status st = run_sql(pq, roles_sql, NULL, why);

	if (st == OK)
		st = run_sql(pq, "select from pg_database where datname = 'plaudit'", &found, why);
	if (st == OK && found == 0)
		st = run_sql(pq, "create database plaudit owner " CLUSTER_OWNER, NULL, why);
	if (st == OK)
		st = run_sql(pq, "revoke all on database plaudit from public", NULL, why);
	if (st == OK)
		st = run_sql(pq, "grant connect, temporary on database plaudit to " CLUSTER_RUNTIME,
			     NULL, why);
	return st;
}

static enum status set_up(struct cluster *c, struct trouble *why)
{
	struct buf admin;
	PGconn *pq;
	enum status st;

	write_conninfo(c, &admin, "postgres", "postgres");
	pq = PQconnectdb(admin.at);
	buf_fini(&admin);
	if (PQstatus(pq) == CONNECTION_OK)
		st = make_roles_and_database(pq, why);
	else
		st = trouble(why, E_INTERNAL, "setting up the cluster: %.*s",
			     (int)strcspn(PQerrorMessage(pq), "\n"), PQerrorMessage(pq));
	PQfinish(pq);
	return st;
}

/* ---- public ---- */

enum status cluster_open(const char *directory, struct cluster **cluster, struct trouble *why)
{
	struct cluster *c = memory_new(sizeof(*c));
	enum status st = home_open(&c->home, directory, why);

	*cluster = c;
	if (st == OK)
		st = start(c, why);
	if (st == OK)
		st = set_up(c, why);
	if (st < 0) {
		cluster_close(cluster);
		return st;
	}
	write_conninfo(c, &c->owner, CLUSTER_OWNER, "plaudit");
	write_conninfo(c, &c->runtime, CLUSTER_RUNTIME, "plaudit");
	log_info("cluster.started", LOG_TEXT("directory", c->home.directory),
		 LOG_TEXT("account", c->home.account.name), LOG_NUMBER("pid", c->pid));
	return OK;
}

enum status cluster_find(const char *directory, struct cluster **cluster, struct trouble *why)
{
	struct cluster *c = memory_new(sizeof(*c));
	enum status st = home_find(&c->home, directory, why);

	*cluster = c;
	if (st < 0) {
		cluster_close(cluster);
		return st;
	}
	write_conninfo(c, &c->owner, CLUSTER_OWNER, "plaudit");
	write_conninfo(c, &c->runtime, CLUSTER_RUNTIME, "plaudit");
	return OK;
}

const char *cluster_owner_conninfo(const struct cluster *c)
{
	return c->owner.at;
}

const char *cluster_runtime_conninfo(const struct cluster *c)
{
	return c->runtime.at;
}

pid_t cluster_pid(const struct cluster *c)
{
	return c->pid;
}

bool cluster_died(struct cluster *c, struct trouble *how)
{
	if (c->pid == 0 || child_wait(c->pid, 0, how) == CHILD_RUNS)
		return false;
	c->pid = 0;
	return true;
}

void cluster_close(struct cluster **cluster)
{
	struct cluster *c = *cluster;

	*cluster = NULL;
	if (c == NULL)
		return;
	stop_postgres(c);
	home_close(&c->home);
	buf_fini(&c->owner);
	buf_fini(&c->runtime);
	memory_free(c);
}
