/** A figure over several waves: the weighted mean of a company's score in each.
 *
 * Promise, lifetime: as awards.h.
 * Rule: a company has the figure where it has enough contacts for a rank in every wave named;
 *   else it is listed without one, with the reason. Ranks compare exact fractions. Sectors
 *   and level are those of the wave named first.
 * Source: weighted mean of independent means with Satterthwaite degrees of freedom,
 *   stats/standard.h; docs/statistics.md, "Combined figures".
 */
#pragma once

#include "standings/wave_summary.h"

/** As awards_needs(); `combined` is an index of the programme. */
void combined_needs(const struct programme *p, int combined, bool *needed);

struct combined_board;

/** `summaries` as for awards_make(); the waves named may be NULL: nobody has a figure then. */
enum status combined_make(const struct programme *p, int combined,
			  const struct wave_summary *const *summaries, struct arena *arena,
			  struct combined_board **made, struct trouble *why) NODISCARD;

void combined_json(const struct combined_board *b, struct buf *to);
