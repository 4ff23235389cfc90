#include "detect/shoppers.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/must.h"

enum { SLOTS = 2 * SHOPPERS_KEPT, HASH_BITS = 64 };

struct shoppers {
	struct shopper *at;
	size_t len, room;
	uint16_t slots[SLOTS]; /* index + 1; 0 = empty */
	unsigned zeros;	       /* that a hash must begin with to be kept */
};

_Static_assert(SHOPPERS_KEPT < UINT16_MAX && (SLOTS & (SLOTS - 1)) == 0, "indices fit");

struct shoppers *shoppers_new(void)
{
	return memory_new(sizeof(struct shoppers));
}

void shoppers_free(struct shoppers *s)
{
	if (s == NULL)
		return;
	memory_free(s->at);
	memory_free(s);
}

static struct slice code_of(const struct shopper *s)
{
	return (struct slice){s->code, s->code_len};
}

static bool is_kept(const struct shoppers *s, uint64_t hash)
{
	return s->zeros == 0 || hash >> (HASH_BITS - s->zeros) == 0;
}

/** The slot that names the shopper, or the empty one that will. */
static size_t slot_of(const struct shoppers *s, uint64_t hash, struct slice code)
{
	size_t slot = hash & (SLOTS - 1);
	for (; s->slots[slot] > 0; slot = (slot + 1) & (SLOTS - 1)) {
		const struct shopper *there = &s->at[s->slots[slot] - 1];
		if (there->hash == hash && slice_equal(code_of(there), code))
			break;
	}
	return slot;
}

static void leave_half_out(struct shoppers *s)
{
	size_t kept = 0;
	s->zeros++;
	memset(s->slots, 0, sizeof(s->slots));
	for (size_t i = 0; i < s->len; i++) {
		if (!is_kept(s, s->at[i].hash))
			continue;
		s->at[kept] = s->at[i];
		s->slots[slot_of(s, s->at[kept].hash, code_of(&s->at[kept]))] = (uint16_t)(kept +
											   1);
		kept++;
	}
	s->len = kept;
}

static struct shopper *new_shopper(struct shoppers *s, uint64_t hash, struct slice code)
{
	while (s->len == SHOPPERS_KEPT && is_kept(s, hash))
		leave_half_out(s);
	if (!is_kept(s, hash))
		return NULL;
	if (s->len == s->room) {
		s->room = s->room > 0 ? s->room * 2 : 64;
		s->at = memory_resize(s->at, s->room, sizeof(*s->at));
	}
	struct shopper *made = &s->at[s->len];
	*made = (struct shopper){.hash = hash, .code_len = (uint8_t)code.len};
	memcpy(made->code, code.at, code.len);
	s->slots[slot_of(s, hash, code)] = (uint16_t)++s->len;
	return made;
}

void shoppers_add(struct shoppers *s, struct slice code, const int16_t *positions,
		  enum straightness straight)
{
	uint64_t hash = hash_bytes(code);
	must(code.len > 0 && code.len <= SHOPPER_BYTES);
	if (!is_kept(s, hash))
		return;
	uint16_t found = s->slots[slot_of(s, hash, code)];
	struct shopper *one = found > 0 ? &s->at[found - 1] : new_shopper(s, hash, code);
	if (one == NULL)
		return;
	one->straight.looked_at += straight != STRAIGHT_NOT_LOOKED_AT;
	one->straight.straight += straight >= STRAIGHT_ALL;
	one->sums.columns = one->column;
	group_add(&one->sums, positions, SHOPPER_COLUMNS);
}

static int by_code(const void *left, const void *right)
{
	const struct shopper *x = left, *y = right;
	return slice_compare(code_of(x), code_of(y));
}

const struct shopper *shoppers_sorted(struct shoppers *s, size_t *len)
{
	if (s->len > 0)
		qsort(s->at, s->len, sizeof(*s->at), by_code);
	for (size_t i = 0; i < s->len; i++)
		s->at[i].sums.columns = s->at[i].column;
	*len = s->len;
	return s->at;
}
