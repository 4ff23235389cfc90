#include "standings/company_detail.h"

#include <math.h>

#include "standings/entrant_json.h"
#include "standings/level_json.h"

/** One channel of the company; figures only where shown. */
struct channel_detail {
	struct roster_base base;
	struct figures figures;
};

struct item_detail {
	struct counts answers;
	int64_t n;
	double points_percent; /**< NAN where the item is not scored */
};

struct question_detail {
	struct counts answers;
	struct rating_figures figures;
};

struct company_detail {
	struct board_source source;
	struct roster roster;
	const struct roster_company *company;
	struct figures figures;
	struct channel_detail *channels;
	struct spread *areas;
	struct counts *area_counts;
	struct item_detail *items;
	struct question_detail *questions;
};

static enum status make_channels(struct company_detail *d, struct arena *arena)
{
	size_t len = d->roster.programme->channels_len;

	d->channels = arena_take_array(arena, len + 1, sizeof(*d->channels));
	if (d->channels == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < len; i++) {
		struct channel_detail *channel = &d->channels[i];
		const struct tally_cell *cell = roster_cell(d->company, (int)i);
		struct answers answers;

		channel->base = roster_base_of(&d->roster, d->company, (int)i);
		if (channel->base.status == BASE_SUPPRESSED)
			continue;
		if (answers_of_run(&d->roster, cell, 1, ANSWERS_ALL, ANSWERS_NO_AREA, arena,
				   &answers) < 0)
			return E_LIMIT;
		channel->figures = figures_of(&d->roster, &answers);
	}
	return OK;
}

static enum status metric_counts(const struct company_detail *d, int metric, struct arena *arena,
				 struct counts *counts)
{
	const struct tally_cell *at[PROGRAMME_CHANNELS_LIMIT];

	for (size_t i = 0; i < d->company->cells_len; i++)
		at[i] = &d->company->cells[i];
	return answers_metric(&d->roster, (struct cell_list){at, d->company->cells_len}, metric,
			      arena, counts);
}

static enum status make_areas(struct company_detail *d, struct arena *arena)
{
	size_t len = d->roster.instrument->areas_len;

	d->areas = arena_take_array(arena, len + 1, sizeof(*d->areas));
	d->area_counts = arena_take_array(arena, len + 1, sizeof(*d->area_counts));
	if (d->areas == NULL || d->area_counts == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < len; i++) {
		if (metric_counts(d, METRIC_AREA + (int)i, arena, &d->area_counts[i]) < 0)
			return E_LIMIT;
		d->areas[i] = spread_of(d->area_counts[i], SCALE_SCORE, d->roster.wave->level);
	}
	return OK;
}

/** Points got of the points possible, over the answers that are options. */
static double points_percent(const struct item *item, struct counts c)
{
	__int128 got = 0, possible = 0;

	if (!item->scored)
		return NAN;
	for (size_t i = 0; i < c.len; i++) {
		int32_t points = item_points(item, (int16_t)c.bins[i].value);

		if (points == POINTS_NONE)
			continue;
		got += (__int128)points * c.bins[i].count;
		possible += (__int128)item->points_max * c.bins[i].count;
	}
	return possible == 0 ? NAN : 100 * (double)got / (double)possible;
}

static enum status make_items(struct company_detail *d, struct arena *arena)
{
	const struct instrument *instrument = d->roster.instrument;

	d->items = arena_take_array(arena, instrument->items_len + 1, sizeof(*d->items));
	if (d->items == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < instrument->items_len; i++) {
		struct item_detail *item = &d->items[i];

		if (metric_counts(d, METRIC_ITEM + (int)i, arena, &item->answers) < 0)
			return E_LIMIT;
		item->n = counts_total(item->answers);
		item->points_percent = points_percent(&instrument->items[i], item->answers);
	}
	return OK;
}

static enum status make_questions(struct company_detail *d, struct arena *arena)
{
	const struct instrument *instrument = d->roster.instrument;

	d->questions = arena_take_array(arena, instrument->questions_len + 1,
					sizeof(*d->questions));
	if (d->questions == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < instrument->questions_len; i++) {
		struct question_detail *q = &d->questions[i];
		const struct question *question = &instrument->questions[i];

		if (answers_question(&d->roster, d->company->cells, d->company->cells_len, question,
				     arena, &q->answers) < 0)
			return E_LIMIT;
		q->figures = figures_of_rating(q->answers, question, d->roster.wave->level);
	}
	return OK;
}

static enum status fill_detail(struct company_detail *d, struct arena *arena)
{
	struct answers answers;
	enum status st = answers_of_run(&d->roster, d->company->cells, d->company->cells_len,
					ANSWERS_ALL, ANSWERS_NO_AREA, arena, &answers);

	if (st < 0)
		return st;
	d->figures = figures_of(&d->roster, &answers);
	st = make_channels(d, arena);
	if (st == OK)
		st = make_areas(d, arena);
	if (st == OK)
		st = make_items(d, arena);
	if (st == OK)
		st = make_questions(d, arena);
	return st;
}

enum status company_detail_make(const struct board_source *source, int company, struct arena *arena,
				struct company_detail **made, struct trouble *why)
{
	struct company_detail *d = arena_take(arena, sizeof(*d));
	enum status st = E_LIMIT;

