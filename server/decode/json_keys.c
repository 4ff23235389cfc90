#include "decode/json_keys.h"

#include "base/must.h"

enum { FIRST_ROOM = 256 }; /* a power of two, as every room */

static const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);

void json_keys_init(struct json_keys *k)
{
	*k = (struct json_keys){.room = FIRST_ROOM};
	k->open = memory_new(k->room * sizeof(*k->open));
	k->slots = memory_new(2 * k->room * sizeof(*k->slots));
}

void json_keys_fini(struct json_keys *k)
{
	memory_free(k->open);
	memory_free(k->slots);
	*k = (struct json_keys){0};
}

static uint64_t load8(const char *at)
{
	uint64_t x;
	memcpy(&x, at, sizeof(x));
	return x;
}

static uint64_t load4(const char *at)
{
	uint32_t x;
	memcpy(&x, at, sizeof(x));
	return x;
}

/** At most eight bytes, each of them in the answer. */
static uint64_t load_short(const char *at, size_t len)
{
	if (len >= 4)
		return load4(at) | load4(at + len - 4) << 32;
	if (len == 0)
		return 0;
	return (uint64_t)(unsigned char)at[0] | (uint64_t)(unsigned char)at[len / 2] << 8 |
	       (uint64_t)(unsigned char)at[len - 1] << 16;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * golden;
	return h ^ h >> 32;
}

static uint32_t hash_of(uint32_t level, struct slice text)
{
	uint64_t h = mix(text.len, level);
	for (; text.len > 8; text = slice_from(text, 8))
		h = mix(h, load8(text.at));
	return (uint32_t)mix(h, load_short(text.at, text.len));
}

static bool same(const struct json_key *a, uint32_t level, uint32_t hash, struct slice text)
{
	return a->hash == hash && a->level == level && slice_equal(a->text, text);
}

/** The stack order is kept, so the last key in is still the last of its chain and
 * forgetting leaves no hole in one. */
static void grow(struct json_keys *k)
{
	k->room *= 2;
	k->open = memory_resize(k->open, k->room, sizeof(*k->open));
	memory_free(k->slots);
	k->slots = memory_new(2 * k->room * sizeof(*k->slots));
	for (size_t i = 0; i < k->len; i++) {
		size_t slot = k->open[i].hash & (2 * k->room - 1);
		while (k->slots[slot] != 0)
			slot = (slot + 1) & (2 * k->room - 1);
		k->slots[slot] = (uint32_t)(i + 1);
		k->open[i].slot = slot;
	}
}

bool json_keys_add(struct json_keys *k, uint32_t level, struct slice text)
{
	uint32_t hash = hash_of(level, text);
	if (k->len == k->room)
		grow(k);
	size_t mask = 2 * k->room - 1;
	size_t slot = hash & mask;
	for (; k->slots[slot] != 0; slot = (slot + 1) & mask)
		if (same(&k->open[k->slots[slot] - 1], level, hash, text))
			return false;
	k->open[k->len++] = (struct json_key){
		.text = text, .level = level, .hash = hash, .slot = slot};
	k->slots[slot] = (uint32_t)k->len;
	return true;
}

void json_keys_forget(struct json_keys *k, size_t len)
{
	while (k->len > len)
		k->slots[k->open[--k->len].slot] = 0;
}
