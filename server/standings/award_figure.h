/** The figure an award looks at, of one company, held so that it can be compared exactly. */
#pragma once

#include "standings/combined_parts.h"

struct award_figure {
	enum outcome_state state; /**< OUTCOME_NOT_WON: the figure is there; else why not */
	bool combined;
	struct sums sums;	     /**< one wave */
	struct combined_parts parts; /**< combined */
	struct standard combined_standard;
	struct scale scale; /**< of one wave's metric */
	int64_t n;	    /**< answers of the metric */
	double value;	    /**< unrounded; NAN where it is not there */
};

/** Column of a LINE or RANK award that is not of a combined figure. */
struct summary_column award_column(const struct award *a);

/** Of a LINE or RANK award. A rank needs two answers, as on boards. */
struct award_figure award_figure_of(const struct programme *p,
				    const struct wave_summary *const *summaries,
				    const struct wave_summary *s, const struct award *a, int place);

/** Below 0 where `a` is less; exact. Both figures are there. */
int award_figure_compare(const struct award_figure *a, const struct award_figure *b);
/** At or above the award's line, or above it where the award says so; exact. */
bool award_figure_reaches(const struct award_figure *f, const struct award *a);

/** The same of a sector's level, the mean of its companies' figures. */
bool award_level_reaches(const struct award_figure *companies, size_t len, const struct award *a,
			 struct exact_term *room);
