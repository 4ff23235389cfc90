#include "standings/awards.h"

#include <stdlib.h>

#include "standings/award_tree.h"

static void need_parts(const struct programme *p, const struct award *a, bool *needed)
{
	bool of_figure = a->kind == AWARD_LINE || a->kind == AWARD_RANK;

	if (!of_figure || a->metric != AWARD_COMBINED)
		return;
	for (size_t i = 0; i < p->combined[a->combined].len; i++)
		needed[p->combined[a->combined].waves[i]] = true;
}

void awards_needs(const struct programme *p, int wave, bool *needed)
{
	for (int w = wave; w >= 0; w = programme_wave_before(p, w)) {
		needed[w] = true;
		for (size_t i = 0; i < p->waves[w].awards_len; i++)
			need_parts(p, &p->waves[w].awards[i], needed);
	}
}

/** In the order they are listed: by sector, or the whole field at once; by rank; by code. */
static int in_order(const void *left, const void *right)
{
	const struct award_winner *a = left, *b = right;
	int by_sector = slice_compare(a->sector->code, b->sector->code);

	if (by_sector != 0)
		return by_sector;
	if (a->outcome.number != b->outcome.number)
		return a->outcome.number < b->outcome.number ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static int in_order_of_field(const void *left, const void *right)
{
	const struct award_winner *a = left, *b = right;

	if (a->outcome.number != b->outcome.number)
		return a->outcome.number < b->outcome.number ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static void fill_figure(const struct awards *a, const struct award *award, struct award_winner *w)
{
	const struct wave_summary *s = a->at->summary;
	struct award_figure f;

	w->n = wave_summary_base(s, w->place, SUMMARY_ALL_CHANNELS)->contacts;
	w->minor = s->companies[w->place].minor;
	w->major = s->companies[w->place].major;
	if (award->kind != AWARD_LINE && award->kind != AWARD_RANK)
		return;
	f = award_figure_of(a->series.programme, a->series.summaries, s, award, w->place);
	w->figure = f.value;
	w->n = f.n;
}

static enum status take_winners(const struct awards *a, struct award_answer *of,
				const struct outcome *outcomes, struct arena *arena)
{
	const struct wave_summary *s = a->at->summary;
	bool ranks_field = of->award->kind == AWARD_RANK && of->award->scope == SCOPE_FIELD;

	for (size_t i = 0; i < s->len; i++)
		of->candidates[outcomes[s->companies[i].company].state]++;
	of->winners = arena_take_array(arena, of->candidates[OUTCOME_WON] + 1,
				       sizeof(*of->winners));
	if (of->winners == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < s->len; i++) {
		struct award_winner *w = &of->winners[of->winners_len];
		int company = s->companies[i].company;

		if (outcomes[company].state != OUTCOME_WON)
			continue;
		w->company = company;
		w->place = (int)i;
		w->sector = &a->at->wave->sectors[s->companies[i].sector];
		w->outcome = outcomes[company];
		fill_figure(a, of->award, w);
		of->winners_len++;
	}
	qsort(of->winners, of->winners_len, sizeof(*of->winners),
	      ranks_field ? in_order_of_field : in_order);
	return OK;
}

enum status streak_waves(const struct award_series *series, const struct streaks *streaks,
			 size_t last, int company, struct arena *arena, struct streak_wave **made)
{
	size_t left = streak_at(streaks, last, company)->count;

	*made = arena_take_array(arena, left + 1, sizeof(**made));
	if (*made == NULL)
		return E_LIMIT;
	for (size_t wave = last + 1; wave-- > 0 && left > 0;) {
		const struct streak_step *step = streak_at(streaks, wave, company);

		if (step->counted)
			(*made)[--left] = (struct streak_wave){series->at[wave].index, company};
		company = step->via;
	}
	must(left == 0);
	return OK;
}

static enum status fill_streaks(const struct awards *a, struct award_answer *of,
				struct arena *arena)
{
	size_t last = a->series.len - 1;
	struct streaks streaks;

	if (streaks_make(&a->series, last, of->award, arena, &streaks) < 0)
		return E_LIMIT;
	for (size_t i = 0; i < of->winners_len; i++)
		if (streak_waves(&a->series, &streaks, last, of->winners[i].company, arena,
				 &of->winners[i].streak) < 0)
			return E_LIMIT;
	return OK;
}

static enum status fill_answer(const struct awards *a, struct award_answer *of, struct arena *arena)
{
	enum status st = take_winners(a, of, a->at->outcomes[of->award - a->at->wave->awards],
				      arena);

	if (st < 0)
		return st;
	switch (of->award->kind) {
	case AWARD_LINE:
		return award_line_fill(a, of, arena);
	case AWARD_RANK:
		return award_rank_fill(a, of, arena);
	case AWARD_RUNNING:
	case AWARD_TIMES:
		return fill_streaks(a, of, arena);
	case AWARD_NO_NONCONFORMITY:
	case AWARD_SOLE:
	case AWARD_ALL:
		break;
	}
	return OK;
}

static enum status fill_answers(struct awards *a, struct arena *arena)
{
	a->at = &a->series.at[a->series.len - 1];
	a->len = a->at->wave->awards_len;
	a->of = arena_take_array(arena, a->len + 1, sizeof(*a->of));
	if (a->of == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < a->len; i++) {
		a->of[i].award = &a->at->wave->awards[i];
		if (fill_answer(a, &a->of[i], arena) < 0)
			return E_LIMIT;
	}
	return OK;
}

enum status awards_make(const struct programme *p, int wave,
			const struct wave_summary *const *summaries, struct arena *arena,
			struct awards **made, struct trouble *why)
{
	struct awards *a = arena_take(arena, sizeof(*a));
	enum status st = wave_summaries_fit(p, summaries, why);

	*made = NULL;
	if (st < 0)
		return st;
	must(summaries[wave] != NULL);
	st = E_LIMIT;
	if (a != NULL)
		st = award_series_make(p, wave, summaries, false, arena, &a->series);
	if (st == OK)
		st = fill_answers(a, arena);
	if (st < 0)
		return trouble(why, st, "the awards do not fit into %zu bytes", arena->limit_bytes);
	*made = a;
	return OK;
}
