/** Who has won what in a wave, by which rule, and on what evidence.
 *
 * Promise: pure and read-only on programme and summaries; may run on a pool thread. Whoever has
 *   won is decided by whole numbers alone; floating point only describes. The order of
 *   companies in the programme file does not matter.
 * Lifetime: lives in the arena; borrows the programme and the summaries.
 * Rules: docs/awards.md; the rules as data are survey/award.h.
 * Units: figures as published, unrounded.
 */
#pragma once

#include "standings/wave_summary.h"

enum {
	AWARDS_ARENA_BYTES = 256 * 1024 * 1024,
	AWARDS_BUF_BYTES = 64 * 1024 * 1024,
	AWARDS_INTERVALS_LIMIT = 400 /**< companies of a group with rank intervals */
};

/** Sets needed[w] for each wave of the programme whose summary awards_make() reads: the waves
 * of the series up to `wave`, and the parts of combined figures. `needed` has a place for each
 * wave of the programme. */
void awards_needs(const struct programme *p, int wave, bool *needed);

struct awards;

/** `summaries` has a place for each wave of the programme. NULL: this reader may see no
 * figures of that wave; it counts as a wave without them, but `wave` itself must be there.
 * E_CONFLICT: a summary is of another document. E_LIMIT: the arena is too small. */
enum status awards_make(const struct programme *p, int wave,
			const struct wave_summary *const *summaries, struct arena *arena,
			struct awards **made, struct trouble *why) NODISCARD;

void awards_json(const struct awards *a, struct buf *to);
/** One row a winner of an award; as board_csv() else. */
void awards_csv(const struct awards *a, struct buf *to);
