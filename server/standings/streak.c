#include "standings/streak.h"

#include "standings/succession.h"

struct workspace {
	const struct award_series *series;
	const struct award *award;
	struct slice of; /**< code of the award that is counted */
	int32_t *before; /**< by company: wins up to the wave before, handed over */
	int32_t *via;
	struct streaks *made;
};

/** Outcomes of the award counted, by company; NULL where the wave has no such award. */
static const struct outcome *outcomes_in(const struct workspace *w, size_t wave)
{
	const struct award_wave *at = &w->series->at[wave];
	int award = award_find(at->wave, w->of);

	if (award < 0)
		return NULL;
	must(at->outcomes[award] != NULL);
	return at->outcomes[award];
}

static struct streak_step step_of(const struct award *a, const struct outcome *o, int32_t before)
{
	struct streak_step step = {.count = (uint16_t)before};
	bool missed = o == NULL || !outcome_has_figure(*o);
	bool won = !missed && o->state == OUTCOME_WON && (o->joint <= 1 || a->streak.joint_counts);

	if (won) {
		step.count++;
		step.counted = true;
	} else if (a->kind == AWARD_RUNNING && !(missed && a->streak.missed_skips)) {
		step.count = 0;
	}
	return step;
}

/** Fills what stood before the wave: nothing at the first, or behind a break that restarts. */
static void look_back(const struct workspace *w, size_t wave)
{
	const struct programme *p = w->series->programme;
	const struct award_wave *at = &w->series->at[wave];
	bool restarts = at->wave->series_breaks && !w->award->streak.break_continues;

	for (size_t c = 0; c < p->companies_len; c++) {
		w->via[c] = (int32_t)c;
		w->before[c] = 0;
		if (wave > 0 && !restarts)
			w->before[c] = streak_at(w->made, wave - 1, (int)c)->count;
	}
	if (wave > 0 && !restarts && w->award->streak.successors_inherit)
		succession_carry(p, w->series->at[wave - 1].index, at->index, w->before, w->via);
}

enum status streaks_make(const struct award_series *series, size_t last, const struct award *a,
			 struct arena *arena, struct streaks *made)
{
	size_t companies = series->programme->companies_len;
	struct workspace w = {.series = series, .award = a, .made = made};

	must(a->of >= 0);
	w.of = series->at[last].wave->awards[a->of].code;
	made->companies_len = companies;
	made->steps = arena_take_array(arena, (last + 1) * companies + 1, sizeof(*made->steps));
	w.before = arena_take_array(arena, companies + 1, sizeof(*w.before));
	w.via = arena_take_array(arena, companies + 1, sizeof(*w.via));
	if (made->steps == NULL || w.before == NULL || w.via == NULL)
		return E_LIMIT;
	for (size_t wave = 0; wave <= last; wave++) {
		const struct outcome *outcomes = outcomes_in(&w, wave);

		look_back(&w, wave);
		for (size_t c = 0; c < companies; c++) {
			struct streak_step *step = &made->steps[wave * companies + c];

			*step = step_of(a, outcomes == NULL ? NULL : &outcomes[c], w.before[c]);
			step->via = w.via[c];
		}
	}
	return OK;
}
