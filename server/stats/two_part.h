/** The score where contacts nobody answered count as 0: rate times answered mean.
 *
 * Source: interval by MOVER on the log scale, Zou & Donner, Statistics in Medicine 27
 *   (2008), from Wilson for the rate and the interval of the answered mean.
 * Units: scores as published, shares in percent.
 * Errors: none. No contacts: NAN. None answered: 0 with [0, hi * u]. One answered: a
 *   value, no interval.
 */
#pragma once

#include "stats/mean.h"
#include "stats/proportion.h"

struct two_part {
	int64_t n;
	struct share no_answer;
	struct mean answered;
	double score;
	struct interval ci;
	enum ci_method method;
};

/** `answered` holds the scores of answered contacts, `contacts` >= answered->n counts all. */
struct two_part two_part_of(const struct sums *answered, int64_t contacts, struct scale scale,
			    double level);
