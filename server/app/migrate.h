/** Brings a database to the schema this program knows, one .sql file at a time.
 *
 * Source: the file format and the table schema_migrations are dbmate's
 * ("-- migrate:up [transaction:false]", "-- migrate:down", both required), so
 * its binary works on the same database. What dbmate lacks: one runner at a
 * time (session advisory lock), a lock_timeout, and a checksum of every applied
 * file in plaudit_migration_checksum.
 * Errors: E_CONFLICT for history that does not fit (a version we do not know, one
 * skipped, a file changed after it was applied), E_BUSY when another runner
 * holds the lock or a table, E_INPUT for a file, E_INTERNAL for PostgreSQL's no.
 * Blocking: libpq's plain calls; for commands and for the time before the loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "pg/statement.h"

/** All of them by rising version, as cmake/embed_sql.cmake embeds them; a version is known in the
 * database by the leading digits of its file ("0001"). */
struct migrations {
	const struct pg_migration *list;
	size_t count;
};

struct migration_parts {
	struct slice up, down;
	bool up_transaction, down_transaction;
};

/** The two sections of a file. */
enum status migrate_split(const char *text, struct migration_parts *parts,
			  struct trouble *why) NODISCARD;

/** A blocking connection for a command; refuses servers before 15.19 (CVE-2026-14666: row
 * security under cached plans) unless `allow_old_server`. The caller's to PQfinish(). */
enum status migrate_connect(const char *conninfo, bool allow_old_server, PGconn **conn,
			    struct trouble *why) NODISCARD;

/** Applies what is missing, each file with its record in one transaction (unless the file says
 * transaction:false). *applied counts those done, also on failure. */
enum status migrate_up(PGconn *conn, const struct migrations *known, size_t *applied,
		       struct trouble *why) NODISCARD;

/** Takes the newest one back. *undone is NULL when there was none. */
enum status migrate_down(PGconn *conn, const struct migrations *known,
			 const struct pg_migration **undone, struct trouble *why) NODISCARD;

/** A line a migration: "[X] 0001_organisation.sql" or "[ ] ...", then "pending: N". */
enum status migrate_status(PGconn *conn, const struct migrations *known, size_t *pending,
			   struct buf *to, struct trouble *why) NODISCARD;

/** OK only when the schema is exactly the known one; the words say what to do. Needs no more
 * than the runtime role. */
enum status migrate_check(PGconn *conn, const struct migrations *known,
			  struct trouble *why) NODISCARD;
