#include "standings/award_series.h"

#include <stdlib.h>

#include "standings/streak.h"

int award_find(const struct wave *w, struct slice code)
{
	for (size_t i = 0; i < w->awards_len; i++)
		if (slice_equal(w->awards[i].code, code))
			return (int)i;
	return -1;
}

static bool is_eligible(const struct wave *w, const struct award *a, int company)
{
	return a->prerequisites == 0 || (a->prerequisites & ~w->fulfils[company]) == 0;
}

bool award_shares_group(const struct wave *w, const struct award *a, int one, int other)
{
	return a->scope == SCOPE_FIELD || w->sector_of[one] == w->sector_of[other];
}

/** One award of one wave being decided. */
struct decision {
	const struct award_series *series;
	size_t wave;
	const struct award_wave *at;
	const struct award *award;
	struct outcome *outcomes; /**< by company */
	struct arena *arena;
};

static const struct outcome *others(const struct decision *d, int award)
{
	must(award >= 0 && d->at->outcomes[award] != NULL);
	return d->at->outcomes[award];
}

/** Won where it is `won` and the company fulfils what the award asks for. */
static void settle(const struct decision *d, int company, bool won)
{
	struct outcome *o = &d->outcomes[company];

	o->state = won ? OUTCOME_WON : OUTCOME_NOT_WON;
	if (!is_eligible(d->at->wave, d->award, company))
		o->state = OUTCOME_NOT_ELIGIBLE;
	o->joint = o->state == OUTCOME_WON;
}

static void decide_line(const struct decision *d)
{
	const struct wave_summary *s = d->at->summary;

	for (size_t i = 0; i < s->len; i++) {
		struct award_figure f = award_figure_of(d->series->programme, d->series->summaries,
							s, d->award, (int)i);

		d->outcomes[s->companies[i].company].state = (uint8_t)f.state;
		if (f.state == OUTCOME_NOT_WON)
			settle(d, s->companies[i].company, award_figure_reaches(&f, d->award));
	}
}

static void decide_no_nonconformity(const struct decision *d)
{
	const struct wave_summary *s = d->at->summary;

	for (size_t i = 0; i < s->len; i++) {
		const struct summary_company *c = &s->companies[i];
		const struct summary_base *base = wave_summary_base(s, (int)i,
								    SUMMARY_ALL_CHANNELS);
		int64_t found = c->major;

		if (d->award->conformity == CONFORMITY_MINOR)
			found += c->minor;
		if (base->contacts == 0)
			d->outcomes[c->company].state = OUTCOME_NO_FIGURE;
		else if (base->status == BASE_SUPPRESSED)
			d->outcomes[c->company].state = OUTCOME_SUPPRESSED;
		else
			settle(d, c->company, found == 0);
	}
}

struct entrant_figure {
	struct award_figure figure;
	int company;
	int group;
};

/** By group, best first; the place among equals does not matter: they share the rank. */
static int best_first(const void *left, const void *right)
{
	const struct entrant_figure *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return award_figure_compare(&b->figure, &a->figure);
}

static size_t take_entrants(const struct decision *d, struct entrant_figure *entrants)
{
	const struct wave_summary *s = d->at->summary;
	size_t len = 0;

	for (size_t i = 0; i < s->len; i++) {
		const struct summary_company *c = &s->companies[i];
		struct entrant_figure *e = &entrants[len];

		e->company = c->company;
		e->group = d->award->scope == SCOPE_SECTOR ? c->sector : 0;
		e->figure = award_figure_of(d->series->programme, d->series->summaries, s, d->award,
					    (int)i);
		d->outcomes[c->company].state = (uint8_t)e->figure.state;
		if (e->figure.state != OUTCOME_NOT_WON)
			continue;
		settle(d, c->company, false);
		len += d->outcomes[c->company].state == OUTCOME_NOT_WON;
	}
	return len;
}

static bool is_equal(const struct entrant_figure *a, const struct entrant_figure *b)
{
	return best_first(a, b) == 0;
}

