/** Where an answer stands on its scale, whatever the scale: -60 worst, 0 the middle, 60 best.
 *
 * Questions by their declared direction; items by the points their answers give. Items without
 * points and measured values have no place: nothing is declared about what is better.
 * Lifetime: borrows the instrument.
 * Limits: a scale of more than SCALE_ANSWERS answers has no place either.
 */
#pragma once

#include <stdint.h>

#include "survey/programme.h"
#include "survey/result.h"

enum {
	POSITION_BEST =
		60, /**< a multiple of 1 to 6, 10 and 12: scales of that many steps are exact */
	SCALE_ANSWERS = 1024,
	SCALES_LIMIT = PROGRAMME_ITEMS_LIMIT + PROGRAMME_QUESTIONS_LIMIT
};

#define POSITION_NONE INT16_MIN

/** Answers first..first + len - 1 stand in `positions` from `at` on. */
struct scale_places {
	int16_t first;
	uint16_t len; /**< 0: has no place */
	uint32_t at;
};

struct scales {
	struct scale_places *places; /**< items, then questions */
	struct slice *codes;
	int16_t *positions; /**< POSITION_NONE in gaps */
	size_t len, items, positions_len;
};

void scales_init(struct scales *s, const struct instrument *i);
void scales_fini(struct scales *s);

/** Of 0..10000: the score as one more scale. */
int16_t score_position(int32_t score);

static inline int16_t scale_position(const struct scales *s, size_t column, int16_t answer)
{
	const struct scale_places *p = &s->places[column];
	unsigned at = (unsigned)(answer - p->first);
	if (at >= p->len)
		return POSITION_NONE;
	return s->positions[p->at + at];
}
