#include "standings/award_figure.h"

#include "standings/summary_figures.h"

struct summary_column award_column(const struct award *a)
{
	return (struct summary_column){
		.metric = a->metric,
		.area = a->metric == AWARD_AREA ? a->area : SUMMARY_NO_AREA,
		.channel = a->channel < 0 ? SUMMARY_ALL_CHANNELS : a->channel,
	};
}

static enum outcome_state state_of(const struct summary_base *base, int64_t n, int64_t least)
{
	if (base == NULL || base->contacts == 0)
		return OUTCOME_NO_FIGURE;
	if (base->status == BASE_SUPPRESSED)
		return OUTCOME_SUPPRESSED;
	if (base->status != BASE_RANKED)
		return OUTCOME_BELOW_BASE;
	return n < least ? OUTCOME_NO_FIGURE : OUTCOME_NOT_WON;
}

static struct award_figure of_combined(const struct programme *p,
				       const struct wave_summary *const *summaries,
				       const struct award *a, int company, double level)
{
	struct award_figure f = {.combined = true, .scale = SCALE_SCORE};

	f.parts = combined_parts_of(p, a->combined, summaries, company);
	f.state = f.parts.state;
	/* the wave of the award has it, another one has not: it is asked, and has no answers */
	if (f.state == OUTCOME_NOT_IN_WAVE)
		f.state = OUTCOME_NO_FIGURE;
	f.n = f.parts.n;
	f.combined_standard = combined_standard(&f.parts, level);
	f.value = f.combined_standard.value;
	return f;
}

struct award_figure award_figure_of(const struct programme *p,
				    const struct wave_summary *const *summaries,
				    const struct wave_summary *s, const struct award *a, int place)
{
	int64_t least = a->kind == AWARD_RANK ? 2 : 1;
	struct summary_column column = award_column(a);
	struct award_figure f = {.scale = summary_scale(s, a->metric)};

	if (a->metric == AWARD_COMBINED)
		return of_combined(p, summaries, a, s->companies[place].company, s->level);
	f.sums = wave_summary_sums(s, place, column);
	f.state = state_of(wave_summary_base(s, place, column.channel), f.sums.n, least);
	f.n = f.sums.n;
	f.value = sums_mean(&f.sums, f.scale.per_unit);
	return f;
}

int award_figure_compare(const struct award_figure *a, const struct award_figure *b)
{
	if (a->combined)
		return exact_mean_compare(a->parts.terms, a->parts.len, b->parts.terms,
					  b->parts.len);
	return sums_compare_means(&a->sums, &b->sums);
}

static bool reaches(int order, const struct award *a)
{
	return a->above ? order > 0 : order >= 0;
}

/** The line in grid units, from the lower end of the scale on, times AWARD_LINE_SCALE. */
static __int128 line_from_zero(const struct award *a, struct scale scale)
{
	return (__int128)a->line * scale.per_unit - (__int128)scale.lo * AWARD_LINE_SCALE;
}

static struct exact_term term_of(const struct award_figure *f)
{
	__int128 sum = f->sums.s1 - (__int128)f->sums.n * f->scale.lo;

	return (struct exact_term){.weight = 1, .n = (uint64_t)f->sums.n, .sum = (uint64_t)sum};
}

bool award_figure_reaches(const struct award_figure *f, const struct award *a)
{
	__int128 line = line_from_zero(a, f->scale);
	struct exact_term term;

	if (f->combined)
		return reaches(
			exact_mean_against(f->parts.terms, f->parts.len, line, AWARD_LINE_SCALE),
			a);
	term = term_of(f);
	return reaches(exact_mean_against(&term, 1, line, AWARD_LINE_SCALE), a);
}

bool award_level_reaches(const struct award_figure *companies, size_t len, const struct award *a,
			 struct exact_term *room)
{
	size_t terms = 0;

	for (size_t i = 0; i < len; i++) {
		const struct award_figure *f = &companies[i];

		for (size_t part = 0; part < f->parts.len; part++)
			room[terms++] = f->parts.terms[part];
		if (!f->combined)
			room[terms++] = term_of(f);
	}
	return reaches(exact_mean_against(room, terms, line_from_zero(a, companies[0].scale),
					  AWARD_LINE_SCALE),
		       a);
}
