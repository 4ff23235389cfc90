/** Memory that dies together.
 *
 * One arena per HTTP request, one mark per record. Nothing taken from an arena
 * is ever freed by itself. What is not memory (a PGresult, a cJSON tree) joins
 * the same fate through arena_defer().
 *
 * Running over `limit_bytes` is the client's doing and answers NULL; the machine
 * running out of memory is not something we can serve through and aborts.
 *
 * Limits: limit_bytes of payload; blocks of 16 KiB, larger requests get their
 * own, so the overhead is below 16 KiB + one block header an oversized request.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"
#include "base/status.h"

struct arena_block;
struct arena_deferred;

struct arena {
	size_t limit_bytes;
	size_t used_bytes;
	struct arena_block *block;
	struct arena_block *spare; /**< one empty block kept over a rewind */
	struct arena_deferred *deferred;
};

struct arena_mark {
	struct arena_block *block;
	size_t block_used;
	size_t used_bytes;
	struct arena_deferred *deferred;
};

void arena_init(struct arena *a, size_t limit_bytes);
void arena_fini(struct arena *a); /**< runs what was deferred, last first, then frees */

/** Zeroed and aligned for any type; NULL over the limit. */
void *arena_take(struct arena *a, size_t size) NODISCARD;
/** count * size without overflow. */
void *arena_take_array(struct arena *a, size_t count, size_t size) NODISCARD;
/** A copy with a NUL behind it; `at` is NULL over the limit. */
struct slice arena_copy(struct arena *a, struct slice bytes) NODISCARD;
/** printf into the arena; NULL over the limit. */
const char *arena_print(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3) NODISCARD;

/** Calls fn(what) when the arena ends or is rewound before this point. The only
 * call that never fails: its note is not counted against the limit. */
void arena_defer(struct arena *a, void (*fn)(void *what), void *what);

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
