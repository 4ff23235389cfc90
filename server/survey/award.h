/** What a wave's programme file says about winning: rules as data, no figures.
 *
 * Source: docs/programme-file.md, "Awards". Who has won is decided by standings/awards.h.
 * Lifetime: part of a programme, see programme.h.
 * Units: a line in whole millionths of the metric's own unit (90 is 90000000), so that
 * comparing it with an unrounded figure, a fraction of two integers, is exact.
 * Order: an award names only awards that stand before it in its wave's list.
 */
#pragma once

#include <stdint.h>

#include "survey/names.h"

enum {
	AWARDS_LIMIT = 64,
	AWARD_RANK_LIMIT = 10000,
	AWARD_TIMES_LIMIT = 1000,
	AWARD_LINE_SCALE = 1000000
};

#define AWARD_KINDS(X)                                                                             \
	X(LINE, "line", "the unrounded figure is at or above, or above, a line")                   \
	X(RANK, "rank", "the unrounded figure is among the k best; equal figures share a rank")    \
	X(NO_NONCONFORMITY, "no_nonconformity",                                                    \
	  "no result that counts carries such a nonconformity")                                    \
	X(RUNNING, "running", "the award named was won in n waves running, this one included")     \
	X(TIMES, "times", "the award named was won in n waves in all, this one included")          \
	X(SOLE, "sole", "the only one of its group that has won the award named")                  \
	X(ALL, "all", "has won every award named")

enum award_kind {
#define X(name, word, words) AWARD_##name,
	AWARD_KINDS(X)
#undef X
};

/** Higher is better for all of them; CES after recoding (high is easy). */
enum award_metric {
	AWARD_SCORE, /**< mean of all contacts that count, the unanswered as the instrument says */
	AWARD_ANSWERED, /**< mean of answered contacts only */
	AWARD_NPS,
	AWARD_CSAT,    /**< top box percent */
	AWARD_CES,     /**< mean */
	AWARD_AREA,    /**< mean of answered contacts in one area */
	AWARD_COMBINED /**< weighted mean of the score of several waves: struct combined */
};

enum award_scope { SCOPE_SECTOR, SCOPE_FIELD };

/** What an answer says about a requirement (audits). */
enum conformity { CONFORMITY_NONE, CONFORMITY_CONFORMS, CONFORMITY_MINOR, CONFORMITY_MAJOR };

/** How waves are counted (RUNNING, TIMES). */
struct streak_rule {
	int times;		 /**< waves needed, >= 1 */
	bool missed_skips;	 /**< a wave in which the company has no figure or the wave no such
				    award is passed over; false: it ends the run */
	bool break_continues;	 /**< counting goes on across a marked break in the series */
	bool joint_counts;	 /**< a win shared with others in its group counts */
	bool successors_inherit; /**< a successor goes on with its predecessor's wins */
};

struct award {
	struct slice code;
	struct names name;
	enum award_kind kind;
	enum award_scope scope;	    /**< RANK, SOLE: the group; the others are by company */
	enum award_metric metric;   /**< LINE, RANK */
	int area;		    /**< with AWARD_AREA: of the wave's instrument */
	int combined;		    /**< with AWARD_COMBINED: index into the programme's combined */
	int channel;		    /**< LINE, RANK: of the programme; -1 = all */
	bool above;		    /**< LINE: strictly above; false: at or above */
	int64_t line;		    /**< LINE: AWARD_LINE_SCALE per unit */
	int rank_most;		    /**< RANK: k */
	enum conformity conformity; /**< NO_NONCONFORMITY: MINOR or MAJOR; minor includes major */
	int of;			    /**< RUNNING, TIMES, SOLE: index of the award named, else -1.
				       RUNNING and TIMES look in earlier waves of the series for an
				       award with the same code, under that wave's own rule */
	struct streak_rule streak;  /**< RUNNING, TIMES */
	const int *all_of;	    /**< ALL: indices of the awards named */
	size_t all_of_len;
	uint32_t prerequisites; /**< bit per prerequisite of the wave an entrant must fulfil */
};
