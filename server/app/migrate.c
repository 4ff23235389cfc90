#include "app/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "base/clock.h"
#include "base/log.h"

/* The lock's number is "plaudit" in ASCII; two servers of one database meet at it. */
#define LOCK_NUMBER "31644363228735860"

enum {
	OLDEST_SERVER = 150019,
	SHA256_BYTES = 32,
	SHA256_TEXT = 2 * SHA256_BYTES + 1,
	VERSION_TEXT = 24,
	SECTION_LIMIT_BYTES = 4 << 20,
	LOCK_LIMIT_MS = 60000,
};

/* ---- files ---- */

/** "-- migrate:up transaction:false": what follows the marker, or false. */
static bool marker(struct slice line, const char *name, struct slice *options)
{
	struct slice rest = slice_trim(line);

	if (!slice_starts_with(rest, SLICE("--")))
		return false;
	rest = slice_trim(slice_from(rest, 2));
	if (!slice_starts_with(rest, slice_of(name)))
		return false;
	rest = slice_from(rest, strlen(name));
	*options = slice_trim(rest);
	return rest.len == 0 || strchr(" \t\r", rest.at[0]) != NULL;
}

static bool says_something(struct slice line)
{
	line = slice_trim(line);
	return line.len > 0 && line.at[0] != '\r' && !slice_starts_with(line, SLICE("--"));
}

static enum status read_options(struct slice options, bool *transaction, struct trouble *why)
{
	*transaction = true;
	if (options.len > 0 && options.at[options.len - 1] == '\r')
		options.len--;
	if (options.len == 0 || slice_is(options, "transaction:true"))
		return OK;
	if (!slice_is(options, "transaction:false"))
		return trouble(why, E_INPUT, "\"%.*s\" is not transaction:true or false",
			       SLICE_ARGS(options));
	*transaction = false;
	return OK;
}

static enum status take_line(struct migration_parts *parts, struct slice line, struct trouble *why)
{
	const char *behind = line.at + line.len;
	struct slice options;

	if (marker(line, "migrate:up", &options)) {
		if (parts->up.at != NULL)
			return trouble(why, E_INPUT, "migrate:up stands twice");
		parts->up = (struct slice){behind, 0};
		return read_options(options, &parts->up_transaction, why);
	}
	if (marker(line, "migrate:down", &options)) {
		if (parts->up.at == NULL || parts->down.at != NULL)
			return trouble(why, E_INPUT, "migrate:down stands twice or before up");
		parts->up.len = (size_t)(line.at - parts->up.at);
		parts->down = (struct slice){behind, 0};
		return read_options(options, &parts->down_transaction, why);
	}
	if (parts->up.at == NULL && says_something(line))
		return trouble(why, E_INPUT, "something stands before migrate:up");
	return OK;
}

enum status migrate_split(const char *text, struct migration_parts *parts, struct trouble *why)
{
	struct slice rest = slice_of(text), line;

	*parts = (struct migration_parts){.up_transaction = true, .down_transaction = true};
	while (slice_next_part(&rest, '\n', &line)) {
		enum status st = take_line(parts, line, why);
		if (st < 0)
			return st;
	}
	if (parts->up.at == NULL || parts->down.at == NULL)
		return trouble(why, E_INPUT, "migrate:up or migrate:down is missing");
	parts->down.len = strlen(parts->down.at);
	return OK;
}

/** The leading digits of the file's name, as dbmate stores them. */
static void version_text(const struct pg_migration *m, char text[VERSION_TEXT])
{
	int digits = (int)strspn(m->name, "0123456789");

	must(digits > 0 && digits < VERSION_TEXT);
	(void)snprintf(text, VERSION_TEXT, "%.*s", digits, m->name);
}

