#include "standings/history.h"

#include "standings/history_tree.h"
#include "standings/succession.h"

static const struct summary_column score = {AWARD_SCORE, SUMMARY_NO_AREA, SUMMARY_ALL_CHANNELS};

/** Each word once, in the order of the file, as far as there is room. */
static void list_series(const struct programme *p, struct buf *to)
{
	for (size_t i = 0; i < p->waves_len; i++) {
		size_t before = 0;
		while (!slice_equal(p->waves[before].series, p->waves[i].series))
			before++;
		if (before < i)
			continue;
		buf_print(to, "%s\"%.*s\"", i > 0 ? ", " : "", SLICE_ARGS(p->waves[i].series));
	}
}

enum status history_series(const struct programme *p, struct slice word, struct slice *series,
			   struct trouble *why)
{
	enum { LISTED_BYTES = 150 };
	struct buf listed;
	bool several = false;

	for (size_t i = 0; i < p->waves_len; i++) {
		*series = p->waves[i].series;
		if (slice_equal(*series, word))
			return OK;
		several |= !slice_equal(*series, p->waves[0].series);
	}
	if (word.len == 0 && !several && p->waves_len > 0)
		return OK;
	buf_init(&listed, LISTED_BYTES);
	list_series(p, &listed);
	enum status st = trouble_code(why, E_GONE, "unknown_series",
				      "series \"%.*s\" is not one of the programme's: %.*s",
				      SLICE_ARGS(word), SLICE_ARGS(buf_slice(&listed)));
	buf_fini(&listed);
	return st;
}

/** The last wave of the series; -1: it has none. */
static int last_of(const struct programme *p, struct slice series)
{
	for (size_t i = p->waves_len; i-- > 0;)
		if (slice_equal(p->waves[i].series, series))
			return (int)i;
	return -1;
}

void history_needs(const struct programme *p, struct slice series, bool *needed)
{
	int last = last_of(p, series);

	if (last >= 0)
		awards_needs(p, last, needed);
}

/** Who stands for the company in a wave that does not have it: the one company of the wave
 * among all those it took over from later. */
static int stand_in(const struct programme *p, int company, int wave, bool *came_from,
		    enum reason *absent)
{
	int found = -1;

	memset(came_from, 0, p->companies_len * sizeof(*came_from));
	came_from[company] = true;
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < p->successors_len; i++) {
			const struct successor *s = &p->successors[i];

			if (!came_from[s->company] || came_from[s->of] ||
			    succession_in_force(p, s, wave))
				continue;
			came_from[s->of] = true;
			changed = true;
		}
	}
	*absent = REASON_NOT_IN_WAVE;
	for (size_t c = 0; c < p->companies_len; c++) {
		if (!came_from[c] || p->waves[wave].sector_of[c] < 0)
			continue;
		if (found >= 0) {
			*absent = REASON_MERGED;
			return -1;
		}
		found = (int)c;
	}
	return found;
}

static bool is_asked(const struct instrument *i, enum award_metric metric)
{
	switch (metric) {
	case AWARD_NPS:
		return instrument_find_measure(i, MEASURE_NPS) >= 0;
	case AWARD_CSAT:
		return instrument_find_measure(i, MEASURE_CSAT) >= 0;
	case AWARD_CES:
		return instrument_find_measure(i, MEASURE_CES) >= 0;
	case AWARD_SCORE:
	case AWARD_ANSWERED:
	case AWARD_AREA:
	case AWARD_COMBINED:
		break;
	}
	return true;
}

static void fill_figures(const struct programme *p, struct history_wave *w)
{
	static const enum award_metric metrics[] = {
#define X(name, metric, value) metric,
		HISTORY_METRICS(X)
#undef X
	};
	const struct instrument *instrument = &p->instruments[w->at->wave->instrument];

	for (size_t m = 0; m < COUNT_OF(metrics); m++) {
		struct summary_column column = score;

		column.metric = metrics[m];
		w->figures[m].asked = is_asked(instrument, metrics[m]);
		w->figures[m].figure = summary_figure_of(w->at->summary, w->place, column);
	}
}

/** As on the board of the sector by score: two answers and the base for a rank. */
static bool is_ranked(const struct wave_summary *s, size_t place, struct sums *sums)
{
	*sums = wave_summary_sums(s, (int)place, score);
	return sums->n >= 2 &&
	       wave_summary_base(s, (int)place, SUMMARY_ALL_CHANNELS)->status == BASE_RANKED;
}

