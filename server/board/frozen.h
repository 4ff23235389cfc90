/** A published revision in memory: the programme file, counts and boards as they stood.
 *
 * It never changes, so whatever is computed of it may run side by side, and a finished answer
 * stays right. Boards that were published are answered as the stored bytes; what else is asked of
 * a revision is computed from its counts by the code that computes live boards.
 * Lifetime: counted references; only the loop's thread holds and releases. live_close() answers
 *   nobody: who holds one has released it by then (requests end before).
 * Limits: FROZEN_KEPT revisions nobody holds stay in memory, the least lately used go first;
 *   answers as of a live wave.
 */
#pragma once

#include "board/live.h"

enum { FROZEN_KEPT = 64 };

struct frozen;

/** done(arg, revision, NULL) or done(arg, NULL, why), E_GONE: there is no such revision. Borrowed
 * during the call: hold it for longer. Called once, never before the return. */
void frozen_open(struct live *live, int wave_id, int revision,
		 void (*done)(void *arg, struct frozen *f, const struct trouble *why), void *arg);
void frozen_hold(struct frozen *f);
/** Nulls the holder's pointer; NULL inside is allowed. */
void frozen_release(struct frozen **f);

/** As long as it is held. State "published"; any thread may read it. Its shoppers have stand-ins
 * for their codes that stand in the same order. */
const struct board_source *frozen_source(const struct frozen *f);

/** `bytes` is borrowed during the call; NULL with *why. */
void frozen_ask(struct frozen *f, const struct live_question *q,
		void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
		void *arg);
