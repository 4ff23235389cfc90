#include "standings/fieldwork.h"

#include <math.h>

#include "survey/quota.h"

static bool has_weights(const struct fieldwork *f)
{
	for (size_t c = 0; c < f->source.programme->channels_len; c++)
		if (f->wave->channel_weights[c] > 0)
			return true;
	return false;
}

static bool is_shown(const struct fieldwork *f, size_t sector)
{
	return f->source.sector < 0 || (size_t)f->source.sector == sector;
}

static size_t count_companies(const struct fieldwork *f)
{
	size_t count = 0;
	for (size_t s = 0; s < f->wave->sectors_len; s++)
		count += is_shown(f, s) ? f->wave->sectors[s].companies_len : 0;
	return count;
}

/** The first cell of a company, or where it would stand. */
static size_t find_cells(const struct fieldwork_source *s, int company)
{
	size_t from = 0, until = s->cells_len;
	while (from < until) {
		size_t middle = from + (until - from) / 2;
		if (s->cells[middle].company < company)
			from = middle + 1;
		else
			until = middle;
	}
	return from;
}

static void count_cell(struct progress *p, const struct fieldwork_cell *cell)
{
	for (int s = 0; s < REVIEW_COUNT; s++) {
		p->results[s] += cell->results[s];
		if (s != REVIEW_RETURNED && s != REVIEW_EXCLUDED)
			p->made += cell->results[s];
	}
	p->answered += cell->answered;
	for (int d = 0; d < DAY_PART_COUNT; d++)
		p->day_parts[d] += cell->day_parts[d];
}

static void complete(struct progress *p)
{
	p->completed = p->made < p->planned ? p->made : p->planned;
}

static void add(struct progress *to, const struct progress *p)
{
	to->is_planned |= p->is_planned;
	to->planned += p->planned;
	to->made += p->made;
	to->answered += p->answered;
	to->completed += p->completed;
	for (int s = 0; s < REVIEW_COUNT; s++)
		to->results[s] += p->results[s];
	for (int d = 0; d < DAY_PART_COUNT; d++)
		to->day_parts[d] += p->day_parts[d];
}

static void plan(const struct fieldwork *f, struct company_progress *c, bool by_channel)
{
	size_t channels = f->source.programme->channels_len;
	int split[PROGRAMME_CHANNELS_LIMIT], planned = f->wave->planned_contacts[c->company];
	c->whole.planned = planned;
	c->whole.is_planned = planned > 0;
	if (!by_channel)
		return;
	quota_split(planned, f->wave->channel_weights, channels, f->wave->channels_of[c->company],
		    split);
	for (size_t i = 0; i < channels; i++) {
		c->channels[i].planned = split[i];
		c->channels[i].is_planned = split[i] > 0;
	}
}

static void fill_company(struct fieldwork *f, struct company_progress *c, bool by_channel)
{
	const struct fieldwork_source *s = &f->source;
	size_t channels = s->programme->channels_len;
	plan(f, c, by_channel);
	for (size_t i = find_cells(s, c->company);
	     i < s->cells_len && s->cells[i].company == c->company; i++) {
		count_cell(&c->whole, &s->cells[i]);
		count_cell(&c->channels[s->cells[i].channel], &s->cells[i]);
	}
	complete(&c->whole);
	add(&f->whole, &c->whole);
	add(&f->sectors[c->sector], &c->whole);
	for (size_t i = 0; i < channels; i++) {
		complete(&c->channels[i]);
		add(&f->channels[i], &c->channels[i]);
		add(&f->sectors_channels[(size_t)c->sector * channels + i], &c->channels[i]);
	}
}

static enum status make_room(struct fieldwork *f, struct arena *arena)
{
	size_t channels = f->source.programme->channels_len, sectors = f->wave->sectors_len;
	f->companies_len = count_companies(f);
	f->companies = arena_take_array(arena, f->companies_len, sizeof(*f->companies));
	f->sectors = arena_take_array(arena, sectors, sizeof(*f->sectors));
	f->sectors_channels = arena_take_array(arena, sectors * channels, sizeof(struct progress));
	f->channels = arena_take_array(arena, channels, sizeof(*f->channels));
	if (f->companies == NULL || f->sectors == NULL || f->sectors_channels == NULL ||
	    f->channels == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < f->companies_len; i++) {
		f->companies[i].channels = arena_take_array(arena, channels,
							    sizeof(struct progress));
		if (f->companies[i].channels == NULL)
			return E_LIMIT;
	}
	return OK;
}

enum status fieldwork_make(const struct fieldwork_source *source, struct arena *arena,
			   struct fieldwork **made)
{
	struct fieldwork *f = arena_take(arena, sizeof(*f));
	size_t at = 0;
	*made = NULL;
	if (f == NULL)
		return E_LIMIT;
	f->source = *source;
	f->wave = &source->programme->waves[source->wave];
	enum status st = make_room(f, arena);
	if (st < 0)
		return st;
	bool by_channel = has_weights(f);
	for (size_t s = 0; s < f->wave->sectors_len; s++) {
		const struct sector *sector = &f->wave->sectors[s];
		for (size_t c = 0; is_shown(f, s) && c < sector->companies_len; c++) {
			f->companies[at].company = sector->companies[c];
			f->companies[at].sector = (int)s;
			fill_company(f, &f->companies[at++], by_channel);
		}
	}
	*made = f;
	return OK;
}

double progress_completion_percent(const struct progress *p)
{
	return p->is_planned ? 100.0 * (double)p->completed / (double)p->planned : NAN;
}

bool progress_is_any(const struct progress *p)
{
	for (int s = 0; s < REVIEW_COUNT; s++)
		if (p->results[s] > 0)
			return true;
	return p->is_planned;
}