/** Equal figures share the better rank, "1224". */
static void give_ranks(const struct decision *d, const struct entrant_figure *e, size_t len)
{
	size_t group = 0;

	for (size_t first = 0, next; first < len; first = next) {
		if (e[first].group != e[group].group)
			group = first;
		for (next = first + 1; next < len && is_equal(&e[first], &e[next]);)
			next++;
		for (size_t i = first; i < next; i++) {
			struct outcome *o = &d->outcomes[e[i].company];

			o->number = (uint16_t)(first - group + 1);
			if (o->number > d->award->rank_most)
				continue;
			o->state = OUTCOME_WON;
			o->joint = (uint16_t)(next - first);
		}
	}
}

static enum status decide_rank(const struct decision *d)
{
	struct entrant_figure *entrants = arena_take_array(d->arena, d->at->summary->len + 1,
							   sizeof(*entrants));
	size_t len;

	if (entrants == NULL)
		return E_LIMIT;
	len = take_entrants(d, entrants);
	qsort(entrants, len, sizeof(*entrants), best_first);
	give_ranks(d, entrants, len);
	return OK;
}

/** A company that is not asked there is not asked here, for the same reason. */
static bool was_asked(const struct decision *d, int company, const struct outcome *of)
{
	d->outcomes[company].state = of[company].state;
	return of[company].state >= OUTCOME_NOT_WON;
}

static enum status decide_sole(const struct decision *d)
{
	const struct wave_summary *s = d->at->summary;
	const struct outcome *of = others(d, d->award->of);
	size_t sectors = d->at->wave->sectors_len;
	size_t *winners = arena_take_array(d->arena, sectors + 1, sizeof(*winners));

	if (winners == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < s->len; i++) {
		bool won = of[s->companies[i].company].state == OUTCOME_WON;

		winners[d->award->scope == SCOPE_SECTOR ? s->companies[i].sector : 0] += won;
	}
	for (size_t i = 0; i < s->len; i++) {
		const struct summary_company *c = &s->companies[i];
		size_t group = d->award->scope == SCOPE_SECTOR ? (size_t)c->sector : 0;

		if (was_asked(d, c->company, of))
			settle(d, c->company,
			       of[c->company].state == OUTCOME_WON && winners[group] == 1);
	}
	return OK;
}

/** Shared with as many as the most shared of the awards it rests on. */
static void decide_all(const struct decision *d)
{
	const struct wave_summary *s = d->at->summary;

	for (size_t i = 0; i < s->len; i++) {
		int company = s->companies[i].company;
		uint8_t least = OUTCOME_WON;
		uint16_t joint = 1;

		for (size_t a = 0; a < d->award->all_of_len; a++) {
			struct outcome o = others(d, d->award->all_of[a])[company];

			least = o.state < least ? o.state : least;
			joint = o.joint > joint ? o.joint : joint;
		}
		d->outcomes[company].state = least;
		if (least >= OUTCOME_NOT_WON)
			settle(d, company, least == OUTCOME_WON);
		if (d->outcomes[company].state == OUTCOME_WON)
			d->outcomes[company].joint = joint;
	}
}

static enum status decide_streak(const struct decision *d)
{
	const struct wave_summary *s = d->at->summary;
	const struct outcome *of = others(d, d->award->of);
	struct streaks streaks;
	enum status st = streaks_make(d->series, d->wave, d->award, d->arena, &streaks);

	if (st < 0)
		return st;
	for (size_t i = 0; i < s->len; i++) {
		int company = s->companies[i].company;
		const struct streak_step *step = streak_at(&streaks, d->wave, company);

		if (was_asked(d, company, of))
			settle(d, company, step->counted && step->count >= d->award->streak.times);
		d->outcomes[company].number = step->count;
	}
	return OK;
}

