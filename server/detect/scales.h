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

#define POSITION_NONE INT8_MIN

struct scale_places {
	struct slice code;
	int first;	  /**< the answer that position[0] is of */
	int len;	  /**< 0: has no place */
	int8_t *position; /**< POSITION_NONE in gaps */
};

struct scales {
	struct scale_places *at; /**< items, then questions */
	size_t len, items;
};

void scales_init(struct scales *s, const struct instrument *i);
void scales_fini(struct scales *s);

/** Of 0..10000: the score as one more scale. */
int score_position(int32_t score);

static inline int scale_position(const struct scale_places *p, int answer)
{
	int at = answer - p->first;
	return at >= 0 && at < p->len ? p->position[at] : POSITION_NONE;
}
