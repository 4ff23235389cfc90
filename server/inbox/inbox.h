/** Where every payload goes first: stored, and only then is its sender answered.
 *
 * Many senders share a transaction: what comes while one is being committed goes with the next.
 * Where PostgreSQL is away or silent for longer than `patience_ms`, payloads go to a journal on
 * this server's disk, are answered once they are there for good (fsync), and are taken to
 * PostgreSQL in their order when it is back; what got there by both ways is one row, by its key.
 *
 * Promise: `done` exactly once, never before inbox_put() has returned; TAKEN, REPEATED and
 * JOURNALLED only for what is durable. Errors: E_BUSY inbox_full, over `waiting_bytes` or
 * `journal_bytes` · E_INTERNAL journal_failed. Limits: waiting_bytes in memory, INBOX_BODY_BYTES a
 * payload, INBOX_BATCH rows a transaction.
 */
#pragma once

#include "channel/payload.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "spool/spool.h"

enum { INBOX_BODY_BYTES = 36 * 1024 * 1024, INBOX_BATCH = 512, INBOX_OWN_PAGES = 0 };

/** 0 takes the default in brackets. */
struct inbox_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct spool *spool;   /**< whose folder has the journal */
	size_t waiting_bytes;  /**< (64 MiB) */
	int64_t journal_bytes; /**< (1 GiB) */
	uint64_t patience_ms;  /**< (1000) */
	/** Something waits to be read; may be NULL. */
	void (*arrived)(void *arg);
	void *arg;
};

struct inbox_item {
	int source_id;		 /**< INBOX_OWN_PAGES: the server's own */
	struct slice dedupe_key; /**< 1..200 bytes, unique for the source for ever */
	struct payload payload;	 /**< received_at is filled by inbox_put() */
};

enum inbox_fate {
	INBOX_TAKEN,	 /**< committed */
	INBOX_REPEATED,	 /**< it was there before */
	INBOX_JOURNALLED /**< on this server's disk; it may have been there before */
};

struct inbox_counts {
	uint64_t taken, repeated, journalled, failed;
	uint64_t journal_waiting, journal_bytes; /**< now */
};

struct inbox;

/** Reads what an earlier process left in the journal. */
struct inbox *inbox_new(const struct inbox_settings *settings);
/** After the last put was answered and inbox_busy() is false. */
void inbox_free(struct inbox *in);
/** Everything is copied. */
void inbox_put(struct inbox *in, const struct inbox_item *item,
	       void (*done)(void *arg, enum inbox_fate fate, const struct trouble *why), void *arg);
/** No new put; what is under way ends, what is in the journal stays for the next start. */
void inbox_stop(struct inbox *in);
bool inbox_busy(const struct inbox *in);
struct inbox_counts inbox_counts(const struct inbox *in);
/** The database's clock, carried on by ours since it was last asked. CLOCK_NO_INSTANT: never yet.
 */
int64_t inbox_now(const struct inbox *in);
