/** A published revision in memory: the programme file, counts and boards as they stood.
 *
 * It never changes: who holds it may compute of it on any thread, and a finished answer stays
 * right. Boards that were published are answered as the stored bytes; what else is asked of
 * a revision is computed from its counts by the code that computes live boards.
 * Lifetime: counted references; only the loop's thread holds and releases. live_close() waits for
 *   what is under way, and nobody may hold one then.
 * Limits: FROZEN_KEPT revisions that nobody holds stay in memory, the least lately opened go
 *   first; answers and questions as of a live wave.
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

/** The finished answer if it is there; borrowed until the return to the loop. */
struct http_bytes *frozen_finished(struct frozen *f, const struct live_question *q);
/** The answer, made if need be, one at a time. `bytes` is borrowed during the call; NULL with
 * *why. Called once, never before the return; the revision is held until then. */
void frozen_ask(struct frozen *f, const struct live_question *q,
		void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
		void *arg);

/** For live.c, once nothing runs. */
void frozen_free_all(struct live *live);
