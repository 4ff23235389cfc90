/** How many waves a company has won an award in: running, or in all.
 *
 * Lifetime: lives in the arena.
 * Rule: survey/award.h (struct streak_rule), by the rule of the award that counts, and the
 *   outcomes by the rules of their own waves. A merged company goes on with the greatest
 *   count of those it came from, a split one each with the whole count.
 * Limits: a step a wave and company, eight bytes.
 */
#pragma once

#include "standings/award_series.h"

struct streak_step {
	int32_t via;	/**< who stood for the company in the wave before; itself mostly */
	uint16_t count; /**< wins counted so far */
	bool counted;	/**< this wave is one of them */
};

struct streaks {
	struct streak_step *steps; /**< wave * companies_len + company */
	size_t companies_len;
};

/** Of RUNNING or TIMES award `a` of wave `last` of the series, whose award named has been
 * looked at in all waves up to it. */
enum status streaks_make(const struct award_series *series, size_t last, const struct award *a,
			 struct arena *arena, struct streaks *made) NODISCARD;

static inline const struct streak_step *streak_at(const struct streaks *s, size_t wave, int company)
{
	return &s->steps[wave * s->companies_len + (size_t)company];
}
