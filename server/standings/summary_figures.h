/** What a wave's summary says of one company in published units: figures, intervals, chances.
 *
 * Promise: the same numbers as the wave's boards, from the sums instead of the histograms.
 * Units, undefined figures: as stats/ has them.
 */
#pragma once

#include "standings/wave_summary.h"
#include "stats/components.h"
#include "stats/interval.h"

struct summary_figure {
	struct sums sums;
	double value;
	double sd, se; /**< NAN for shares */
	struct interval ci;
	enum ci_method method;
};

/** `unanswered: zero` gives the score the two-part interval, as on boards. */
struct summary_figure summary_figure_of(const struct wave_summary *s, int place,
					struct summary_column column);

struct scale summary_scale(const struct wave_summary *s, enum award_metric metric);

/** Promoters, detractors and answers of a figure of AWARD_NPS. */
struct nps_counts summary_nps(const struct sums *s);
/** Answers in the top box of a figure of AWARD_CSAT. */
int64_t summary_in_box(const struct sums *s);

/** Every company's figure shrunk as on a board: by place, all NAN where there is none. */
enum status summary_shrink(const struct wave_summary *s, size_t sectors,
			   struct summary_column column, struct arena *arena,
			   struct shrunken **shrunk) NODISCARD;
