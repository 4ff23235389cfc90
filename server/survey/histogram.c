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

static void make_room(struct histogram *h, uint32_t room)
{
	struct bin *bins = memory_resize(h->lent ? NULL : h->bins, room, sizeof(*bins));
	if (h->lent)
		memcpy(bins, h->bins, h->len * sizeof(*bins));
	h->bins = bins;
	h->room = room;
	h->lent = false;
}

static void grow(struct histogram *h)
{
	make_room(h, h->room < FIRST_ROOM ? FIRST_ROOM : h->room + h->room / 2);
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

/** How many values of `from` stand not yet in `into`. */
static size_t count_missing(const struct histogram *into, const struct histogram *from)
{
	size_t missing = 0, i = 0;
	for (size_t f = 0; f < from->len; f++) {
		while (i < into->len && into->bins[i].value < from->bins[f].value)
			i++;
		missing += i == into->len || into->bins[i].value != from->bins[f].value ? 1 : 0;
	}
	return missing;
}

/** Both lists are walked from their ends, so nothing is overwritten before it is read; what
 * stands below the least value of `from` stays where it is. */
static bool merge_backwards(struct histogram *into, const struct histogram *from, size_t missing)
{
	struct bin *bins = into->bins;
	size_t i = into->len, f = from->len, to = into->len + missing;
	bool zeros = false;
	while (f > 0) {
		const struct bin *next = &from->bins[f - 1];
		if (i > 0 && bins[i - 1].value > next->value) {
			bins[--to] = bins[--i];
			continue;
		}
		int64_t count = next->count;
		if (i > 0 && bins[i - 1].value == next->value)
			count = sum(bins[--i].count, count);
		bins[--to] = (struct bin){next->value, count};
		zeros = zeros || count == 0;
		f--;
	}
	into->len += missing;
	return zeros;
}

static void drop_zeros(struct histogram *h)
{
	size_t kept = 0;
	for (size_t i = 0; i < h->len; i++)
		if (h->bins[i].count != 0)
			h->bins[kept++] = h->bins[i];
	h->len = kept;
}

/** In place: a wave that has met most values takes a delta without asking for memory. */
void histogram_merge(struct histogram *into, const struct histogram *from)
{
	must(into != from);
	if (from->len == 0)
		return;
	size_t missing = count_missing(into, from);
	must(into->len + missing <= UINT32_MAX / 2);
	if (into->len + missing > into->room)
		make_room(into, (uint32_t)(into->len + missing));
	if (merge_backwards(into, from, missing))
		drop_zeros(into);
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
