/** A series of small waves in memory: what awards, combined figures and histories are asked of.
 *
 * Companies A, B, C in sector S1 and D, E, F in S2; channels phone and chat; publish from 2
 * contacts, rank from 4. Wave k is called w<k> and lasts the whole year 2000 + k.
 * Lifetime: everything lives until series_away().
 */
#pragma once

#include <cjson/cJSON.h>

#include "standings/wave_summary.h"

enum { SERIES_WAVES = 12 };

struct given_wave {
	const char *awards;  /**< list of JSON objects, NULL: none */
	const char *more;    /**< further members, each with a comma in front */
	const char *sectors; /**< list of JSON objects, NULL: S1 and S2 */
};

struct series {
	struct arena arena;
	struct programme *programme;
	struct tally *tallies[SERIES_WAVES];
	struct wave_summary *summaries[SERIES_WAVES];
	bool hidden[SERIES_WAVES]; /**< this reader may not see it */
};

/** `companies`: codes in the order of the file; `more`: further members of the programme, each
 * with a comma in front. */
struct series given_series(const char *companies, const char *more, const struct given_wave *waves,
			   size_t len);
void series_away(struct series *s);

/** Answered contacts by phone of this score in hundredths, `count` of them. wave: 1 .. */
void given_scores(struct series *s, int wave, const char *company, int count, int hundredths);
/** The same in several scores: "9000 9000 8950". */
void given_each(struct series *s, int wave, const char *company, const char *scores);

/** One contact with everything that may be told; zeroed is an answered one by phone that
 * scores 0 and answers nothing. */
struct given_contact {
	int score;
	bool unanswered;
	const char *channel; /**< NULL: phone */
	int verdict;	     /**< of item q1: 0 not given, 'c', 'm' or 'M' */
	int nps, csat, ces;  /**< 1 more than the answer; 0: not given */
	int area;	     /**< 1 more than the score of area a in hundredths; 0: none */
};
void given_contact(struct series *s, int wave, const char *company, struct given_contact c);

/** Answers as parsed JSON, from the figures counted so far; the caller deletes. */
cJSON *awards_in(struct series *s, int wave);
cJSON *combined_in(struct series *s);
cJSON *history_in(struct series *s, const char *company);
/** Awards as they are written; these the caller frees with memory_free(). */
char *awards_text(struct series *s, int wave);
char *awards_csv_text(struct series *s, int wave);
char *history_csv_text(struct series *s, const char *company);

/** Whether awards and a history fit into an arena of this size; never anything but yes or no. */
bool fits_into(struct series *s, int wave, const char *company, size_t bytes);

const cJSON *award_of(const cJSON *awards, const char *code);
/** NULL: has not won. */
const cJSON *winner_of(const cJSON *awards, const char *code, const char *company);
/** Codes of the winners in the order listed, "A B"; valid until the next call. */
const char *winners_of(const cJSON *awards, const char *code);
/** A list of texts, "A B"; valid until the next call. */
const char *texts_of(const cJSON *list);
/** What an award of a wave is decided for: makes the answer, looks, deletes. */
bool has_won(struct series *s, int wave, const char *award, const char *company);
