#include "survey/tally_cells.h"

/* The packed form, all numbers varints (seven bits a byte, least first, no idle bytes):
 *
 *	version areas items questions cells
 *	a cell		company channel metrics
 *	a metric	slot bins
 *	a bin		value count
 *
 * A first value is zigzag (sign in the lowest bit), a further one the distance from the one
 * before less 1; counts are zigzag and never 0. Cells, slots and values ascend, what is empty
 * is not written: one tally has one form. */
enum { VERSION = 1, VARINT_BYTES = 10 };

/** What one count may be in packed bytes: 10^8 results of 10000 hundredths and a long way on. */
#define COUNT_LIMIT (INT64_C(1) << 48)

/* ---- writing ---- */

static void put(struct buf *to, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		buf_add_byte(to, (char)(number | 0x80));
	buf_add_byte(to, (char)number);
}

static void put_signed(struct buf *to, int64_t number)
{
	put(to, ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0));
}

static void put_histogram(struct buf *to, const struct histogram *h)
{
	put(to, h->len);
	for (size_t i = 0; i < h->len; i++) {
		if (i == 0)
			put_signed(to, h->bins[i].value);
		else
			put(to, (uint64_t)((int64_t)h->bins[i].value - h->bins[i - 1].value - 1));
		put_signed(to, h->bins[i].count);
	}
}

static void put_cell(struct buf *to, const struct tally *t, const struct tally_cell *cell)
{
	size_t metrics = 0;
	for (size_t s = 0; s < t->slots; s++)
		metrics += cell->metrics[s].len > 0;
	put(to, (uint64_t)cell->company);
	put(to, (uint64_t)cell->channel);
	put(to, metrics);
	for (size_t s = 0; s < t->slots; s++) {
		if (cell->metrics[s].len == 0)
			continue;
		put(to, s);
		put_histogram(to, &cell->metrics[s]);
	}
}

void tally_pack(const struct tally *t, struct buf *to)
{
	put(to, VERSION);
	put(to, t->areas);
	put(to, t->items);
	put(to, t->questions);
	put(to, t->len);
	for (size_t c = 0; c < t->len; c++)
		put_cell(to, t, &t->cells[c]);
}

/* ---- reading ---- */

/** Packed bytes being walked: once to check them (`to` NULL), once to add them. */
struct walk {
	const struct tally *shape;
	struct tally *to;
	struct slice rest;
	const char *wrong; /**< the first thing that is not as tally_pack() writes it */
};

static uint64_t wrong(struct walk *w, const char *what)
{
	if (w->wrong == NULL)
		w->wrong = what;
	w->rest.len = 0;
	return 0;
}

/** A number of at most `most`; 0 and a note where there is none. */
static uint64_t get(struct walk *w, uint64_t most, const char *what)
{
	uint64_t number = 0;
	for (unsigned i = 0; i < VARINT_BYTES; i++) {
		if (w->rest.len == 0)
			return wrong(w, "it ends early");
		unsigned char byte = (unsigned char)*w->rest.at++;
		w->rest.len--;
		uint64_t bits = byte & 0x7F;
		if (bits << (7 * i) >> (7 * i) != bits || (byte == 0 && i > 0))
			return wrong(w, "a number is not in its shortest form");
		number |= bits << (7 * i);
		if (byte < 0x80)
			return number <= most ? number : wrong(w, what);
	}
	return wrong(w, "a number is too long");
}

