/** What awards, combined figures and histories need of one wave: exact figures of every
 * company, and nothing of the counts they came from.
 *
 * Promise: immutable once made, so any number of threads may read it. Making it is pure and
 *   read-only on programme and tally: it may run on a pool thread. The same counts give the
 *   same summary, whatever order they arrived in.
 * Lifetime: owns all its memory, texts too; programme and tally may go. It is of the
 *   programme document it was made with: wave_summary_fits() says whether that still holds.
 * Units: sums in grid units as in stats/sums.h (scores in hundredths, NPS answers as -100, 0,
 *   100, CSAT answers as 0, 100, CES turned so that high is easy).
 * Limits: WAVE_SUMMARY_BYTES at most; about 300 bytes a company of the wave for an instrument of
 *   five areas, wave_summary_bytes() says exactly.
 */
#pragma once

#include "base/arena.h"
#include "standings/board.h"
#include "stats/design.h"
#include "stats/sums.h"
#include "survey/award.h"

enum {
	WAVE_SUMMARY_BYTES = 128 * 1024 * 1024,
	SUMMARY_ALL_CHANNELS = -1, /**< as channel */
	SUMMARY_NO_AREA = -1
};

/** What a figure is of. All channels: every metric and area. A channel: what an award of
 * this wave asks for there. */
struct summary_column {
	enum award_metric metric; /**< not AWARD_COMBINED */
	int area;		  /**< with AWARD_AREA, else SUMMARY_NO_AREA */
	int channel;		  /**< of the programme, or SUMMARY_ALL_CHANNELS */
};

/** struct sums in less room: |s1| and s2 of a wave fit. */
struct summary_sums {
	int64_t n, s1, s2;
};

/** Contacts of a company, as a whole or in a channel, and whether they may be shown. */
struct summary_base {
	int64_t contacts, answered;
	enum base_status status;
};

struct summary_company {
	int company;	      /**< index of the programme */
	int sector;	      /**< index of the wave's sectors */
	int64_t minor, major; /**< answers of results that count, by what they say */
};

struct wave_summary {
	struct arena arena;
	uint64_t document; /**< of the programme it was made with */
	int wave;	   /**< index of the programme */
	struct slice code, state;
	int64_t revision, version;
	double level;
	bool unanswered_zero; /**< contacts nobody answered score 0 */
	struct scale ces;
	struct summary_company *companies; /**< in byte order of their codes */
	size_t len;
	int32_t *place_of; /**< by index of the programme: place in companies, -1 = not in the wave
			    */
	size_t place_of_len;
	int *channels; /**< those with a base: SUMMARY_ALL_CHANNELS first */
	size_t channels_len;
	struct summary_base *bases; /**< place * channels_len + channel */
	struct summary_column *columns;
	size_t columns_len;
	struct summary_sums *sums; /**< place * columns_len + column */
};

/** The source's shoppers and severity are not read. E_LIMIT: over WAVE_SUMMARY_BYTES. */
enum status wave_summary_make(const struct board_source *source, struct wave_summary **made,
			      struct trouble *why) NODISCARD;
/** NULL is allowed. */
void wave_summary_free(struct wave_summary *s);
size_t wave_summary_bytes(const struct wave_summary *s); /**< memory held */

/** It was made with this very document. */
bool wave_summary_fits(const struct wave_summary *s, const struct programme *p);

/** The same of a list with a place for each wave of the programme; NULL where there is none.
 * E_CONFLICT where one does not fit. */
enum status wave_summaries_fit(const struct programme *p,
			       const struct wave_summary *const *summaries,
			       struct trouble *why) NODISCARD;

/** Place of a company of the programme; -1 where the wave does not have it. */
int wave_summary_place(const struct wave_summary *s, int company);
/** NULL where the summary has no such channel. */
const struct summary_base *wave_summary_base(const struct wave_summary *s, int place, int channel);
/** The exact figure; all 0 where there are no answers or no such column. */
struct sums wave_summary_sums(const struct wave_summary *s, int place,
			      struct summary_column column);
