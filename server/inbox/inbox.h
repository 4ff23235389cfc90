/** Where every payload goes first: stored, and only then is its sender answered.
 *
 * Many senders share a transaction: what comes while two are being committed goes with the next.
 * Where PostgreSQL is away or silent for longer than `patience_ms`, payloads go to a journal on
 * this server's disk, are answered once they are there for good (fsync), and are taken to
 * PostgreSQL in their order when it is back; what got there by both ways is one row, by its key.
 *
 * Promise: `done` exactly once, never before inbox_put() has returned; TAKEN, REPEATED and
 * JOURNALLED only for what is durable. Errors: E_BUSY inbox_full, over `waiting_bytes` or
 * `journal_bytes`, or where nothing can be kept · E_INTERNAL journal_failed · E_LIMIT
 * payload_too_large. Limits: waiting_bytes in memory, INBOX_BODY_BYTES a payload, INBOX_BATCH rows
 * and INBOX_BATCH_BYTES a transaction (one larger payload goes alone, and in parts).
 */
#pragma once

#include "channel/payload.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "spool/spool.h"

enum {
	INBOX_BODY_BYTES = 36 * 1024 * 1024,
	INBOX_BATCH = 512,
	INBOX_BATCH_BYTES = 1024 * 1024,
	INBOX_KEY_BYTES = 200,
	INBOX_OWN_PAGES = 0
};

/** 0 takes the default in brackets. */
struct inbox_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct spool *spool;   /**< whose folder has the journal; NULL: there is none */
	size_t waiting_bytes;  /**< (64 MiB) */
	int64_t journal_bytes; /**< (1 GiB) */
	uint64_t patience_ms;  /**< (1000) */
	/** Something waits to be read; may be NULL. */
	void (*arrived)(void *arg);
	void *arg;
};

struct inbox_item {
	int source_id; /**< INBOX_OWN_PAGES: the server's own */
	/** Unique for the source for ever. Never empty. One that is no text or longer than
	 * INBOX_KEY_BYTES is replaced by its digest; query and headers lose what is no text. */
	struct slice dedupe_key;
	struct payload payload; /**< received_at is filled by inbox_put() */
	bool body_stays;	/**< where it is until `done`: it is not copied */
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
/** After the last put was answered, inbox_busy() is false and the pool is closed. */
void inbox_free(struct inbox *in);
/** Everything is copied, a body that stays excepted. */
void inbox_put(struct inbox *in, const struct inbox_item *item,
	       void (*done)(void *arg, enum inbox_fate fate, const struct trouble *why), void *arg);
/** What is put from now on is E_BUSY; what is under way ends, what is in the journal stays for the
 * next start. */
void inbox_stop(struct inbox *in);
bool inbox_busy(const struct inbox *in);
/** Payloads go to the journal because PostgreSQL does not take them. */
bool inbox_journalling(const struct inbox *in);
struct inbox_counts inbox_counts(const struct inbox *in);
/** The database's clock, carried on by ours since it was last asked. CLOCK_NO_INSTANT: never yet.
 */
int64_t inbox_now(const struct inbox *in);
