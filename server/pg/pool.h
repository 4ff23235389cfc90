/** A bounded number of connections that come back by themselves.
 *
 * Two kinds that never wait for each other: `shared` connections carry short autocommit
 * statements of everybody, pipelined (pg_pool_run); `exclusive` ones are taken for a transaction
 * or a copy and given back (pg_pool_take, pg_pool_give).
 *
 * Lifetime: pg_pool_new connects at once; pg_pool_close ends it, after which nothing is taken.
 * Promise: a connection that breaks fails only its own operations; it is opened again after a
 *   growing, jittered wait. Every done once, never before the starter has returned.
 * Errors: a take is E_BUSY over waiting_limit, after wait_ms in the queue and after close; a run is
 *   E_BUSY while no shared connection is up or coming up, and over its queue_limit.
 */
#pragma once

#include "pg/backoff.h"
#include "pg/conn.h"

struct pg_pool;

/** 0 takes the default in brackets. */
struct pg_pool_settings {
	struct pg_settings conn;
	uint32_t shared;	   /**< (2) */
	uint32_t exclusive;	   /**< (4) */
	uint32_t waiting_limit;	   /**< takes in the queue (1024) */
	uint32_t wait_ms;	   /**< in the queue before E_BUSY (10000) */
	uint32_t backoff_first_ms; /**< (100) */
	uint32_t backoff_most_ms;  /**< (5000) */
	const char *greeting;	   /**< script run on each new connection, or NULL; copied */
	struct pg_random random;
};

struct pg_pool *pg_pool_new(struct loop *l, const struct pg_pool_settings *settings);
/** Answers the queue with E_BUSY, waits for what is in flight and for taken connections to be given
 * back, then closed(arg). Nulls the owner's pointer; who still has to give keeps a copy. */
void pg_pool_close(struct pg_pool **pool, void (*closed)(void *arg), void *arg);

/** For /readyz: at least one connection of each kind is usable. */
bool pg_pool_ready(const struct pg_pool *p);

void pg_pool_run(struct pg_pool *p, const struct pg_statement *statement,
		 const struct pg_value *values, size_t count,
		 void (*done)(void *arg, const struct pg_answer *answer), void *arg);

/** done(arg, conn, NULL) or done(arg, NULL, why). The connection is idle, outside a transaction. */
void pg_pool_take(struct pg_pool *p,
		  void (*done)(void *arg, struct pg_conn *conn, const struct trouble *why),
		  void *arg);
/** Gives it back and nulls the pointer. An open transaction is rolled back, a broken connection
 * replaced. All its operations must have been answered. */
void pg_pool_give(struct pg_pool *p, struct pg_conn **conn);
