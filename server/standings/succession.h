/** Who stood where a company stands now, in an earlier wave.
 *
 * Rule: a record is in force in a wave when its day is not after the last day of the wave's
 *   period (the first, where it has no last). A company takes over from the one it succeeds
 *   between two waves when the record is in force in the later one and was not in the
 *   earlier one. Where the earlier wave has no period, it does so if the earlier wave has the
 *   old company and not the new one.
 */
#pragma once

#include "survey/programme.h"

/** The record's day is not after the wave; false where the wave has no period. */
bool succession_in_force(const struct programme *p, const struct successor *s, int wave);

/** `s->company` stands in wave `later` where `s->of` stood in wave `earlier`. */
bool succession_between(const struct programme *p, const struct successor *s, int earlier,
			int later);

/** What the waves before say about a company, carried over to its successors: for each record
 * between the two waves better[s->company] becomes the greater of itself and better[s->of],
 * along chains of records. via[] (of companies) follows; both have a place a company. */
void succession_carry(const struct programme *p, int earlier, int later, int32_t *better,
		      int32_t *via);
