/** What a history is made of; for the files that fill it and write it out.
 *
 * Lifetime: as struct history.
 */
#pragma once

#include "standings/award_tree.h"
#include "standings/history.h"
#include "standings/reasons.h"
#include "standings/summary_figures.h"
#include "stats/change.h"

/** name in answers, metric of the summary, what the figure is called inside. */
#define HISTORY_METRICS(X)                                                                         \
	X("score", AWARD_SCORE, "mean")                                                            \
	X("answered_mean", AWARD_ANSWERED, "mean")                                                 \
	X("nps", AWARD_NPS, "nps")                                                                 \
	X("csat", AWARD_CSAT, "csat_top2_percent")                                                 \
	X("ces", AWARD_CES, "ces_mean")

enum { HISTORY_METRICS_LEN = 5 };

struct history_change {
	bool given;
	enum reason reason; /**< where it is not given */
	struct change change;
	double p_adjusted; /**< NAN: not in the family */
	bool significant;
};

struct history_figure {
	bool asked; /**< the instrument has the question */
	struct summary_figure figure;
	struct history_change change; /**< to the wave before */
};

struct history_wave {
	const struct award_wave *at;
	int company;	    /**< who stands for the company; -1: nobody */
	int place;	    /**< of it; -1 */
	enum reason absent; /**< why nobody stands */
	struct summary_base base;
	bool comparable; /**< with the wave before */
	bool marked;	 /**< a break is marked; else the instrument is another one */
	struct history_figure figures[HISTORY_METRICS_LEN];
	bool is_ranked;
	size_t rank, ranked; /**< in its sector, by score; of how many */
	int *awards;	     /**< won, indices of the wave's */
	size_t awards_len;
};

/** A RUNNING or TIMES award of the last wave, as far as the company has come. */
struct history_streak {
	const struct award *award;
	bool won;
	struct streak_wave *waves;
	size_t len;
};

struct history {
	struct award_series series;
	int company;
	size_t last; /**< of the series: the last wave that has figures */
	struct history_wave *waves;
	size_t len;
	struct history_streak *streaks;
	size_t streaks_len;
};

static inline bool history_wave_is_shown(const struct history_wave *w)
{
	return w->place >= 0 && w->base.status != BASE_SUPPRESSED;
}

/** Fills the changes of every wave and adjusts their p values, by metric. */
enum status history_changes(struct history *h, struct arena *arena) NODISCARD;