static void fill_rank(struct history_wave *w)
{
	const struct wave_summary *s = w->at->summary;
	struct sums own, other;

	w->is_ranked = is_ranked(s, (size_t)w->place, &own);
	w->rank = 1;
	for (size_t i = 0; i < s->len; i++) {
		if (s->companies[i].sector != s->companies[w->place].sector ||
		    !is_ranked(s, i, &other))
			continue;
		w->ranked++;
		w->rank += w->is_ranked && sums_compare_means(&other, &own) > 0;
	}
}

static enum status fill_awards(struct history_wave *w, struct arena *arena)
{
	const struct award_wave *at = w->at;

	w->awards = arena_take_array(arena, at->wave->awards_len + 1, sizeof(*w->awards));
	if (w->awards == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < at->wave->awards_len; i++)
		if (at->outcomes[i][w->company].state == OUTCOME_WON)
			w->awards[w->awards_len++] = (int)i;
	return OK;
}

static enum status fill_wave(const struct history *h, size_t at, bool *room, struct arena *arena,
			     struct history_wave *w)
{
	const struct programme *p = h->series.programme;

	w->at = &h->series.at[at];
	w->place = -1;
	w->company = stand_in(p, h->company, w->at->index, room, &w->absent);
	if (w->at->wave->sector_of[h->company] >= 0)
		w->company = h->company;
	w->comparable = at > 0 && !programme_wave_breaks(p, w->at->index);
	w->marked = w->at->wave->series_breaks;
	if (w->company < 0)
		return OK;
	w->place = wave_summary_place(w->at->summary, w->company);
	w->base = *wave_summary_base(w->at->summary, w->place, SUMMARY_ALL_CHANNELS);
	fill_figures(p, w);
	fill_rank(w);
	return fill_awards(w, arena);
}

static enum status fill_waves(struct history *h, struct arena *arena)
{
	bool *room = arena_take_array(arena, h->series.programme->companies_len + 1, sizeof(*room));

	h->waves = arena_take_array(arena, h->series.len + 1, sizeof(*h->waves));
	if (room == NULL || h->waves == NULL)
		return E_LIMIT;
	for (size_t at = 0; at < h->series.len; at++) {
		struct history_wave *w = &h->waves[h->len];

		if (h->series.at[at].summary == NULL)
			continue;
		h->last = at;
		if (fill_wave(h, at, room, arena, w) < 0)
			return E_LIMIT;
		if (h->len > 0 || w->company >= 0 || w->absent == REASON_MERGED)
			h->len++;
		else
			*w = (struct history_wave){0};
	}
	return history_changes(h, arena);
}

static enum status fill_streak(struct history *h, const struct award *a, struct arena *arena)
{
	const struct award_wave *at = &h->series.at[h->last];
	struct history_streak *s = &h->streaks[h->streaks_len++];
	struct streaks streaks;

	s->award = a;
	s->won = at->outcomes[a - at->wave->awards][h->company].state == OUTCOME_WON;
	if (streaks_make(&h->series, h->last, a, arena, &streaks) < 0)
		return E_LIMIT;
	s->len = streak_at(&streaks, h->last, h->company)->count;
	return streak_waves(&h->series, &streaks, h->last, h->company, arena, &s->waves);
}

static enum status fill_streaks(struct history *h, struct arena *arena)
{
	const struct wave *last = h->series.at[h->last].wave;

	h->streaks = arena_take_array(arena, last->awards_len + 1, sizeof(*h->streaks));
	if (h->streaks == NULL)
		return E_LIMIT;
	for (size_t i = 0; h->len > 0 && i < last->awards_len; i++) {
		const struct award *a = &last->awards[i];

		if ((a->kind == AWARD_RUNNING || a->kind == AWARD_TIMES) &&
		    fill_streak(h, a, arena) < 0)
			return E_LIMIT;
	}
	return OK;
}

enum status history_make(const struct programme *p, int company, struct slice series,
			 const struct wave_summary *const *summaries, struct arena *arena,
			 struct history **made, struct trouble *why)
{
	struct history *h = arena_take(arena, sizeof(*h));
	enum status st = wave_summaries_fit(p, summaries, why);
	int last = last_of(p, series);

	*made = NULL;
	must(last >= 0);
	if (st < 0)
		return st;
	st = E_LIMIT;
	if (h != NULL) {
		h->company = company;
		st = award_series_make(p, last, summaries, true, arena, &h->series);
	}
	if (st == OK)
		st = fill_waves(h, arena);
	if (st == OK)
		st = fill_streaks(h, arena);
	if (st < 0)
		return trouble(why, st, "the history does not fit into %zu bytes",
			       arena->limit_bytes);
	*made = h;
	return OK;
}