static void checksum(const char *text, char hex[SHA256_TEXT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	must(EVP_Digest(text, strlen(text), digest, &len, EVP_sha256(), NULL) == 1);
	must(len == SHA256_BYTES);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void checksum_of(const struct pg_migration *m, char hex[SHA256_TEXT])
{
	char *text = pg_text_join(m->parts);

	checksum(text, hex);
	memory_free(text);
}

/* ---- asking PostgreSQL ---- */

static enum status refused(PGconn *conn, const PGresult *answer, struct trouble *why)
{
	const char *words = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
	bool waited = state != NULL && strcmp(state, "55P03") == 0;

	if (words == NULL)
		words = PQerrorMessage(conn);
	return trouble(why, waited ? E_BUSY : E_INTERNAL, "%.*s", (int)strcspn(words, "\n"), words);
}

/** The answer is the caller's to clear; NULL on failure. */
static PGresult *ask(PGconn *conn, const char *sql, const char *const *values, int count,
		     struct trouble *why)
{
	PGresult *answer = count == 0 ? PQexec(conn, sql)
				      : PQexecParams(conn, sql, count, NULL, values, NULL, NULL, 0);
	ExecStatusType got = PQresultStatus(answer);

	if (got == PGRES_COMMAND_OK || got == PGRES_TUPLES_OK)
		return answer;
	(void)refused(conn, answer, why);
	PQclear(answer);
	return NULL;
}

static enum status run(PGconn *conn, const char *sql, const char *const *values, int count,
		       struct trouble *why)
{
	struct trouble own = {0};
	PGresult *answer = ask(conn, sql, values, count, &own);

	PQclear(answer);
	if (answer != NULL)
		return OK;
	if (why != NULL)
		*why = own;
	return own.status;
}

enum status migrate_connect(const char *conninfo, bool allow_old_server, PGconn **conn,
			    struct trouble *why)
{
	PGconn *pq = PQconnectdb(conninfo);
	const char *words = PQerrorMessage(pq);
	enum status st = OK;

	if (PQstatus(pq) != CONNECTION_OK)
		st = trouble(why, E_BUSY, "%.*s", (int)strcspn(words, "\n"), words);
	else if (PQserverVersion(pq) < OLDEST_SERVER && !allow_old_server)
		st = trouble(why, E_INPUT,
			     "PostgreSQL %d is older than 15.19, where row level security was "
			     "repaired (CVE-2026-14666); update it or set "
			     "PLAUDIT_ALLOW_OLD_SERVER=1",
			     PQserverVersion(pq));
	else
		st = run(pq, "set client_min_messages = warning", NULL, 0, why);
	if (st < 0) {
		PQfinish(pq);
		pq = NULL;
	}
	*conn = pq;
	return st;
}

/* ---- history ---- */

/** Rows (version, sha256 or NULL) by rising version. A database without our tables has none. */
static PGresult *history(PGconn *conn, struct trouble *why)
{
	PGresult *tables = ask(conn,
			       "select to_regclass('public.schema_migrations') is not null,"
			       " to_regclass('public.plaudit_migration_checksum') is not null",
			       NULL, 0, why);
	bool ours, checksums;

	if (tables == NULL)
		return NULL;
	ours = PQgetvalue(tables, 0, 0)[0] == 't';
	checksums = PQgetvalue(tables, 0, 1)[0] == 't';
	PQclear(tables);
	if (!ours)
		return ask(conn, "select ''::text, null::text where false", NULL, 0, why);
	if (!checksums)
		return ask(conn,
			   "select version, null::text from public.schema_migrations"
			   " order by version::numeric",
			   NULL, 0, why);
	return ask(conn,
		   "select m.version, c.sha256 from public.schema_migrations m"
		   " left join public.plaudit_migration_checksum c using (version)"
		   " order by m.version::numeric",
		   NULL, 0, why);
}

static bool is_known(const struct migrations *known, int64_t version)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->list[i].version == version)
			return true;
	return false;
}

static enum status check_applied(const struct migrations *known, const PGresult *applied, int row,
				 struct trouble *why)
{
	const char *text = PQgetvalue(applied, row, 0);
	int64_t version = 0;
	char hex[SHA256_TEXT];

	if (!slice_to_int64(slice_of(text), &version) || !is_known(known, version))
		return trouble_code(why, E_CONFLICT, "schema_newer",
				    "the database has migration %s, which this plauditd does not "
				    "know; run the plauditd that made it, or a newer one",
				    text);
	if ((size_t)row >= known->count || known->list[row].version != version)
		return trouble_code(why, E_CONFLICT, "migration_out_of_order",
				    "the database has migration %s where another comes first; "
				    "every version is applied once and in order",
				    text);
	if (PQgetisnull(applied, row, 1))
		return OK;
	checksum_of(&known->list[row], hex);
	if (strcmp(hex, PQgetvalue(applied, row, 1)) != 0)
		return trouble_code(why, E_CONFLICT, "migration_changed",
				    "migration %s was changed after it was applied; put the "
				    "change into a new migration",
				    known->list[row].name);
	return OK;
}

/** How many of the known ones are applied, when the history is theirs. */
static enum status read_history(PGconn *conn, const struct migrations *known, size_t *applied,
				struct trouble *why)
{
	struct trouble own = {0};
	PGresult *rows = history(conn, &own);
	enum status st = OK;

	if (rows == NULL) {
		if (why != NULL)
			*why = own;
		return own.status;
	}
	for (int row = 0; row < PQntuples(rows) && st == OK; row++)
		st = check_applied(known, rows, row, why);
	*applied = (size_t)PQntuples(rows);
	PQclear(rows);
	return st;
}

/* ---- one runner at a time ---- */

