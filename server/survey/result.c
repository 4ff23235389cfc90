#include "survey/result.h"

#include "survey/wide.h"

#define FULL_SCORE INT64_C(10000)

/** Points of one area over the items that apply. */
struct points {
	int64_t got, possible;
};

/** Bonus points may lift what was got over what was possible; a score they do not. */
static int32_t share(struct points p)
{
	if (p.possible == 0)
		return SCORE_NONE;
	if (p.got >= p.possible)
		return (int32_t)FULL_SCORE;
	return (int32_t)((2 * FULL_SCORE * p.got + p.possible) / (2 * p.possible));
}

static void sum_points(const struct instrument *in, const struct result *result,
		       struct points *areas)
{
	for (size_t i = 0; i < in->items_len; i++) {
		const struct item *item = &in->items[i];
		int16_t answer = result->answers[i];
		if (answer == ANSWER_NONE || !item->scored ||
		    (item->channels & (1u << result->channel)) == 0)
			continue;
		int32_t points = item_points(item, answer);
		if (points == POINTS_NONE)
			continue;
		areas[item->area].got += points;
		areas[item->area].possible += item->bonus ? 0 : item->points_max;
	}
}

static int32_t pooled(const struct points *areas, size_t len)
{
	struct points all = {0};
	for (size_t a = 0; a < len; a++) {
		all.got += areas[a].got;
		all.possible += areas[a].possible;
	}
	return share(all);
}

/** What an area adds to the numerator over the common denominator, the product of all
 * possible points: w_a got_a times the possible points of the others. A full area is full:
 * its bonus is not lent to others. */
static struct wide part_of(const struct instrument *in, const struct points *areas, size_t area)
{
	int64_t got = areas[area].got, possible = areas[area].possible;
	struct wide part = wide_from((uint64_t)(got < possible ? got : possible));
	wide_multiply(&part, (uint64_t)in->areas[area].weight_millionths);
	for (size_t a = 0; a < in->areas_len; a++)
		if (a != area && areas[a].possible > 0)
			wide_multiply(&part, (uint64_t)areas[a].possible);
	return part;
}

/** The largest score with 2 score below <= 20000 above + below: half up of 10000 above / below. */
static int32_t rounded(struct wide above, struct wide below)
{
	int32_t low = 0, high = (int32_t)FULL_SCORE;
	wide_multiply(&above, (uint64_t)(2 * FULL_SCORE));
	wide_add(&above, &below);
	while (low < high) {
		int32_t middle = (low + high + 1) / 2;
		struct wide reached = below;
		wide_multiply(&reached, 2 * (uint64_t)middle); /* middle > low >= 0 */
		if (wide_compare(&reached, &above) <= 0)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static int32_t weighted(const struct instrument *in, const struct points *areas)
{
	struct wide above = wide_from(0), below = wide_from(1);
	uint64_t weights = 0;
	for (size_t a = 0; a < in->areas_len; a++) {
		if (areas[a].possible == 0)
			continue;
		struct wide part = part_of(in, areas, a);
		wide_add(&above, &part);
		wide_multiply(&below, (uint64_t)areas[a].possible);
		weights += (uint64_t)in->areas[a].weight_millionths;
	}
	if (weights == 0)
		return SCORE_NONE;
	wide_multiply(&below, weights);
	return rounded(above, below);
}

static void score_unanswered(const struct instrument *in, struct result *result)
{
	result->score = in->unanswered == UNANSWERED_ZERO ? 0 : SCORE_NONE;
	for (size_t a = 0; a < in->areas_len; a++)
		result->area_scores[a] = SCORE_NONE;
}

void result_score(const struct instrument *i, struct result *result)
{
	if (!result->answered) {
		score_unanswered(i, result);
		return;
	}
	struct points areas[PROGRAMME_AREAS_LIMIT];
	memset(areas, 0, i->areas_len * sizeof(areas[0]));
	sum_points(i, result, areas);
	for (size_t a = 0; a < i->areas_len; a++)
		result->area_scores[a] = share(areas[a]);
	result->score = i->scoring == SCORING_POOLED ? pooled(areas, i->areas_len)
						     : weighted(i, areas);
}
