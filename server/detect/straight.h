/** Rows with one same answer to all items, and whether there are more than honest rows have.
 *
 * A row is looked at when STRAIGHT_ITEMS items that offer a choice are answered. It is straight
 * where all answers are the same, and near where all but one are.
 * Two questions are asked. Has one group more straight rows than the others, whose own rates
 * differ as they do (beta-binomial, the spread at its upper limit)? Has the file more straight rows
 * than near ones, answers at the end of every scale left aside? Whoever means each answer differs
 * in one item at least as often as in none; whoever ticks down a column never does.
 * Source: the rate's spread by the method of moments (Kleinman 1973), its limit by chi squared.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survey/programme.h"

enum { STRAIGHT_ITEMS = 6 };

enum straightness {
	STRAIGHT_NOT_LOOKED_AT, /**< too few items */
	STRAIGHT_NOT,
	STRAIGHT_NEAR,
	STRAIGHT_NEAR_END, /**< likewise, at the first or last answer of every item */
	STRAIGHT_ALL,	   /**< from here on straight */
	STRAIGHT_ALL_END
};

/** The items that offer a choice. */
struct straight_items {
	struct straight_item {
		int item;
		int16_t first, last; /**< answers */
	} * at;
	size_t len;
};

void straight_items_init(struct straight_items *s, const struct instrument *i);
void straight_items_fini(struct straight_items *s);
enum straightness straightness(const struct straight_items *s, const int16_t *answers);

/** Of one group, or added up over groups. */
struct straight_count {
	int64_t looked_at, straight;
};

/** What the groups' counts add up to; add in a fixed order. */
struct straight_spread {
	int64_t groups, looked_at, straight;
	double looked_at_squares, straight_squares; /**< n^2; straight^2 / n */
};

/** sign +1 puts the group in, -1 takes it out. */
void straight_spread_add(struct straight_spread *s, struct straight_count c, int sign);
/** How often a group like the others has as many straight rows; NAN below three others. */
double straight_above(struct straight_count c, const struct straight_spread *others);
/** How often straight rows are as many where near ones are no rarer. */
double straight_above_near(int64_t straight, int64_t near);
