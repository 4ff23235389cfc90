#include <math.h>

#include "standings/history_tree.h"
#include "stats/adjust.h"

static struct change change_of(const struct history_wave *first, const struct history_wave *second,
			       size_t metric, enum award_metric of)
{
	const struct sums *a = &first->figures[metric].figure.sums;
	const struct sums *b = &second->figures[metric].figure.sums;
	double level = second->at->summary->level;
	struct group left, right;

	if (of == AWARD_NPS)
		return change_nps(summary_nps(a), summary_nps(b), level);
	if (of == AWARD_CSAT)
		return change_share(summary_in_box(a), a->n, summary_in_box(b), b->n, level);
	left = group_of(a, summary_scale(first->at->summary, of).per_unit);
	right = group_of(b, summary_scale(second->at->summary, of).per_unit);
	return change_mean(&left, &right, level);
}

/** Two scales of a question have no difference. */
static bool is_same_scale(const struct history_wave *first, const struct history_wave *second,
			  enum award_metric of)
{
	struct scale a = summary_scale(first->at->summary, of);
	struct scale b = summary_scale(second->at->summary, of);

	return a.lo == b.lo && a.hi == b.hi;
}

/** Whether there is a change to tell, else *why not. */
static bool has_change(const struct history_wave *first, const struct history_wave *second,
		       size_t metric, enum award_metric of, enum reason *why)
{
	const struct history_figure *a = &first->figures[metric], *b = &second->figures[metric];

	*why = REASON_BELOW_MINIMUM_BASE;
	if (!history_wave_is_shown(first) || !history_wave_is_shown(second))
		return false;
	*why = REASON_NOT_APPLICABLE_SCALE;
	if (!a->asked || !b->asked || !is_same_scale(first, second, of))
		return false;
	*why = REASON_NO_ANSWERS;
	return a->figure.sums.n > 0 && b->figure.sums.n > 0;
}

/** `first` is NULL where no figures of the wave before are listed, for the reason given. */
static void fill_change(const struct history_wave *first, struct history_wave *second,
			size_t metric, enum award_metric of, enum reason none)
{
	struct history_change *c = &second->figures[metric].change;

	c->p_adjusted = NAN;
	c->reason = none;
	if (first == NULL)
		return;
	if (second->place < 0 || first->place < 0) {
		c->reason = second->place < 0 ? second->absent : first->absent;
		return;
	}
	c->given = has_change(first, second, metric, of, &c->reason);
	if (c->given)
		c->change = change_of(first, second, metric, of);
}

static const struct history_wave *wave_before(const struct history *h, size_t i)
{
	return i > 0 && h->waves[i - 1].at + 1 == h->waves[i].at ? &h->waves[i - 1] : NULL;
}

/** Why the wave before is not among those listed. */
static enum reason reason_of_none(const struct history *h, size_t i)
{
	const struct award_wave *at = h->waves[i].at;

	if (at == h->series.at)
		return REASON_FIRST_WAVE;
	return at[-1].summary == NULL ? REASON_WAVE_NOT_AVAILABLE : REASON_NOT_IN_WAVE;
}

/** The family of one metric: its changes between waves that can be compared. */
static void adjust(struct history *h, size_t metric, double *p)
{
	for (size_t i = 0; i < h->len; i++) {
		const struct history_change *c = &h->waves[i].figures[metric].change;

		p[i] = c->given && h->waves[i].comparable ? c->change.p_value : NAN;
	}
	adjust_benjamini_hochberg(p, h->len, p);
	for (size_t i = 0; i < h->len; i++) {
		struct history_change *c = &h->waves[i].figures[metric].change;

		c->p_adjusted = p[i];
		c->significant = p[i] < 1 - h->waves[i].at->summary->level;
	}
}

enum status history_changes(struct history *h, struct arena *arena)
{
	static const enum award_metric metrics[] = {
#define X(name, metric, value) metric,
		HISTORY_METRICS(X)
#undef X
	};
	double *p = arena_take_array(arena, h->len + 1, sizeof(*p));

	_Static_assert(COUNT_OF(metrics) == HISTORY_METRICS_LEN, "one change a metric");
	if (p == NULL)
		return E_LIMIT;
	for (size_t metric = 0; metric < HISTORY_METRICS_LEN; metric++) {
		for (size_t i = 0; i < h->len; i++) {
			fill_change(wave_before(h, i), &h->waves[i], metric, metrics[metric],
				    reason_of_none(h, i));
		}
		adjust(h, metric, p);
	}
	return OK;
}
