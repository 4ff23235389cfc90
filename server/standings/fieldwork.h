/** How far the fieldwork of a wave is: planned against made, spread over time, breaches.
 *
 * Promise: pure; the same counts give the same bytes.
 * Lifetime: borrows everything of its source.
 * Source: docs/fieldwork.md. A contact is made when its result is stored and neither returned
 *   nor excluded; answered ones are counted among those. A company's plan is split over its
 *   channels by the wave's weights (survey/quota.h); a wave without weights plans no channel.
 *   Completed is what was made up to the plan: of a company, and of one channel of a company
 *   where channels are shown, so that contacts too many here hide no gap there.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "survey/programme.h"

/** The hour a part of the day begins with, in the wave's time zone, and its name. */
#define DAY_PARTS(X)                                                                               \
	X(MORNING, "morning", "00:00", "11:00")                                                    \
	X(NOON, "noon", "11:00", "13:00")                                                          \
	X(AFTERNOON, "afternoon", "13:00", "24:00")

enum day_part {
#define X(name, word, from, until) DAY_##name,
	DAY_PARTS(X)
#undef X
		DAY_PART_COUNT
};

enum { WEEKDAYS = 7, HOURS = 24 };

/** Results of one company on one channel. */
struct fieldwork_cell {
	int company, channel;
	int64_t results[REVIEW_COUNT];
	int64_t answered; /**< of those made, as what follows */
	int64_t day_parts[DAY_PART_COUNT];
};

struct fieldwork_breach_count {
	int64_t results, excluded;
};

struct fieldwork_breach {
	struct slice result_id;
	int company;
	struct slice shopper;
	enum breach rule;
	int64_t contacted_at;
	enum review_state status;
};

struct fieldwork_source {
	const struct programme *programme;
	int wave;
	struct slice state; /**< "fielding" */
	int64_t as_of;
	int sector;			    /**< index into the wave's, -1: all */
	const struct fieldwork_cell *cells; /**< ascending by company and channel */
	size_t cells_len;
	int64_t spread[WEEKDAYS][HOURS]; /**< contacts made, Monday first, in the wave's time */
	int64_t spread_unknown;		 /**< of those that do not say when */
	struct fieldwork_breach_count breaches[BREACH_COUNT];
	const struct fieldwork_breach *page;
	size_t page_len;
	struct slice next_cursor; /**< `at` NULL: no more */
};

struct fieldwork;

enum status fieldwork_make(const struct fieldwork_source *source, struct arena *arena,
			   struct fieldwork **made) NODISCARD;
void fieldwork_json(const struct fieldwork *f, struct buf *to);
/** One row a company and channel. */
void fieldwork_csv(const struct fieldwork *f, struct buf *to);

/** What the report is made of, for its writers. */

struct progress {
	bool is_planned; /**< false: nobody planned, `planned` is 0 and no share is defined */
	int64_t planned, made, answered, completed;
	int64_t results[REVIEW_COUNT];
	int64_t day_parts[DAY_PART_COUNT];
};

struct company_progress {
	int company, sector;
	struct progress whole;
	struct progress *channels; /**< per channel of the programme */
};

struct fieldwork {
	struct fieldwork_source source;
	const struct wave *wave;
	struct company_progress *companies; /**< sector by sector, in the order of the file */
	size_t companies_len;
	struct progress *sectors;	   /**< per sector of the wave */
	struct progress *sectors_channels; /**< sector * channels of the programme + channel */
	struct progress whole;
	struct progress *channels;
};

/** NAN where nothing is planned. */
double progress_completion_percent(const struct progress *p);
/** Something is planned or stored. */
bool progress_is_any(const struct progress *p);
