/** Companies by what people call them: found by exactly their name, else the likely ones told.
 *
 * Names are compared folded (decode/fold.h), in every language of the programme. Likeness is
 * for suggestions alone, nobody is merged by it: Dice's coefficient of the pairs of neighbouring
 * characters, legal forms ("AS", "Ltd", "주식회사") and punctuation left out; a name whose words
 * all stand in the other is at least COMPANY_WORDS_WITHIN like it, a code written in other
 * letters is the same.
 * Source: L. R. Dice, Ecology 26(3), 1945.
 * Lifetime: the programme is borrowed.
 * Limits: COMPANY_NAME_POINTS characters of a name are looked at.
 */
#pragma once

#include "base/arena.h"
#include "survey/programme.h"

#define COMPANY_ALIKE	     0.5 /**< less is no suggestion */
#define COMPANY_WORDS_WITHIN 0.75

enum {
	COMPANY_NAME_POINTS = 100,
	COMPANY_SUGGESTIONS = 3,
	COMPANY_NONE = -1,
	COMPANY_SEVERAL = -2
};

struct company_names;

/** How alike two names are, 0..1; both folded. */
double names_alike(struct slice folded, struct slice other);

struct company_names *company_names_new(const struct programme *p);
void company_names_free(struct company_names *n); /**< NULL is allowed */

/** The company with exactly this name, COMPANY_NONE, or COMPANY_SEVERAL. */
int company_names_find(const struct company_names *n, struct slice name);

struct company_guess {
	int company;
	double alike; /**< COMPANY_ALIKE..1 */
};

/** The likeliest first, of equals the first in the programme; how many. */
size_t company_names_suggest(const struct company_names *n, struct slice name,
			     struct company_guess guesses[COMPANY_SUGGESTIONS]);
/** "; perhaps C003 (Ice) or C001 (DNB)", "" without a suggestion; NULL: the arena is full. */
const char *company_names_perhaps(const struct company_names *n, struct slice name,
				  struct arena *arena);
