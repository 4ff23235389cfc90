/** The bytes of one request of a resumable upload on their way to the disk.
 *
 * What is told as durable is on the disk first and in the database then, every 8 MiB and at the
 * end, so that it holds after a kill or a power cut. With a checksum nothing of the request
 * counts before all of it has come and agrees.
 * Promise: `ended` exactly once, never before the starting function has returned; the file can be
 *   appended to again then.
 * Errors: E_INPUT checksum_mismatch · E_LIMIT upload_length_exceeded, spool_full · the database's.
 */
#pragma once

#include "api/tus_words.h"
#include "base/flow.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "spool/spool.h"

struct tus_receiving_request {
	struct loop *loop;
	struct pg_pool *pool;
	struct spool *spool;
	int64_t tus_id, length;
	int64_t at; /**< where it goes on: all before is durable */
	struct tus_checksum checksum;
	int32_t keep_seconds; /**< until it expires, from the last byte on */
};

struct tus_receiving_listener {
	void (*resume)(void *arg); /**< after each FLOW_PAUSE */
	/** `why` NULL: all that was fed is durable. */
	void (*ended)(void *arg, int64_t durable, int64_t expires_at, const struct trouble *why);
	void *arg;
};

struct tus_receiving;

enum status tus_receiving_open(const struct tus_receiving_request *request,
			       const struct tus_receiving_listener *listener,
			       struct tus_receiving **receiving, struct trouble *why) NODISCARD;
/** FLOW_STOP: `ended` comes. */
enum flow tus_receiving_feed(struct tus_receiving *r, struct slice part) NODISCARD;
void tus_receiving_finish(struct tus_receiving *r);
/** No more will come, for a reason that `ended` tells; what came counts, unless it has a checksum.
 * Does nothing behind the end. */
void tus_receiving_break(struct tus_receiving *r, const struct trouble *why);
