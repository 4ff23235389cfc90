/** One connection to PostgreSQL as one state machine over non-blocking libpq.
 *
 * Lifetime: pg_conn_new .. pg_conn_close, which nulls the owner's pointer; the memory goes when
 *   libuv has given the handles back. A `done` may close the connection.
 * Promise: operations are answered in the order of the calls. Every operation has one `done`,
 *   called exactly once, never before the starting function has returned, also when the
 *   connection breaks or is closed. The answer is valid during `done` only.
 * Promise: runs started before the first is answered travel in one pipeline, each with its own
 *   sync: outside a transaction each commits or fails alone. A script or a copy waits for them.
 * Promise: nothing is ever cancelled; a COMMIT that does not answer within answer_timeout_ms
 *   costs the connection and is E_UNKNOWN.
 * Errors: see answer.h. A broken connection answers all its operations, then calls `broken`
 *   (pg_conn_on_broken); later operations are answered E_BUSY.
 * Limits: queue_limit operations waiting (E_BUSY over it), copy_budget_bytes not yet sent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flow.h"
#include "base/slice.h"
#include "base/status.h"
#include "pg/answer.h"
#include "pg/statement.h"
#include "pg/value.h"

struct loop;
struct pg_conn;

/** How to reach the database and how long to wait for it. 0 takes the default in brackets. */
struct pg_settings {
	const char *conninfo;	       /**< libpq keywords or a URI; copied. Names are looked up
					* blocking by libpq: prefer a socket folder or hostaddr */
	uint32_t connect_timeout_s;    /**< (5) */
	uint32_t statement_timeout_ms; /**< (the server's own) */
	uint32_t answer_timeout_ms;    /**< silence of the server with an operation open (none) */
	uint32_t queue_limit;	       /**< (1024) */
	size_t copy_budget_bytes;      /**< (1 MiB) */
	bool allow_old_server;	       /**< a minor release with known holes is a warning only */
};

struct pg_conn *pg_conn_new(struct loop *l, const struct pg_settings *settings);

/** Connects, once. done: OK, E_BUSY (not reachable, starting up) or E_INTERNAL (refused, too old).
 */
void pg_conn_open(struct pg_conn *c, void (*done)(void *arg, const struct pg_answer *answer),
		  void *arg);

/** Ends it at once; what is open is answered in the next turn, then closed(arg), which may be
 * NULL. NULL inside *conn is allowed. */
void pg_conn_close(struct pg_conn **conn, void (*closed)(void *arg), void *arg);

/** fn(arg) once when an opened connection breaks, after all its operations were answered. */
void pg_conn_on_broken(struct pg_conn *c, void (*fn)(void *arg), void *arg);
void pg_conn_on_notify(struct pg_conn *c,
		       void (*fn)(void *arg, const char *channel, const char *payload), void *arg);

bool pg_conn_is_open(const struct pg_conn *c);	      /**< connected and not broken */
size_t pg_conn_pending(const struct pg_conn *c);      /**< operations open, an unended copy too */
bool pg_conn_in_transaction(const struct pg_conn *c); /**< as of the last answer */
const char *pg_conn_state_name(const struct pg_conn *c);

/** Prepares the statement once a connection, then executes it. The values are copied. */
void pg_conn_run(struct pg_conn *c, const struct pg_statement *statement,
		 const struct pg_value *values, size_t count,
		 void (*done)(void *arg, const struct pg_answer *answer), void *arg);

/** Text of one or several statements without parameters, by the simple protocol; it is copied.
 * The answer is the last statement's or the first failure's. A COMMIT that the server turned into
 * a rollback is a failure (25P02). */
void pg_conn_script(struct pg_conn *c, const char *text,
		    void (*done)(void *arg, const struct pg_answer *answer), void *arg);

/** Starts COPY ... FROM STDIN. After done(OK) write until copy_end or copy_abort; nothing else
 * on this connection is sent until then. Outside a transaction the copy commits by itself. */
void pg_conn_copy_start(struct pg_conn *c, const struct pg_statement *copy,
			void (*done)(void *arg, const struct pg_answer *answer), void *arg);
/** Takes the bytes. FLOW_PAUSE: they are taken, but write no more before drain(arg).
 * FLOW_STOP: the connection is lost; copy_end tells why. */
enum flow pg_conn_copy_write(struct pg_conn *c, struct slice bytes) NODISCARD;
void pg_conn_copy_on_drain(struct pg_conn *c, void (*drain)(void *arg), void *arg);
/** The server's answer to the whole copy. Callable after FLOW_STOP and after a break, too. */
void pg_conn_copy_end(struct pg_conn *c, void (*done)(void *arg, const struct pg_answer *answer),
		      void *arg);
/** Nothing of the copy is kept. done: OK when the server agreed. */
void pg_conn_copy_abort(struct pg_conn *c, const char *reason,
			void (*done)(void *arg, const struct pg_answer *answer), void *arg);

/** Runs COPY ... TO STDOUT: row(arg, bytes) for each row as the server cut it, then done.
 * FLOW_PAUSE: no more before pg_conn_copy_resume(). FLOW_STOP: the rest is not wanted; that
 * costs the connection (cheaper than reading it) and done is E_GONE. */
void pg_conn_copy_out(struct pg_conn *c, const struct pg_statement *copy,
		      enum flow (*row)(void *arg, struct slice bytes),
		      void (*done)(void *arg, const struct pg_answer *answer), void *arg);
void pg_conn_copy_resume(struct pg_conn *c);
