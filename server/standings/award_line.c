#include <math.h>

#include "standings/award_tree.h"
#include "standings/succession.h"
#include "standings/summary_figures.h"

static double line_of(const struct award *a)
{
	return (double)a->line / AWARD_LINE_SCALE;
}

static struct interval interval_of(const struct wave_summary *s, const struct award_figure *f,
				   const struct award *a, int place)
{
	if (f->combined)
		return f->combined_standard.ci;
	return summary_figure_of(s, place, award_column(a)).ci;
}

/** How sure each figure is: verdicts of all that have one, and the winners' own. */
static enum status fill_verdicts(const struct awards *awards, struct award_answer *of,
				 struct arena *arena)
{
	const struct award_wave *at = awards->at;
	const struct award *a = of->award;
	struct shrunken *shrunk = NULL;

	if (a->metric != AWARD_COMBINED &&
	    summary_shrink(at->summary, at->wave->sectors_len, award_column(a), arena, &shrunk) < 0)
		return E_LIMIT;
	for (size_t i = 0; i < at->summary->len; i++) {
		struct award_figure f = award_figure_of(
			awards->series.programme, awards->series.summaries, at->summary, a, (int)i);

		if (f.state == OUTCOME_NOT_WON)
			of->line.verdicts[posterior_verdict(interval_of(at->summary, &f, a, (int)i),
							    line_of(a))]++;
	}
	for (size_t i = 0; i < of->winners_len; i++) {
		struct award_winner *w = &of->winners[i];
		struct award_figure f = award_figure_of(awards->series.programme,
							awards->series.summaries, at->summary, a,
							w->place);

		w->verdict = posterior_verdict(interval_of(at->summary, &f, a, w->place),
					       line_of(a));
		w->p_at_least = NAN;
		if (shrunk != NULL)
			w->p_at_least = posterior_at_least(shrunk[w->place].mean,
							   shrunk[w->place].sd, line_of(a));
	}
	return OK;
}

/** A company that a sector's level counts: published, with answers. */
static bool is_of_level(const struct award_figure *f)
{
	return f->state != OUTCOME_SUPPRESSED && f->n > 0 && (!f->combined || f->parts.n_least > 0);
}

static enum status count_sectors(const struct award_series *series, size_t wave,
				 const struct award *a, struct arena *arena,
				 struct sectors_reaching *made)
{
	const struct award_wave *at = &series->at[wave];
	size_t len = at->summary->len;
	struct award_figure *figures = arena_take_array(arena, len + 1, sizeof(*figures));
	struct exact_term *room = arena_take_array(arena, len * COMBINED_WAVES_LIMIT + 1,
						   sizeof(*room));

	if (figures == NULL || room == NULL)
		return E_LIMIT;
	for (size_t s = 0; s < at->wave->sectors_len; s++) {
		size_t companies = 0;

		for (size_t i = 0; i < len; i++) {
			if (at->summary->companies[i].sector != (int)s)
				continue;
			figures[companies] = award_figure_of(series->programme, series->summaries,
							     at->summary, a, (int)i);
			companies += is_of_level(&figures[companies]);
		}
		if (companies == 0)
			continue;
		made->sectors++;
		made->reaching += award_level_reaches(figures, companies, a, room);
	}
	return OK;
}

/** The wave before and the award of the same code there. */
struct before {
	const struct award_series *series;
	size_t wave;
	const struct outcome *outcomes, *now; /**< by company */
};

/** The best a company, or one it took over from, made of the award in the wave before. */
static enum outcome_state state_before(const struct before *b, int company)
{
	const struct programme *p = b->series->programme;
	uint8_t best = b->outcomes[company].state;

	for (size_t i = 0; i < p->successors_len; i++) {
		const struct successor *s = &p->successors[i];

		if (s->company == company && b->outcomes[s->of].state > best &&
		    succession_between(p, s, b->series->at[b->wave].index,
				       b->series->at[b->wave + 1].index))
			best = b->outcomes[s->of].state;
	}
	return (enum outcome_state)best;
}

