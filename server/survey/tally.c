#include "survey/tally_cells.h"

struct tally *tally_new(size_t areas, size_t items, size_t questions)
{
	must(areas <= PROGRAMME_AREAS_LIMIT && items <= PROGRAMME_ITEMS_LIMIT &&
	     questions <= PROGRAMME_QUESTIONS_LIMIT);
	struct tally *t = memory_new(sizeof(*t));
	*t = (struct tally){.areas = areas, .items = items, .questions = questions};
	t->slots = SLOT_AREA + areas + items + questions;
	return t;
}

static void free_metrics(const struct tally *t, struct tally_cell *cell)
{
	for (size_t s = 0; s < t->slots; s++)
		histogram_fini(&cell->metrics[s]);
	memory_free(cell->metrics);
}

void tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	for (size_t c = 0; c < t->len; c++)
		free_metrics(t, &t->cells[c]);
	memory_free(t->keys);
	memory_free(t->cells);
	memory_free(t);
}

/** The first cell not below `key`. */
static size_t place_of(const struct tally *t, uint32_t key)
{
	if (t->len == 0 || t->keys[t->len - 1] < key)
		return t->len;
	size_t low = 0, count = t->len;
	while (count > 1) {
		size_t half = count / 2;
		low += t->keys[low + half - 1] < key ? half : 0;
		count -= half;
	}
	return low + (t->keys[low] < key ? 1 : 0);
}

/** One block: the histograms and the first bins of each. Small scales never need more, so
 * that counting a result touches one or two pages and not one for each metric. */
static struct histogram *new_metrics(size_t slots)
{
	struct histogram *metrics = memory_new(slots *
					       (sizeof(*metrics) + LENT_BINS * sizeof(struct bin)));
	struct bin *bins = (struct bin *)(void *)(metrics + slots);
	for (size_t s = 0; s < slots; s++)
		metrics[s] = (struct histogram){
			.bins = bins + s * LENT_BINS, .room = LENT_BINS, .lent = true};
	return metrics;
}

static void insert_cell(struct tally *t, size_t place, uint32_t key)
{
	if (t->len == t->room) {
		t->room = t->room == 0 ? 16 : t->room * 2;
		t->keys = memory_resize(t->keys, t->room, sizeof(*t->keys));
		t->cells = memory_resize(t->cells, t->room, sizeof(*t->cells));
	}
	size_t behind = t->len - place;
	memmove(&t->keys[place + 1], &t->keys[place], behind * sizeof(*t->keys));
	memmove(&t->cells[place + 1], &t->cells[place], behind * sizeof(*t->cells));
	t->keys[place] = key;
	t->cells[place] = (struct tally_cell){
		.company = (int)(key / PROGRAMME_CHANNELS_LIMIT),
		.channel = (int)(key % PROGRAMME_CHANNELS_LIMIT),
		.metrics = new_metrics(t->slots),
	};
	t->len++;
}

struct tally_cell *tally_cell_of(struct tally *t, int company, int channel)
{
	must(company >= 0 && company < PROGRAMME_COMPANIES_LIMIT);
	must(channel >= 0 && channel < PROGRAMME_CHANNELS_LIMIT);
	uint32_t key = (uint32_t)company * PROGRAMME_CHANNELS_LIMIT + (uint32_t)channel;
	size_t place = place_of(t, key);
	if (place == t->len || t->keys[place] != key)
		insert_cell(t, place, key);
	return &t->cells[place];
}

void tally_drop_if_empty(struct tally *t, struct tally_cell *cell)
{
	for (size_t s = 0; s < t->slots; s++)
		if (cell->metrics[s].len > 0)
			return;
	size_t place = (size_t)(cell - t->cells);
	free_metrics(t, cell);
	t->len--;
	size_t behind = t->len - place;
	memmove(&t->keys[place], &t->keys[place + 1], behind * sizeof(*t->keys));
	memmove(&t->cells[place], &t->cells[place + 1], behind * sizeof(*t->cells));
}

/** histogram_add() of a small scale: the value's bin is nearly always where its distance from
 * the first one says. */
static inline void count_one(struct histogram *h, int32_t value, int sign)
{
	if (h->len > 0) {
		size_t guess = (size_t)((int64_t)value - h->bins[0].value);
		if (guess < h->len && h->bins[guess].value == value && h->bins[guess].count > 1 &&
		    h->bins[guess].count < INT64_MAX) {
			h->bins[guess].count += sign;
			return;
		}
	}
	histogram_add(h, value, sign);
}

