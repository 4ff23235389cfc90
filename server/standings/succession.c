#include "standings/succession.h"

static int32_t last_day(const struct wave *w)
{
	return w->period.until != DAY_NONE ? w->period.until : w->period.from;
}

bool succession_in_force(const struct programme *p, const struct successor *s, int wave)
{
	int32_t day = last_day(&p->waves[wave]);

	return day != DAY_NONE && s->from <= day;
}

bool succession_between(const struct programme *p, const struct successor *s, int earlier,
			int later)
{
	const struct wave *before = &p->waves[earlier], *now = &p->waves[later];

	if (last_day(now) != DAY_NONE && s->from > last_day(now))
		return false;
	if (last_day(before) != DAY_NONE)
		return !succession_in_force(p, s, earlier);
	return before->sector_of[s->of] >= 0 && before->sector_of[s->company] < 0;
}

/** One look at every record; true where something was carried. */
static bool carry_once(const struct programme *p, int earlier, int later, int32_t *better,
		       int32_t *via)
{
	bool changed = false;

	for (size_t i = 0; i < p->successors_len; i++) {
		const struct successor *s = &p->successors[i];

		if (better[s->of] <= better[s->company] ||
		    !succession_between(p, s, earlier, later))
			continue;
		better[s->company] = better[s->of];
		via[s->company] = via[s->of];
		changed = true;
	}
	return changed;
}

void succession_carry(const struct programme *p, int earlier, int later, int32_t *better,
		      int32_t *via)
{
	/* records form no circle: each look settles one more link of the longest chain */
	while (carry_once(p, earlier, later, better, via))
		continue;
}
