/** One company over the waves of a series: figures, changes with tests, awards, streaks.
 *
 * Promise, lifetime: as awards.h.
 * Rule: a company stands in a wave itself, or else the one it succeeds stands for it; where it
 *   was merged from several, those waves have no figures here. Every change is to the wave
 *   before in the series; tests of changes across a break or to another instrument are
 *   shown, but no verdict is drawn from them. Family: the changes of one answer, by metric;
 *   Benjamini-Hochberg at 1 - level.
 * Source: docs/statistics.md, "Changes between waves".
 */
#pragma once

#include "standings/awards.h"

/** The series a question names: `word` itself, or where it is empty the only series of the
 * programme. E_GONE (unknown_series). */
enum status history_series(const struct programme *p, struct slice word, struct slice *series,
			   struct trouble *why) NODISCARD;

/** As awards_needs(): the waves of the series and what their awards need. */
void history_needs(const struct programme *p, struct slice series, bool *needed);

struct history;

/** `company` is an index of the programme. Waves whose summary is NULL are left out, as are
 * waves before the first in which the company stands. */
enum status history_make(const struct programme *p, int company, struct slice series,
			 const struct wave_summary *const *summaries, struct arena *arena,
			 struct history **made, struct trouble *why) NODISCARD;

void history_json(const struct history *h, struct buf *to);
/** One row a wave; as board_csv() else. */
void history_csv(const struct history *h, struct buf *to);
