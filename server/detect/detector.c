#include "detect/detector.h"

#include <math.h>

#include "detect/findings.h"

struct detector {
	struct observed seen;
	int question[SHOPPER_COLUMNS - 1]; /* of CSAT, CES, NPS; -1: none */
};

struct detector *detector_new(const struct programme *p, const struct instrument *i)
{
	static const enum measure measures[] = {MEASURE_CSAT, MEASURE_CES, MEASURE_NPS};
	struct detector *d = memory_new(sizeof(*d));
	d->seen.programme = p;
	scales_init(&d->seen.scales, i);
	straight_items_init(&d->seen.items, i);
	d->seen.shoppers = shoppers_new();
	for (size_t m = 0; m < COUNT_OF(measures); m++) {
		d->question[m] = instrument_find_measure(i, measures[m]);
		if (d->question[m] >= 0)
			d->seen.shopper_column[m] = i->questions[d->question[m]].code;
	}
	d->seen.shopper_column[SHOPPER_COLUMNS - 1] = SLICE("score");
	return d;
}

void detector_free(struct detector *d)
{
	if (d == NULL)
		return;
	for (size_t c = 0; c < PROGRAMME_CHANNELS_LIMIT; c++)
		memory_free(d->seen.channel[c].columns);
	scales_fini(&d->seen.scales);
	straight_items_fini(&d->seen.items);
	shoppers_free(d->seen.shoppers);
	memory_free(d);
}

static void place_answers(const struct scales *s, const struct result *r, int16_t *positions)
{
	for (size_t i = 0; i < s->items; i++)
		positions[i] = scale_position(s, i, r->answers[i]);
	for (size_t i = s->items; i < s->len; i++)
		positions[i] = scale_position(s, i, r->cx[i - s->items]);
}

static void count_straight(struct observed *seen, enum straightness straight)
{
	seen->looked_at += straight != STRAIGHT_NOT_LOOKED_AT;
	seen->straight += straight == STRAIGHT_ALL;
	seen->near += straight == STRAIGHT_NEAR;
}

static void add_to_shopper(struct detector *d, const struct result *r, const int16_t *positions,
			   enum straightness straight)
{
	int16_t own[SHOPPER_COLUMNS] = {POSITION_NONE, POSITION_NONE, POSITION_NONE, POSITION_NONE};
	for (int m = 0; m < SHOPPER_COLUMNS - 1; m++)
		if (d->question[m] >= 0)
			own[m] = positions[d->seen.scales.items + (size_t)d->question[m]];
	if (r->score != SCORE_NONE)
		own[SHOPPER_COLUMNS - 1] = score_position(r->score);
	shoppers_add(d->seen.shoppers, r->shopper, own, straight);
}

void detector_add(struct detector *d, const struct result *r)
{
	struct observed *seen = &d->seen;
	struct group_sums *channel = &seen->channel[r->channel];
	int16_t positions[SCALES_LIMIT];
	if (!r->answered)
		return;
	if (channel->columns == NULL)
		channel->columns = memory_new((seen->scales.len + 1) * sizeof(*channel->columns));
	enum straightness straight = straightness(&seen->items, r->answers);
	place_answers(&seen->scales, r, positions);
	group_add(channel, positions, seen->scales.len);
	count_straight(seen, straight);
	if (r->shopper.len > 0)
		add_to_shopper(d, r, positions, straight);
}

void detector_warnings(struct detector *d, struct buf *to)
{
	struct warnings found = {.len = 0};
	struct json_out j = json_out_on(to);
	findings_of(&d->seen, &found);
	warnings_json(&found, &j);
}
