/** Makes the next revision of a wave: counts, programme file and finished boards, for good.
 *
 * One transaction that holds the wave and its programme: counts are those of this moment, boards
 * are computed of exactly them while it stays open (as long as the connection may idle in a
 * transaction: one minute), and everything is stored or nothing.
 * Awards are of these counts and of what everybody may see of the other waves they rest on,
 * gathered just before.
 * Promise: `done` exactly once, never before publish_run() has returned.
 * Errors: E_CONFLICT wrong_state, live_wave_cannot_be_embargoed; E_INPUT announce_in_the_past,
 *   reason_required, unknown_reader; E_LIMIT where a board or all of them are too large; E_UNKNOWN
 * where COMMIT went without answer; what gathering the other waves may answer. Limits:
 * PUBLICATION_BYTES of boards.
 */
#pragma once

#include "board/live.h"
#include "loop/loop.h"
#include "pg/pool.h"

enum {
	PUBLICATION_BYTES = 512 * 1024 * 1024,
	PUBLICATION_READERS = 64,
	PUBLICATION_REASON_BYTES = 2000
};

struct publish_request {
	struct loop *loop;
	struct pg_pool *pool;
	struct live *live; /**< for the other waves that the awards rest on */
	const struct known_wave *wave;
	struct slice key_id; /**< who publishes; all texts are copied */
	struct slice reason; /**< empty: none, where none is due */
	int64_t announce_at; /**< CLOCK_NO_INSTANT: at once */
	bool has_ceremony;
	int32_t ceremony_on;	     /**< day */
	const struct slice *readers; /**< ids of keys that may read before it is announced */
	size_t readers_len;
	const char *made_by; /**< version of the program */
};

void publish_run(const struct publish_request *request,
		 void (*done)(void *arg, int revision, const struct trouble *why), void *arg);