static void add_answered(const struct tally *t, struct histogram *metrics, const struct result *r,
			 int shopper, int sign)
{
	if (r->score != SCORE_NONE) {
		histogram_add(&metrics[METRIC_SCORE], r->score, sign);
		if (shopper >= 0) {
			histogram_add(&metrics[METRIC_SHOPPER], shopper, sign);
			histogram_add(&metrics[METRIC_SHOPPER_SUM], shopper,
				      (int64_t)sign * r->score);
		}
	}
	for (size_t a = 0; a < t->areas; a++)
		if (r->area_scores[a] != SCORE_NONE)
			histogram_add(&metrics[SLOT_AREA + a], r->area_scores[a], sign);
}

void tally_add(struct tally *t, const struct result *r, int shopper, int sign)
{
	must(sign == 1 || sign == -1);
	must(shopper < TALLY_SHOPPERS_LIMIT);
	struct tally_cell *cell = tally_cell_of(t, r->company, r->channel);
	struct histogram *metrics = cell->metrics;
	count_one(&metrics[METRIC_CONTACTS], r->answered, sign);
	if (r->wait_seconds != SECONDS_NONE)
		histogram_add(&metrics[METRIC_WAIT], r->wait_seconds, sign);
	if (r->answered)
		add_answered(t, metrics, r, shopper, sign);
	struct histogram *of_items = metrics + SLOT_AREA + t->areas;
	for (size_t i = 0; i < t->items; i++)
		if (r->answers[i] != ANSWER_NONE)
			count_one(&of_items[i], r->answers[i], sign);
	struct histogram *of_cx = of_items + t->items;
	for (size_t q = 0; q < t->questions; q++)
		if (r->cx[q] != ANSWER_NONE)
			count_one(&of_cx[q], r->cx[q], sign);
	if (metrics[METRIC_CONTACTS].len == 0)
		tally_drop_if_empty(t, cell);
}

static bool same_metrics(const struct tally *a, const struct tally *b)
{
	return a->areas == b->areas && a->items == b->items && a->questions == b->questions;
}

void tally_merge(struct tally *into, const struct tally *from)
{
	must(into != from && same_metrics(into, from));
	for (size_t c = 0; c < from->len; c++) {
		const struct tally_cell *given = &from->cells[c];
		struct tally_cell *cell = tally_cell_of(into, given->company, given->channel);
		for (size_t s = 0; s < into->slots; s++)
			histogram_merge(&cell->metrics[s], &given->metrics[s]);
		tally_drop_if_empty(into, cell);
	}
}

struct tally *tally_copy(const struct tally *t)
{
	struct tally *copy = tally_new(t->areas, t->items, t->questions);
	tally_merge(copy, t);
	return copy;
}

static bool same_bins(const struct histogram *a, const struct histogram *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (a->bins[i].value != b->bins[i].value || a->bins[i].count != b->bins[i].count)
			return false;
	return true;
}

bool tally_equal(const struct tally *a, const struct tally *b)
{
	if (!same_metrics(a, b) || a->len != b->len)
		return false;
	for (size_t c = 0; c < a->len; c++) {
		if (a->keys[c] != b->keys[c])
			return false;
		for (size_t s = 0; s < a->slots; s++)
			if (!same_bins(&a->cells[c].metrics[s], &b->cells[c].metrics[s]))
				return false;
	}
	return true;
}

const struct tally_cell *tally_cells(const struct tally *t, size_t *len)
{
	*len = t->len;
	return t->cells;
}

static size_t slot_of(const struct tally *t, int metric)
{
	size_t number = (size_t)metric;
	if (metric >= METRIC_CX) {
		must(number - METRIC_CX < t->questions);
		return SLOT_AREA + t->areas + t->items + number - METRIC_CX;
	}
	if (metric >= METRIC_ITEM) {
		must(number - METRIC_ITEM < t->items);
		return SLOT_AREA + t->areas + number - METRIC_ITEM;
	}
	if (metric >= METRIC_AREA) {
		must(number - METRIC_AREA < t->areas);
		return SLOT_AREA + number - METRIC_AREA;
	}
	must(metric >= 0 && metric <= METRIC_SHOPPER_SUM);
	return number;
}

const struct histogram *tally_histogram(const struct tally *t, const struct tally_cell *cell,
					int metric)
{
	return &cell->metrics[slot_of(t, metric)];
}

size_t tally_bytes(const struct tally *t)
{
	size_t bytes = sizeof(*t) + t->room * (sizeof(*t->keys) + sizeof(*t->cells));
	for (size_t c = 0; c < t->len; c++) {
		bytes += t->slots * (sizeof(struct histogram) + LENT_BINS * sizeof(struct bin));
		for (size_t s = 0; s < t->slots; s++)
			if (!t->cells[c].metrics[s].lent)
				bytes += t->cells[c].metrics[s].room * sizeof(struct bin);
	}
	return bytes;
}