static int64_t get_signed(struct walk *w, uint64_t most, const char *what)
{
	uint64_t zigzag = get(w, 2 * most, what);
	return (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
}

struct range {
	int64_t least, most;
};

/** What values a slot's metric can have: statistics index by them. */
static struct range range_of(const struct tally *t, size_t slot)
{
	if (slot == METRIC_CONTACTS)
		return (struct range){0, 1};
	if (slot == METRIC_WAIT)
		return (struct range){0, WAIT_SECONDS_LIMIT};
	if (slot == METRIC_SHOPPER || slot == METRIC_SHOPPER_SUM)
		return (struct range){0, TALLY_SHOPPERS_LIMIT - 1};
	if (slot == METRIC_SCORE || slot < SLOT_AREA + t->areas)
		return (struct range){0, 10000};
	return (struct range){ANSWER_NONE + 1, INT16_MAX};
}

static void walk_histogram(struct walk *w, struct histogram *to, struct range range)
{
	uint64_t bins = get(w, (uint64_t)(range.most - range.least) + 1, "too many values");
	if (bins == 0)
		wrong(w, "a metric without values");
	int64_t value = 0;
	for (uint64_t i = 0; i < bins && w->wrong == NULL; i++) {
		if (i == 0)
			value = get_signed(w, INT32_MAX, "a value out of range");
		else
			value += 1 + (int64_t)get(w, INT32_MAX, "a value out of range");
		if (value < range.least || value > range.most)
			wrong(w, "a value out of range");
		int64_t count = get_signed(w, COUNT_LIMIT, "a count out of range");
		if (count == 0)
			wrong(w, "a value without a count");
		if (to != NULL)
			histogram_add(to, (int32_t)value, count);
	}
}

static void walk_metrics(struct walk *w, struct tally_cell *to)
{
	uint64_t metrics = get(w, w->shape->slots, "too many metrics");
	int64_t before = -1;
	if (metrics == 0)
		wrong(w, "a cell without metrics");
	for (uint64_t m = 0; m < metrics && w->wrong == NULL; m++) {
		uint64_t slot = get(w, w->shape->slots - 1, "an unknown metric");
		if ((int64_t)slot <= before)
			wrong(w, "metrics out of order");
		before = (int64_t)slot;
		walk_histogram(w, to != NULL ? &to->metrics[slot] : NULL, range_of(w->shape, slot));
	}
}

static void walk_cells(struct walk *w)
{
	uint64_t cells = get(w, (uint64_t)PROGRAMME_COMPANIES_LIMIT * PROGRAMME_CHANNELS_LIMIT,
			     "too many cells");
	int64_t before = -1;
	for (uint64_t c = 0; c < cells && w->wrong == NULL; c++) {
		uint64_t company = get(w, PROGRAMME_COMPANIES_LIMIT - 1, "an unknown company");
		uint64_t channel = get(w, PROGRAMME_CHANNELS_LIMIT - 1, "an unknown channel");
		int64_t key = (int64_t)(company * PROGRAMME_CHANNELS_LIMIT + channel);
		if (key <= before)
			wrong(w, "cells out of order");
		before = key;
		struct tally_cell *to = NULL;
		if (w->to != NULL)
			to = tally_cell_of(w->to, (int)company, (int)channel);
		walk_metrics(w, to);
		if (to != NULL)
			tally_drop_if_empty(w->to, to);
	}
}

static void walk_all(struct walk *w)
{
	if (get(w, UINT64_MAX, "") != VERSION)
		wrong(w, "another version");
	if (get(w, UINT64_MAX, "") != w->shape->areas ||
	    get(w, UINT64_MAX, "") != w->shape->items ||
	    get(w, UINT64_MAX, "") != w->shape->questions)
		wrong(w, "metrics of another instrument");
	walk_cells(w);
	if (w->wrong == NULL && w->rest.len > 0)
		wrong(w, "it goes on after its end");
}

enum status tally_unpack(struct tally *t, struct slice packed, struct trouble *why)
{
	struct walk check = {.shape = t, .rest = packed};
	walk_all(&check);
	if (check.wrong != NULL)
		return trouble_code(why, E_INPUT, "not_a_tally",
				    "%zu bytes are not a packed tally: %s", packed.len,
				    check.wrong);
	struct walk add = {.shape = t, .to = t, .rest = packed};
	walk_all(&add);
	must(add.wrong == NULL);
	return OK;
}