static enum status decide(const struct decision *d)
{
	if (d->at->summary == NULL)
		return OK;
	switch (d->award->kind) {
	case AWARD_LINE:
		decide_line(d);
		return OK;
	case AWARD_RANK:
		return decide_rank(d);
	case AWARD_NO_NONCONFORMITY:
		decide_no_nonconformity(d);
		return OK;
	case AWARD_RUNNING:
	case AWARD_TIMES:
		return decide_streak(d);
	case AWARD_SOLE:
		return decide_sole(d);
	case AWARD_ALL:
		decide_all(d);
		return OK;
	}
	never("an award of no kind");
}

static enum status decide_wave(const struct award_series *series, size_t wave, struct arena *arena)
{
	const struct award_wave *at = &series->at[wave];
	size_t companies = series->programme->companies_len;

	for (size_t i = 0; i < at->wave->awards_len; i++) {
		struct decision d = {series, wave, at, &at->wave->awards[i], NULL, arena};
		struct arena_mark before;
		enum status st;

		if (!at->wanted[i])
			continue;
		d.outcomes = arena_take_array(arena, companies + 1, sizeof(*d.outcomes));
		if (d.outcomes == NULL)
			return E_LIMIT;
		before = arena_mark(arena);
		st = decide(&d);
		arena_rewind(arena, before);
		if (st < 0)
			return st;
		at->outcomes[i] = d.outcomes;
	}
	return OK;
}

static void want_in_wave(const struct award_series *series, size_t wave, struct slice code)
{
	int same = award_find(series->at[wave].wave, code);

	if (same >= 0)
		series->at[wave].wanted[same] = true;
}

/** What the award rests on in this wave; in those before where it counts waves; and in the
 * last one where it tells what moved over a line. */
static void want_what_it_rests_on(const struct award_series *series, size_t wave,
				  const struct award *a)
{
	const struct wave *w = series->at[wave].wave;

	for (size_t i = 0; i < a->all_of_len; i++)
		series->at[wave].wanted[a->all_of[i]] = true;
	if (a->of >= 0)
		series->at[wave].wanted[a->of] = true;
	if (a->kind == AWARD_LINE && wave > 0 && wave + 1 == series->len)
		want_in_wave(series, wave - 1, a->code);
	if (a->kind != AWARD_RUNNING && a->kind != AWARD_TIMES)
		return;
	for (size_t before = 0; before < wave; before++)
		want_in_wave(series, before, w->awards[a->of].code);
}

static void want(const struct award_series *series, bool every)
{
	for (size_t wave = series->len; wave-- > 0;) {
		const struct award_wave *at = &series->at[wave];

		for (size_t i = at->wave->awards_len; i-- > 0;) {
			if (every || wave + 1 == series->len)
				at->wanted[i] = true;
			if (at->wanted[i])
				want_what_it_rests_on(series, wave, &at->wave->awards[i]);
		}
	}
}

static enum status take_wave(struct award_series *series, size_t at, int wave, struct arena *arena)
{
	struct award_wave *w = &series->at[at];

	w->index = wave;
	w->wave = &series->programme->waves[wave];
	w->summary = series->summaries[wave];
	w->wanted = arena_take_array(arena, w->wave->awards_len + 1, sizeof(*w->wanted));
	w->outcomes = arena_take_array(arena, w->wave->awards_len + 1, sizeof(struct outcome *));
	return w->wanted == NULL || w->outcomes == NULL ? E_LIMIT : OK;
}

enum status award_series_make(const struct programme *p, int wave,
			      const struct wave_summary *const *summaries, bool every,
			      struct arena *arena, struct award_series *series)
{
	*series = (struct award_series){.programme = p, .summaries = summaries};
	for (int w = wave; w >= 0; w = programme_wave_before(p, w))
		series->len++;
	series->at = arena_take_array(arena, series->len, sizeof(*series->at));
	if (series->at == NULL)
		return E_LIMIT;
	for (size_t at = series->len; at-- > 0; wave = programme_wave_before(p, wave))
		if (take_wave(series, at, wave, arena) < 0)
			return E_LIMIT;
	want(series, every);
	for (size_t at = 0; at < series->len; at++)
		if (decide_wave(series, at, arena) < 0)
			return E_LIMIT;
	return OK;
}
