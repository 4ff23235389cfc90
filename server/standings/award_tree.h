/** What an answer about awards is made of; for the files that fill it and write it out.
 *
 * Lifetime: as struct awards.
 */
#pragma once

#include "base/json_out.h"
#include "standings/award_series.h"
#include "standings/awards.h"
#include "standings/reasons.h"
#include "standings/streak.h"
#include "stats/posterior.h"
#include "stats/ranks.h"

struct company_list {
	int *at; /**< indices of the programme, in byte order of their codes */
	size_t len;
};

/** One wave a streak counts. */
struct streak_wave {
	int wave;    /**< of the programme */
	int company; /**< who stood for the winner then */
};

struct award_winner {
	int company, place;
	const struct sector *sector;
	struct outcome outcome;
	double figure;	      /**< LINE, RANK; unrounded */
	int64_t n;	      /**< answers of the metric; contacts for the other kinds */
	enum verdict verdict; /**< LINE */
	double p_at_least;    /**< LINE; NAN where it is not computed */
	bool has_interval;    /**< RANK: this and the next two */
	struct rank_interval interval;
	bool tied_with_best;
	int64_t minor, major;	    /**< NO_NONCONFORMITY */
	struct streak_wave *streak; /**< RUNNING, TIMES: outcome.number of them, oldest first */
};

/** Sectors whose level can be held against the line, and those at or above it. */
struct sectors_reaching {
	size_t sectors, reaching;
};

/** LINE: what moved over the line since the last wave of the series. */
struct line_report {
	size_t verdicts[VERDICT_BELOW + 1]; /**< of those that have a figure */
	struct sectors_reaching sectors;
	bool compared;
	enum reason not_compared; /**< where nothing is compared */
	struct sectors_reaching sectors_before;
	struct company_list risen, fallen, newcomers, gone;
	size_t stayed;
};

struct award_answer {
	const struct award *award;
	size_t candidates[OUTCOME_COUNT]; /**< companies of the wave by outcome */
	struct award_winner *winners;
	size_t winners_len;
	struct line_report line;
};

struct awards {
	struct award_series series;
	const struct award_wave *at; /**< the wave asked about */
	struct award_answer *of;     /**< by award of the wave */
	size_t len;
};

/** Fills verdict, probability and the report of a LINE award. */
enum status award_line_fill(const struct awards *a, struct award_answer *of,
			    struct arena *arena) NODISCARD;
/** Fills the rank intervals of a RANK award. */
enum status award_rank_fill(const struct awards *a, struct award_answer *of,
			    struct arena *arena) NODISCARD;

/** The waves a company's streak counts up to wave `last` of the series, oldest first. */
enum status streak_waves(const struct award_series *series, const struct streaks *streaks,
			 size_t last, int company, struct arena *arena,
			 struct streak_wave **made) NODISCARD;

/** "rule": as the programme file gives it. */
void award_rule_json(struct json_out *j, const struct programme *p, const struct wave *w,
		     const struct award *a);