static enum status try_lock(PGconn *conn, bool *mine, struct trouble *why)
{
	struct trouble own = {0};
	PGresult *answer = ask(conn, "select pg_try_advisory_lock(" LOCK_NUMBER ")", NULL, 0, &own);

	*mine = answer != NULL && PQgetvalue(answer, 0, 0)[0] == 't';
	PQclear(answer);
	return answer != NULL ? OK : trouble(why, own.status, "%s", own.words);
}

/** Asked for again and again: a statement that waits for the lock holds a snapshot, and CREATE
 * INDEX CONCURRENTLY of the runner that has it would wait for that one, a deadlock. */
static enum status begin_work(PGconn *conn, struct trouble *why)
{
	uint64_t until = clock_monotonic_ms() + LOCK_LIMIT_MS;
	const struct timespec pause = {.tv_nsec = 100000000};
	bool mine = false;
	enum status st = try_lock(conn, &mine, why);

	while (st == OK && !mine && clock_monotonic_ms() < until) {
		(void)nanosleep(&pause, NULL);
		st = try_lock(conn, &mine, why);
	}
	if (st < 0)
		return st;
	if (!mine)
		return trouble(why, E_BUSY, "another plauditd has been migrating for a minute");
	/* better give up than queue behind a long query and block everybody else */
	return run(conn, "set lock_timeout = '10s'", NULL, 0, why);
}

static void end_work(PGconn *conn)
{
	PGresult *answer = PQexec(conn, "select pg_advisory_unlock(" LOCK_NUMBER ")");

	PQclear(answer);
	PQclear(PQexec(conn, "reset lock_timeout"));
}

static enum status make_tables(PGconn *conn, struct trouble *why)
{
	return run(conn,
		   "create table if not exists public.schema_migrations ("
		   " version varchar primary key);"
		   "create table if not exists public.plaudit_migration_checksum ("
		   " version varchar primary key,"
		   " sha256 text not null,"
		   " applied_at timestamptz not null default now());"
		   "grant select on public.schema_migrations, public.plaudit_migration_checksum"
		   " to public",
		   NULL, 0, why);
}

/* ---- one migration ---- */

struct job {
	PGconn *conn;
	const struct pg_migration *migration;
	char *text;
	struct migration_parts parts;
	char version[VERSION_TEXT];
	char sha256[SHA256_TEXT];
};

static enum status job_begin(struct job *job, PGconn *conn, const struct pg_migration *m,
			     struct trouble *why)
{
	struct trouble own = {0};
	enum status st;

	*job = (struct job){.conn = conn, .migration = m, .text = pg_text_join(m->parts)};
	version_text(m, job->version);
	checksum(job->text, job->sha256);
	st = migrate_split(job->text, &job->parts, &own);
	return st == OK ? OK : trouble(why, st, "migration %s: %s", m->name, own.words);
}

static void job_end(struct job *job)
{
	memory_free(job->text);
}

/** PostgreSQL counts characters from 1 within the section; people count lines of the file. */
static int line_of(const struct job *job, struct slice section, const char *position)
{
	long left = position == NULL ? 1 : strtol(position, NULL, 10);
	int line = 1;
	const char *at = job->text;

	for (; at < section.at; at++)
		line += *at == '\n';
	for (; *at != '\0' && left > 1; at++) {
		line += *at == '\n';
		left -= ((unsigned char)at[1] & 0xC0) != 0x80;
	}
	return line;
}

static enum status run_section(const struct job *job, struct slice section, struct trouble *why)
{
	struct trouble own = {0};
	struct buf sql;
	PGresult *answer;
	ExecStatusType got;

	buf_init(&sql, SECTION_LIMIT_BYTES);
	buf_add(&sql, section);
	buf_add_byte(&sql, '\0');
	must(!buf_over(&sql));
	answer = PQexec(job->conn, sql.at);
	buf_fini(&sql);
	got = PQresultStatus(answer);
	if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK && got != PGRES_EMPTY_QUERY) {
		const char *position = PQresultErrorField(answer, PG_DIAG_STATEMENT_POSITION);
		(void)refused(job->conn, answer, &own);
		(void)trouble(why, own.status, "migration %s, line %d: %s", job->migration->name,
			      line_of(job, section, position), own.words);
	}
	PQclear(answer);
	return own.status;
}

static enum status note_up(const struct job *job, struct trouble *why)
{
	const char *const values[] = {job->version, job->sha256};
	enum status st = run(job->conn, "insert into public.schema_migrations values ($1)", values,
			     1, why);

	return st < 0 ? st
		      : run(job->conn,
			    "insert into public.plaudit_migration_checksum (version, sha256)"
			    " values ($1, $2)",
			    values, 2, why);
}

static enum status note_down(const struct job *job, struct trouble *why)
{
	const char *const values[] = {job->version};
	enum status st = run(job->conn, "delete from public.schema_migrations where version = $1",
			     values, 1, why);

