#include "ingest/shopper_book.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/must.h"

enum { FIRST_SLOTS = 64 };

struct entry {
	uint32_t at, len; /* of the code in `codes` */
	int32_t number;	  /* -1: a free slot */
};

struct shopper_book {
	size_t limit, len;
	struct entry *slots;
	size_t slots_len; /* a power of two, at most two thirds full */
	struct buf codes;
};

static struct entry *free_slots(size_t len)
{
	struct entry *slots = memory_resize(NULL, len, sizeof(*slots));
	for (size_t i = 0; i < len; i++)
		slots[i] = (struct entry){.number = -1};
	return slots;
}

struct shopper_book *shopper_book_new(size_t limit)
{
	struct shopper_book *b = memory_new(sizeof(*b));
	b->limit = limit;
	b->slots_len = FIRST_SLOTS;
	b->slots = free_slots(FIRST_SLOTS);
	buf_init(&b->codes, UINT32_MAX);
	return b;
}

void shopper_book_free(struct shopper_book *b)
{
	if (b == NULL)
		return;
	memory_free(b->slots);
	buf_fini(&b->codes);
	memory_free(b);
}

static struct slice code_of(const struct shopper_book *b, const struct entry *e)
{
	return (struct slice){b->codes.at + e->at, e->len};
}

static struct entry *slot_for(const struct shopper_book *b, struct slice code)
{
	size_t at = hash_bytes(code) & (b->slots_len - 1);
	while (b->slots[at].number >= 0 && !slice_equal(code_of(b, &b->slots[at]), code))
		at = (at + 1) & (b->slots_len - 1);
	return &b->slots[at];
}

size_t shopper_book_len(const struct shopper_book *b)
{
	return b->len;
}

int32_t shopper_book_find(const struct shopper_book *b, struct slice code)
{
	return slot_for(b, code)->number;
}

static void grow(struct shopper_book *b)
{
	struct entry *old = b->slots;
	size_t old_len = b->slots_len;
	b->slots_len *= 2;
	b->slots = free_slots(b->slots_len);
	for (size_t i = 0; i < old_len; i++)
		if (old[i].number >= 0)
			*slot_for(b, code_of(b, &old[i])) = old[i];
	memory_free(old);
}

void shopper_book_add(struct shopper_book *b, struct slice code, int32_t number)
{
	must(number >= 0);
	if (b->len >= b->limit || shopper_book_find(b, code) >= 0)
		return;
	if ((b->len + 1) * 3 > b->slots_len * 2)
		grow(b);
	struct entry *e = slot_for(b, code);
	*e = (struct entry){
		.at = (uint32_t)b->codes.len, .len = (uint32_t)code.len, .number = number};
	buf_add(&b->codes, code);
	must(!buf_over(&b->codes));
	b->len++;
}
