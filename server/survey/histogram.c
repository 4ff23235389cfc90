#include "survey/tally.h"

enum { FIRST_ROOM = 4 };

/** The first bin not below `value`. Small scales are without gaps, so the value's distance
 * from the first bin is tried before any search. */
static size_t place_of(const struct histogram *h, int32_t value)
{
	if (h->len == 0 || h->bins[h->len - 1].value < value)
		return h->len;
	if (value <= h->bins[0].value)
		return 0;
	size_t guess = (size_t)((int64_t)value - h->bins[0].value);
	if (guess < h->len && h->bins[guess].value == value)
		return guess;
	const struct bin *low = h->bins;
	size_t count = h->len;
	while (count > 1) {
		size_t half = count / 2;
		low += half * (size_t)(low[half - 1].value < value);
		count -= half;
	}
	return (size_t)(low - h->bins) + (low->value < value ? 1 : 0);
}

static void grow(struct histogram *h)
{
	h->room = h->room == 0 ? FIRST_ROOM : h->room + h->room / 2;
	struct bin *bins = memory_resize(h->lent ? NULL : h->bins, h->room, sizeof(*bins));
	if (h->lent)
		memcpy(bins, h->bins, h->len * sizeof(*bins));
	h->bins = bins;
	h->lent = false;
}

static void insert(struct histogram *h, size_t place, struct bin bin)
{
	if (h->len == h->room)
		grow(h);
	memmove(&h->bins[place + 1], &h->bins[place], (h->len - place) * sizeof(*h->bins));
	h->bins[place] = bin;
	h->len++;
}

static int64_t sum(int64_t a, int64_t b)
{
	int64_t total;
	must(!__builtin_add_overflow(a, b, &total));
	return total;
}

void histogram_add(struct histogram *h, int32_t value, int64_t count)
{
	if (count == 0)
		return;
	size_t place = place_of(h, value);
	if (place == h->len || h->bins[place].value != value) {
		insert(h, place, (struct bin){value, count});
		return;
	}
	h->bins[place].count = sum(h->bins[place].count, count);
	if (h->bins[place].count != 0)
		return;
	h->len--;
	memmove(&h->bins[place], &h->bins[place + 1], (h->len - place) * sizeof(*h->bins));
}

/** The next bin of two ascending lists, the sum where both have the value. */
static struct bin take_next(const struct histogram *a, size_t *in_a, const struct histogram *b,
			    size_t *in_b)
{
	bool of_a = *in_a < a->len, of_b = *in_b < b->len;
	if (!of_b || (of_a && a->bins[*in_a].value < b->bins[*in_b].value))
		return a->bins[(*in_a)++];
	struct bin next = b->bins[(*in_b)++];
	if (of_a && a->bins[*in_a].value == next.value)
		next.count = sum(next.count, a->bins[(*in_a)++].count);
	return next;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	must(into != from);
	if (from->len == 0)
		return;
	must(into->len + from->len <= UINT32_MAX);
	struct histogram merged = {.room = (uint32_t)(into->len + from->len)};
	merged.bins = memory_resize(NULL, merged.room, sizeof(*merged.bins));
	size_t in_into = 0, in_from = 0;
	while (in_into < into->len || in_from < from->len) {
		struct bin next = take_next(into, &in_into, from, &in_from);
		if (next.count != 0)
			merged.bins[merged.len++] = next;
	}
	histogram_fini(into);
	*into = merged;
}

void histogram_fini(struct histogram *h)
{
	if (!h->lent)
		memory_free(h->bins);
	*h = (struct histogram){0};
}

int64_t histogram_total(const struct histogram *h)
{
	int64_t total = 0;
	for (size_t i = 0; i < h->len; i++)
		total = sum(total, h->bins[i].count);
	return total;
}
