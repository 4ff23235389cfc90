/** The keys of the objects that are open, to find one that comes twice.
 *
 * Keys go in and out like a stack: closing an object forgets its keys, so a
 * row of 25 keys costs 25 writes to forget and nothing is ever cleared whole.
 * Lifetime: the texts are borrowed until they are forgotten.
 * Limits: memory grows with the keys that are open at one time; the caller
 *   bounds them. A lookup walks from its slot; keys chosen to share one cost at
 *   most (keys of one object)^2 / 2 comparisons, 33,000 at the limit of 256.
 */
#pragma once

#include "base/slice.h"

struct json_key {
	struct slice text;
	uint32_t level; /**< which of the open objects: 1 = the outermost */
	uint32_t hash;
	size_t slot;
};

struct json_keys {
	struct json_key *open;
	uint32_t *slots; /**< index + 1 into open, 0 = free; twice `room` of them */
	size_t len, room;
};

void json_keys_init(struct json_keys *k);
void json_keys_fini(struct json_keys *k);

/** False where this level holds the key already. */
bool json_keys_add(struct json_keys *k, uint32_t level, struct slice text);
/** Forgets all but the first `len` keys. */
void json_keys_forget(struct json_keys *k, size_t len);
