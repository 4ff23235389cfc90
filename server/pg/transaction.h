/** One transaction on a connection of its own: taken, begun, committed or rolled back, given back.
 *
 *	pg_transaction_open(pool, "begin", begun, ended, arg);
 *	begun:	pg_transaction_run(t, ...);            // as often as needed, in a pipeline
 *	last:	pg_transaction_commit(t);              // or _leave(t), or _fail(t, &why)
 *	ended:	once, with what came of it
 *
 * Promise: `ended` exactly once, never before pg_transaction_open() has returned. A statement that
 *   fails ends the transaction with its failure when all answers are in: no other `done` of it is
 *   called any more. Between two calls the caller may do other work for as long as the server lets
 *   a transaction idle.
 * Errors: E_UNKNOWN only where COMMIT went without answer; after any other failure nothing of it is
 *   stored.
 * Lifetime: `t` is valid until `ended` is called.
 */
#pragma once

#include "pg/pool.h"

struct pg_transaction;

/** `begin` is the script that opens it, with what is to hold in it; borrowed until begun. */
void pg_transaction_open(struct pg_pool *pool, const char *begin,
			 void (*begun)(void *arg, struct pg_transaction *t),
			 void (*ended)(void *arg, enum status status, const struct trouble *why),
			 void *arg);

/** done(arg, answer) only where it went well; NULL where the answer does not matter. */
void pg_transaction_run(struct pg_transaction *t, const struct pg_statement *statement,
			const struct pg_value *values, size_t count,
			void (*done)(void *arg, const struct pg_answer *answer));

/** Only when every answer is in, which it is inside the last `done`. */
void pg_transaction_commit(struct pg_transaction *t);
/** The end of one that only read: rolls back, and `ended` is told OK. When every answer is in. */
void pg_transaction_leave(struct pg_transaction *t);
/** Rolls back; `ended` then tells this. In `begun`, in any `done`, or when every answer is in. */
void pg_transaction_fail(struct pg_transaction *t, const struct trouble *why);