	*made = NULL;
	if (d != NULL) {
		d->source = *source;
		st = roster_make(source, arena, &d->roster);
	}
	for (size_t i = 0; st == OK && i < d->roster.len; i++)
		if (d->roster.at[i].company == company)
			d->company = &d->roster.at[i];
	if (st == OK && d->company == NULL)
		return trouble_code(why, E_GONE, "unknown_company",
				    "the wave does not have this company");
	if (st == OK && d->company->status != BASE_SUPPRESSED)
		st = fill_detail(d, arena);
	if (st < 0)
		return trouble(why, st, "the company does not fit into %zu bytes",
			       arena->limit_bytes);
	*made = d;
	return OK;
}

static struct figures_style style_of(const struct company_detail *d)
{
	return (struct figures_style){.roster = &d->roster, .bins = true};
}

static void channels_json(struct json_out *j, const struct company_detail *d)
{
	const struct programme *p = d->roster.programme;

	json_key(j, "channels");
	json_open_array(j);
	for (size_t i = 0; i < p->channels_len; i++) {
		const struct channel_detail *channel = &d->channels[i];

		json_open_object(j);
		named_json(j, "channel", p->channels[i].code, p->channels[i].name);
		text_json(j, "base_status", base_status_name(channel->base.status));
		json_pair_int(j, "n", channel->base.contacts);
		if (channel->base.status == BASE_SUPPRESSED)
			figures_json_hidden(j, style_of(d));
		else
			figures_json(j, &channel->figures, style_of(d));
		json_close_object(j);
	}
	json_close_array(j);
}

static bool is_small(const struct company_detail *d, int64_t n)
{
	return n < d->roster.wave->minimum.cell;
}

static void areas_json(struct json_out *j, const struct company_detail *d)
{
	const struct instrument *instrument = d->roster.instrument;

	json_key(j, "areas");
	json_open_array(j);
	for (size_t i = 0; i < instrument->areas_len; i++) {
		const struct spread *s = &d->areas[i];

		json_open_object(j);
		named_json(j, "area", instrument->areas[i].code, instrument->areas[i].name);
		json_pair_int(j, "n", s->mean.n);
		if (is_small(d, s->mean.n)) {
			json_undefined(j, "score", REASON_BELOW_MINIMUM_BASE);
		} else {
			spread_json(j, "score", s, s->mean.ci, s->mean.method);
			bins_json(j, d->area_counts[i], SCALE_SCORE.per_unit);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

static void item_json(struct json_out *j, const struct company_detail *d, size_t at)
{
	const struct instrument *instrument = d->roster.instrument;
	const struct item *item = &instrument->items[at];
	const struct item_detail *detail = &d->items[at];

	json_open_object(j);
	named_json(j, "item", item->code, item->name);
	json_pair_text(j, "area", instrument->areas[item->area].code);
	json_pair_bool(j, "scored", item->scored);
	json_pair_int(j, "n", detail->n);
	if (is_small(d, detail->n)) {
		json_undefined(j, "points_percent", REASON_BELOW_MINIMUM_BASE);
		json_undefined(j, "bins", REASON_BELOW_MINIMUM_BASE);
	} else {
		json_figure(j, "points_percent", detail->points_percent,
			    REASON_NOT_APPLICABLE_SCALE);
		bins_json(j, detail->answers, item_answer_scale(item));
	}
	json_close_object(j);
}

static void questions_json(struct json_out *j, const struct company_detail *d)
{
	const struct instrument *instrument = d->roster.instrument;

	json_key(j, "questions");
	json_open_array(j);
	for (size_t i = 0; i < instrument->questions_len; i++) {
		const struct question *q = &instrument->questions[i];
		const struct question_detail *detail = &d->questions[i];

		json_open_object(j);
		named_json(j, "question", q->code, q->name);
		rating_json(j, "rating", &detail->figures, q, detail->answers, d->figures.n);
		json_close_object(j);
	}
	json_close_array(j);
}

static void parts_json(struct json_out *j, const struct company_detail *d)
{
	static const char *const parts[] = {"channels", "areas", "items", "questions"};

	if (d->company->status == BASE_SUPPRESSED) {
		for (size_t i = 0; i < COUNT_OF(parts); i++)
			json_undefined(j, parts[i], REASON_BELOW_MINIMUM_BASE);
		return;
	}
	channels_json(j, d);
	areas_json(j, d);
	json_key(j, "items");
	json_open_array(j);
	for (size_t i = 0; i < d->roster.instrument->items_len; i++)
		item_json(j, d, i);
	json_close_array(j);
	questions_json(j, d);
}

void company_json(const struct company_detail *d, struct buf *to)
{
	const struct company *c = &d->roster.programme->companies[d->company->company];
	const struct sector *sector = &d->roster.wave->sectors[d->company->sector];
	struct json_out j = json_out_on(to);

	json_open_object(&j);
	source_json(&j, &d->source);
	named_json(&j, "company", c->code, c->name);
	named_json(&j, "sector", sector->code, sector->name);
	entrant_json(&j, d->roster.programme, d->roster.wave, d->company->company);
	definition_json(&j, &d->roster, NULL, NAN);
	text_json(&j, "base_status", base_status_name(d->company->status));
	json_pair_int(&j, "n", d->company->contacts);
	if (d->company->status == BASE_SUPPRESSED)
		figures_json_hidden(&j, style_of(d));
	else
		figures_json(&j, &d->figures, style_of(d));
	parts_json(&j, d);
	json_close_object(&j);
}
