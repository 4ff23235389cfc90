/** One company: who it is, its figures as a whole, by channel, by area and by item, with counts.
 *
 * Promise, lifetime, units, limits: as board.h.
 * Small cells: a channel with fewer contacts than the wave's cell minimum is not
 * shown; where that would leave one hidden channel to be found by subtraction, the
 * next smallest is hidden with it.
 */
#pragma once

#include "standings/board.h"

struct company_detail;

/** `company` is an index of the programme. E_GONE (unknown_company) where the wave
 * does not have it. */
enum status company_detail_make(const struct board_source *source, int company, struct arena *arena,
				struct company_detail **made, struct trouble *why) NODISCARD;

void company_json(const struct company_detail *d, struct buf *to);