	return st < 0 ? st
		      : run(job->conn,
			    "delete from public.plaudit_migration_checksum where version = $1",
			    values, 1, why);
}

static enum status section_and_note(const struct job *job, bool up, bool transaction,
				    struct trouble *why)
{
	enum status st = run_section(job, up ? job->parts.up : job->parts.down, why);

	if (st < 0)
		return st;
	if (transaction && PQtransactionStatus(job->conn) != PQTRANS_INTRANS)
		return trouble(why, E_INPUT, "migration %s ended its own transaction",
			       job->migration->name);
	return up ? note_up(job, why) : note_down(job, why);
}

static enum status run_job(const struct job *job, bool up, struct trouble *why)
{
	bool transaction = up ? job->parts.up_transaction : job->parts.down_transaction;
	enum status st = transaction ? run(job->conn, "begin", NULL, 0, why) : OK;

	if (st == OK)
		st = section_and_note(job, up, transaction, why);
	if (!transaction)
		return st;
	if (st == OK)
		return run(job->conn, "commit", NULL, 0, why);
	if (PQtransactionStatus(job->conn) != PQTRANS_IDLE)
		PQclear(PQexec(job->conn, "rollback"));
	return st;
}

static enum status apply(PGconn *conn, const struct pg_migration *m, bool up, struct trouble *why)
{
	struct job job;
	enum status st = job_begin(&job, conn, m, why);

	if (st == OK)
		st = run_job(&job, up, why);
	job_end(&job);
	if (st == OK)
		log_info(up ? "migration.applied" : "migration.undone", LOG_TEXT("file", m->name));
	return st;
}

/** What dbmate's own program applied has no checksum yet. */
static enum status adopt(PGconn *conn, const struct migrations *known, size_t applied,
			 struct trouble *why)
{
	for (size_t i = 0; i < applied; i++) {
		char version[VERSION_TEXT], hex[SHA256_TEXT];
		const char *const values[] = {version, hex};
		enum status st;

		version_text(&known->list[i], version);
		checksum_of(&known->list[i], hex);
		st = run(conn,
			 "insert into public.plaudit_migration_checksum (version, sha256)"
			 " values ($1, $2) on conflict do nothing",
			 values, 2, why);
		if (st < 0)
			return st;
	}
	return OK;
}

/* ---- public ---- */

static enum status up_locked(PGconn *conn, const struct migrations *known, size_t *applied,
			     struct trouble *why)
{
	size_t before = 0;
	enum status st = make_tables(conn, why);

	if (st == OK)
		st = read_history(conn, known, &before, why);
	if (st == OK)
		st = adopt(conn, known, before, why);
	for (size_t i = before; i < known->count && st == OK; i++) {
		st = apply(conn, &known->list[i], true, why);
		*applied += st == OK;
	}
	return st;
}

enum status migrate_up(PGconn *conn, const struct migrations *known, size_t *applied,
		       struct trouble *why)
{
	enum status st = begin_work(conn, why);

	*applied = 0;
	if (st < 0)
		return st;
	st = up_locked(conn, known, applied, why);
	end_work(conn);
	return st;
}

enum status migrate_down(PGconn *conn, const struct migrations *known,
			 const struct pg_migration **undone, struct trouble *why)
{
	size_t applied = 0;
	enum status st = begin_work(conn, why);

	*undone = NULL;
	if (st < 0)
		return st;
	st = read_history(conn, known, &applied, why);
	if (st == OK && applied > 0) {
		st = apply(conn, &known->list[applied - 1], false, why);
		*undone = st == OK ? &known->list[applied - 1] : NULL;
	}
	end_work(conn);
	return st;
}

enum status migrate_status(PGconn *conn, const struct migrations *known, size_t *pending,
			   struct buf *to, struct trouble *why)
{
	size_t applied = 0;
	enum status st = read_history(conn, known, &applied, why);

	if (st < 0)
		return st;
	for (size_t i = 0; i < known->count; i++)
		buf_print(to, "[%c] %s\n", i < applied ? 'X' : ' ', known->list[i].name);
	*pending = known->count - applied;
	buf_print(to, "applied: %zu\npending: %zu\n", applied, *pending);
	return OK;
}

enum status migrate_check(PGconn *conn, const struct migrations *known, struct trouble *why)
{
	size_t applied = 0;
	enum status st = read_history(conn, known, &applied, why);

	if (st < 0 || applied == known->count)
		return st;
	return trouble_code(why, E_CONFLICT, "schema_older",
			    "the database lacks %zu of %zu migrations, the first is %s; run "
			    "\"plauditd migrate up\" as its owner",
			    known->count - applied, known->count, known->list[applied].name);
}
