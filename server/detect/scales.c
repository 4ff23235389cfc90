#include "detect/scales.h"

/** 60 * (2 x - low - high) / (high - low), to the nearest, halves away from the middle. */
static int8_t place(int64_t x, int64_t low, int64_t high)
{
	int64_t above = POSITION_BEST * (2 * x - low - high), span = high - low;
	int64_t half = above < 0 ? -span / 2 : span / 2;
	return (int8_t)((above + half) / span);
}

static void place_question(struct scale_places *p, const struct question *q)
{
	int low = q->scale_min, high = q->scale_max;
	p->code = q->code;
	if (high <= low || high - low >= SCALE_ANSWERS)
		return;
	p->first = low;
	p->len = high - low + 1;
	p->position = memory_new((size_t)p->len);
	for (int x = low; x <= high; x++)
		p->position[x - low] = place(q->high_is_effort ? low + high - x : x, low, high);
}

static void place_item(struct scale_places *p, const struct item *item)
{
	p->code = item->code;
	if (!item->scored || item->measured.given || item->options_len < 2)
		return;
	int first = item->options[0].answer;
	int len = item->options[item->options_len - 1].answer - first + 1;
	int32_t least = item->points_max;
	for (size_t o = 0; o < item->options_len; o++)
		if (item->options[o].points < least)
			least = item->options[o].points;
	if (least == item->points_max || len > SCALE_ANSWERS)
		return;
	p->first = first;
	p->len = len;
	p->position = memory_new((size_t)len);
	memset(p->position, POSITION_NONE, (size_t)len);
	for (size_t o = 0; o < item->options_len; o++)
		p->position[item->options[o].answer - first] = place(item->options[o].points, least,
								     item->points_max);
}

void scales_init(struct scales *s, const struct instrument *i)
{
	s->items = i->items_len;
	s->len = i->items_len + i->questions_len;
	s->at = memory_new((s->len + 1) * sizeof(*s->at));
	for (size_t n = 0; n < i->items_len; n++)
		place_item(&s->at[n], &i->items[n]);
	for (size_t n = 0; n < i->questions_len; n++)
		place_question(&s->at[i->items_len + n], &i->questions[n]);
}

void scales_fini(struct scales *s)
{
	for (size_t n = 0; n < s->len; n++)
		memory_free(s->at[n].position);
	memory_free(s->at);
	*s = (struct scales){0};
}

int score_position(int32_t score)
{
	return place(score, 0, 10000);
}
