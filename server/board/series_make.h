/** From a question and the summaries of its waves to the bytes of the answer.
 *
 * Pure; runs on a pool thread. Private to board/.
 */
#pragma once

#include "board/series.h"
#include "standings/wave_summary.h"

/** `waves` by index in the programme; NULL: the asker sees nothing of that wave. */
enum status series_make(const struct programme *p, const struct series_question *q,
			const struct wave_summary *const *waves, struct buf *body,
			struct trouble *why) NODISCARD;