/** It has a figure in this wave, or one that took over from it has. */
static bool is_still_there(const struct before *b, int company)
{
	const struct programme *p = b->series->programme;
	bool there = outcome_has_figure(b->now[company]);

	for (size_t i = 0; i < p->successors_len && !there; i++) {
		const struct successor *s = &p->successors[i];

		there = s->of == company && outcome_has_figure(b->now[s->company]) &&
			succession_between(p, s, b->series->at[b->wave].index,
					   b->series->at[b->wave + 1].index);
	}
	return there;
}

static void put(struct company_list *list, int company)
{
	list->at[list->len++] = company;
}

static void compare_one(const struct before *b, int company, struct line_report *line)
{
	bool has_now = outcome_has_figure(b->now[company]);
	bool won_now = b->now[company].state == OUTCOME_WON;
	enum outcome_state before = state_before(b, company);

	if (won_now && before == OUTCOME_WON)
		line->stayed++;
	else if (won_now && before >= OUTCOME_NOT_ELIGIBLE)
		put(&line->risen, company);
	else if (won_now)
		put(&line->newcomers, company);
	else if (has_now && before == OUTCOME_WON)
		put(&line->fallen, company);
}

static enum status take_lists(struct line_report *line, size_t len, struct arena *arena)
{
	struct company_list *lists[] = {&line->risen, &line->fallen, &line->newcomers, &line->gone};

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		lists[i]->at = arena_take_array(arena, len + 1, sizeof(*lists[i]->at));
		if (lists[i]->at == NULL)
			return E_LIMIT;
	}
	return OK;
}

static enum status compare_waves(const struct before *b, const struct award_wave *now,
				 struct line_report *line, struct arena *arena)
{
	const struct wave_summary *last = b->series->at[b->wave].summary;
	size_t most = now->summary->len > last->len ? now->summary->len : last->len;

	if (take_lists(line, most, arena) < 0)
		return E_LIMIT;
	for (size_t i = 0; i < now->summary->len; i++)
		compare_one(b, now->summary->companies[i].company, line);
	for (size_t i = 0; i < last->len; i++) {
		int company = last->companies[i].company;

		if (b->outcomes[company].state == OUTCOME_WON && !is_still_there(b, company))
			put(&line->gone, company);
	}
	return OK;
}

/** Whether there is anything to compare with in the wave before, and why not. */
static bool is_compared(const struct award_series *series, int award, enum reason *why)
{
	const struct award_wave *before;

	*why = REASON_FIRST_WAVE;
	if (series->len < 2)
		return false;
	before = &series->at[series->len - 2];
	*why = REASON_WAVE_NOT_AVAILABLE;
	if (before->summary == NULL)
		return false;
	*why = REASON_NO_SUCH_AWARD;
	return award >= 0 && before->wave->awards[award].kind == AWARD_LINE;
}

enum status award_line_fill(const struct awards *a, struct award_answer *of, struct arena *arena)
{
	const struct award_series *series = &a->series;
	size_t last = series->len - 1;
	struct before b = {.series = series, .wave = last - 1};
	int award = -1;

	if (fill_verdicts(a, of, arena) < 0 ||
	    count_sectors(series, last, of->award, arena, &of->line.sectors) < 0)
		return E_LIMIT;
	if (last > 0)
		award = award_find(series->at[b.wave].wave, of->award->code);
	of->line.compared = is_compared(series, award, &of->line.not_compared);
	if (!of->line.compared)
		return OK;
	b.outcomes = series->at[b.wave].outcomes[award];
	b.now = a->at->outcomes[of->award - a->at->wave->awards];
	must(b.outcomes != NULL);
	if (count_sectors(series, b.wave, &series->at[b.wave].wave->awards[award], arena,
			  &of->line.sectors_before) < 0)
		return E_LIMIT;
	return compare_waves(&b, a->at, &of->line, arena);
}
