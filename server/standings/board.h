/** A board: the companies of a sector, or of the whole field, in order, with what
 * the counts can bear.
 *
 * Promise: pure and read-only on programme and tally, no statics: board_make()
 * may run in a pool thread while others read the same source. The same counts
 * give the same bytes, whatever order they arrived in: every floating-point sum
 * runs over companies and shoppers in byte order of their codes, and over channels
 * in the order of the programme.
 * Lifetime: a board lives in the arena it was made in and borrows the texts of
 * its source; the source's programme and texts must outlive it. The tally need
 * not: a board has copied the counts it shows.
 * Units: scores 0..100, shares in percent, NPS -100..100, probabilities 0..1.
 * Undefined is NAN inside and null outside, with a reason (reasons.h).
 * Source: docs/statistics.md names formula and paper of every figure.
 * Limits: the arena's (a field of 1500 ranked companies with distributions takes about
 * 150 MB); what is left out of larger boards is null with reason not_computed.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "survey/programme.h"
#include "survey/tally.h"

enum {
	BOARD_FIELD = -1,	      /**< as sector: every sector of the wave */
	BOARD_ALL_CHANNELS = -1,      /**< as channel */
	BOARD_LETTERS_LIMIT = 26,     /**< ranked companies with letters; readers follow no more */
	BOARD_PAIRS_LIMIT = 300,      /**< with every pair's p value, about 0.1 ms each */
	BOARD_CHANCES_LIMIT = 400,    /**< with expected ranks and chances */
	BOARD_INTERVALS_LIMIT = 1500, /**< with rank intervals; above, ranks alone */
	BOARD_ARENA_BYTES = 256 * 1024 * 1024, /**< room for the largest field with pairs */
	BOARD_BUF_BYTES = 512 * 1024 * 1024
};

/** What the board ranks by. CSAT ranks by top box percent, CES by mean. */
enum board_metric { BOARD_SCORE, BOARD_NPS, BOARD_CSAT, BOARD_CES, BOARD_AREA };

/** Optional parts of an answer, bits. */
enum board_include { BOARD_DISTRIBUTION = 1, BOARD_PAIRS = 2 };

struct severity_model;

/** The counts of one wave and the words that go with them. */
struct board_source {
	const struct programme *programme;
	int wave;
	const struct tally *tally; /**< the wave's whole */
	int64_t version;
	struct slice state; /**< "fielding", "closed", "published" */
	int64_t revision;
	const struct slice *shoppers; /**< codes by shopper number; NULL: no severity figures */
	size_t shoppers_len;
	/** Made of the above; outlives what is made with it. NULL: made anew where needed. */
	const struct severity_model *severity;
};

struct board_query {
	int sector;  /**< index into the wave's sectors, or BOARD_FIELD */
	int channel; /**< index into the programme's channels, or BOARD_ALL_CHANNELS */
	enum board_metric metric;
	int area;	  /**< of the instrument, with BOARD_AREA */
	double threshold; /**< of the metric, NAN: no verdicts */
	unsigned include; /**< board_include */
};

/** The query as it stands in a URL or on a command line; empty slices are not given. */
struct board_words {
	struct slice sector;	/**< a code; empty = the field */
	struct slice channel;	/**< a code; empty = all */
	struct slice metric;	/**< score (default), nps, csat, ces, area:<code> */
	struct slice threshold; /**< a decimal number */
	struct slice include;	/**< comma separated: distribution, pairs */
};

/** E_GONE for a sector or channel the wave does not have, E_INPUT for other words;
 * the code in *why is unknown_sector, unknown_channel, unknown_metric, bad_threshold,
 * unknown_include. */
enum status board_query_read(const struct programme *p, int wave, const struct board_words *words,
			     struct board_query *query, struct trouble *why) NODISCARD;

struct board;

/** OK, or E_LIMIT where the arena is too small. The query must be one of this source's
 * (board_query_read() makes no other). */
enum status board_make(const struct board_source *source, const struct board_query *query,
		       struct arena *arena, struct board **made, struct trouble *why) NODISCARD;

void board_json(const struct board *b, struct buf *to);
/** One row a company, RFC 4180 with a header row; texts cannot start a formula. */
void board_csv(const struct board *b, struct buf *to);
