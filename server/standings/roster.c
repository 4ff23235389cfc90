#include "standings/roster.h"

#include <stdlib.h>

struct coded {
	struct slice code;
	size_t index;
};

static int by_code(const void *left, const void *right)
{
	const struct coded *a = left, *b = right;

	return slice_compare(a->code, b->code);
}

int64_t roster_cell_contacts(const struct roster *r, const struct tally_cell *cell)
{
	return histogram_total(tally_histogram(r->tally, cell, METRIC_CONTACTS));
}

const struct tally_cell *roster_cell(const struct roster_company *c, int channel)
{
	for (size_t i = 0; i < c->cells_len; i++)
		if (c->cells[i].channel == channel)
			return &c->cells[i];
	return NULL;
}

size_t roster_cells(const struct roster_company *c, int channel, const struct tally_cell **first)
{
	if (channel == BOARD_ALL_CHANNELS) {
		*first = c->cells;
		return c->cells_len;
	}
	*first = roster_cell(c, channel);
	return *first != NULL;
}

struct roster_base roster_base_of(const struct roster *r, const struct roster_company *c,
				  int channel)
{
	const struct tally_cell *cell;
	struct roster_base base = {c->contacts, c->status};

	if (channel == BOARD_ALL_CHANNELS)
		return base;
	cell = roster_cell(c, channel);
	base.contacts = cell == NULL ? 0 : roster_cell_contacts(r, cell);
	base.status = BASE_SUPPRESSED;
	if (c->channels_shown & (UINT32_C(1) << channel))
		base.status = base.contacts < r->wave->minimum.rank ? BASE_PUBLISHED_UNRANKED
								    : BASE_RANKED;
	return base;
}

/** The smallest channel still shown, of those with contacts; NULL where none is. */
static const struct tally_cell *smallest_shown(const struct roster *r,
					       const struct roster_company *c, int64_t *contacts)
{
	const struct tally_cell *smallest = NULL;

	for (size_t i = 0; i < c->cells_len; i++) {
		int64_t n = roster_cell_contacts(r, &c->cells[i]);

		if (!(c->channels_shown & (UINT32_C(1) << c->cells[i].channel)))
			continue;
		if (smallest == NULL || n < *contacts) {
			smallest = &c->cells[i];
			*contacts = n;
		}
	}
	return smallest;
}

static void hide_small_channels(const struct roster *r, struct roster_company *c)
{
	int64_t minimum = r->wave->minimum.cell, contacts = 0, hidden = 0;
	const struct tally_cell *smallest;
	size_t cells = 0, hidden_cells = 0;

	for (size_t i = 0; i < c->cells_len; i++) {
		if (roster_cell_contacts(r, &c->cells[i]) == 0)
			continue;
		c->channels_shown |= UINT32_C(1) << c->cells[i].channel;
		cells++;
	}
	if (cells < 2)
		return;
	while ((smallest = smallest_shown(r, c, &contacts)) != NULL) {
		bool given_away = hidden_cells == 1 || (hidden_cells > 0 && hidden < minimum);

		if (contacts >= minimum && !given_away)
			return;
		c->channels_shown &= ~(UINT32_C(1) << smallest->channel);
		hidden += contacts;
		hidden_cells++;
	}
}

static void count_contacts(struct roster *r, struct roster_company *c)
{
	for (size_t i = 0; i < c->cells_len; i++)
		c->contacts += roster_cell_contacts(r, &c->cells[i]);
	c->status = base_status_of(c->contacts, r->wave->minimum.publish, r->wave->minimum.rank);
	if (c->status != BASE_SUPPRESSED)
		hide_small_channels(r, c);
}

/** Cells come ascending by company: each company's run is found by halving. */
static void find_cells(const struct roster *r, struct roster_company *c)
{
	size_t len, low = 0, high;
	const struct tally_cell *cells = tally_cells(r->tally, &len);

	for (high = len; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (cells[middle].company < c->company)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < len && cells[high].company == c->company;)
		high++;
	c->cells_len = high - low;
	c->cells = c->cells_len > 0 ? cells + low : NULL;
}

static enum status take_companies(struct roster *r, struct arena *arena)
{
	const struct programme *p = r->programme;
	struct coded *order = arena_take_array(arena, p->companies_len + 1, sizeof(*order));

	r->at = arena_take_array(arena, p->companies_len + 1, sizeof(*r->at));
	if (order == NULL || r->at == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < p->companies_len; i++)
		if (r->wave->sector_of[i] >= 0)
			order[r->len++] = (struct coded){p->companies[i].code, i};
	qsort(order, r->len, sizeof(*order), by_code);
	for (size_t i = 0; i < r->len; i++) {
		r->at[i].company = (int)order[i].index;
		r->at[i].sector = r->wave->sector_of[order[i].index];
		find_cells(r, &r->at[i]);
		count_contacts(r, &r->at[i]);
	}
	return OK;
}

static enum status order_sectors(struct roster *r, struct arena *arena)
{
	size_t len = r->wave->sectors_len;
	struct coded *order = arena_take_array(arena, len + 1, sizeof(*order));

	r->sectors = arena_take_array(arena, len + 1, sizeof(*r->sectors));
	if (order == NULL || r->sectors == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < len; i++)
		order[i] = (struct coded){r->wave->sectors[i].code, i};
	qsort(order, len, sizeof(*order), by_code);
	for (size_t i = 0; i < len; i++)
		r->sectors[i] = order[i].index;
	r->sectors_len = len;
	return OK;
}

static const struct question *first_of(const struct instrument *i, enum measure measure)
{
	int found = instrument_find_measure(i, measure);

	return found < 0 ? NULL : &i->questions[found];
}

enum status roster_make(const struct board_source *source, struct arena *arena,
			struct roster *roster)
{
	const struct programme *p = source->programme;
	enum status st;

	must(source->wave >= 0 && (size_t)source->wave < p->waves_len);
	*roster = (struct roster){.programme = p, .tally = source->tally};
	roster->wave = &p->waves[source->wave];
	roster->instrument = &p->instruments[roster->wave->instrument];
	roster->csat = first_of(roster->instrument, MEASURE_CSAT);
	roster->ces = first_of(roster->instrument, MEASURE_CES);
	roster->nps = first_of(roster->instrument, MEASURE_NPS);
	st = order_sectors(roster, arena);
	if (st < 0)
		return st;
	return take_companies(roster, arena);
}
