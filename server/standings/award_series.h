/** Who has won each award in each wave of a series: outcomes, without evidence.
 *
 * Lifetime: lives in the arena; borrows programme and summaries.
 * Rule: every wave counts by its own awards. An award of an earlier wave is looked at only
 *   where something asks for it.
 */
#pragma once

#include "standings/award_figure.h"

struct award_wave {
	int index; /**< of the programme's waves */
	const struct wave *wave;
	const struct wave_summary *summary; /**< NULL: no figures */
	bool *wanted;			    /**< by award of the wave */
	struct outcome **outcomes;	    /**< by award, then company of the programme */
};

struct award_series {
	const struct programme *programme;
	const struct wave_summary *const *summaries; /**< by wave of the programme */
	struct award_wave *at;			     /**< in the order of time */
	size_t len;
};

/** The waves of the series of `wave` up to it. `every`: all awards of all of them; else those
 * of the last and what they rest on. */
enum status award_series_make(const struct programme *p, int wave,
			      const struct wave_summary *const *summaries, bool every,
			      struct arena *arena, struct award_series *series) NODISCARD;

int award_find(const struct wave *w, struct slice code); /**< -1: none */

/** Two companies of the wave compete for the award: of one sector, or it is the field's. */
bool award_shares_group(const struct wave *w, const struct award *a, int one, int other);
