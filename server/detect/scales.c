#include "detect/scales.h"

#include "base/must.h"

/** 60 * (2 x - low - high) / (high - low), to the nearest, halves away from the middle. */
static int16_t place(int64_t x, int64_t low, int64_t high)
{
	int64_t above = POSITION_BEST * (2 * x - low - high), span = high - low;
	must(span > 0);
	int64_t half = above < 0 ? -span / 2 : span / 2;
	return (int16_t)((above + half) / span);
}

/** Room for a scale's positions, all of them gaps. */
static int16_t *new_places(struct scales *s, size_t column, int first, int len)
{
	s->places[column] = (struct scale_places){(int16_t)first, (uint16_t)len,
						  (uint32_t)s->positions_len};
	s->positions_len += (size_t)len;
	s->positions = memory_resize(s->positions, s->positions_len, sizeof(*s->positions));
	int16_t *made = s->positions + s->places[column].at;
	for (int i = 0; i < len; i++)
		made[i] = POSITION_NONE;
	return made;
}

static void place_question(struct scales *s, size_t column, const struct question *q)
{
	int low = q->scale_min, high = q->scale_max;
	if (high <= low || high - low >= SCALE_ANSWERS)
		return;
	int16_t *to = new_places(s, column, low, high - low + 1);
	for (int x = low; x <= high; x++)
		to[x - low] = place(q->high_is_effort ? low + high - x : x, low, high);
}

static int32_t least_points(const struct item *item)
{
	int32_t least = item->points_max;
	for (size_t o = 0; o < item->options_len; o++)
		if (item->options[o].points < least)
			least = item->options[o].points;
	return least;
}

static void place_item(struct scales *s, size_t column, const struct item *item)
{
	if (!item->scored || item->measured.given || item->options_len < 2)
		return;
	int first = item->options[0].answer;
	int len = item->options[item->options_len - 1].answer - first + 1;
	int32_t least = least_points(item);
	if (least == item->points_max || len > SCALE_ANSWERS)
		return;
	int16_t *to = new_places(s, column, first, len);
	for (size_t o = 0; o < item->options_len; o++)
		to[item->options[o].answer - first] = place(item->options[o].points, least,
							    item->points_max);
}

void scales_init(struct scales *s, const struct instrument *i)
{
	size_t len = i->items_len + i->questions_len;
	*s = (struct scales){.len = len, .items = i->items_len};
	s->places = memory_new((len + 1) * sizeof(*s->places));
	s->codes = memory_new((len + 1) * sizeof(*s->codes));
	for (size_t n = 0; n < i->items_len; n++) {
		s->codes[n] = i->items[n].code;
		place_item(s, n, &i->items[n]);
	}
	for (size_t n = 0; n < i->questions_len; n++) {
		s->codes[i->items_len + n] = i->questions[n].code;
		place_question(s, i->items_len + n, &i->questions[n]);
	}
}

void scales_fini(struct scales *s)
{
	memory_free(s->places);
	memory_free(s->codes);
	memory_free(s->positions);
	*s = (struct scales){0};
}

int16_t score_position(int32_t score)
{
	return place(score, 0, 10000);
}
