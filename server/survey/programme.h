/** A programme as its file describes it: instruments, companies, waves.
 *
 * Source: docs/programme-file.md has every field, its meaning, default and faults.
 * Lifetime: everything hangs on the programme and dies with programme_free().
 * Immutable after programme_parse(); shared read-only between loop and pool threads.
 * Units: points and possible points in whole hundredths of a point; weights as
 * the numbers of the file.
 * Order: areas, items, questions, channels, companies and sectors keep the order
 * of the file; an index into such a list (int) is what results and tallies store,
 * so a list may only grow at its end once a wave of it fields (programme_extends()).
 * Limits: the numbers below; a file over one of them gets a fault, never a cut list.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"

enum {
	PROGRAMME_BYTES_LIMIT = 4 * 1024 * 1024,
	PROGRAMME_CHANNELS_LIMIT = 32,
	PROGRAMME_INSTRUMENTS_LIMIT = 200,
	PROGRAMME_AREAS_LIMIT = 32,
	PROGRAMME_ITEMS_LIMIT = 256,
	PROGRAMME_OPTIONS_LIMIT = 128, /**< answers of one item */
	PROGRAMME_NO_ANSWER_LIMIT = 16,
	PROGRAMME_CODE_BYTES = 64,
	PROGRAMME_QUESTIONS_LIMIT = 32,
	PROGRAMME_COMPANIES_LIMIT = 10000,
	PROGRAMME_SECTORS_LIMIT = 1000,
	PROGRAMME_WAVES_LIMIT = 200,
	PROGRAMME_FAULTS_LIMIT = 1000,
	POINTS_LIMIT = 10000 * 100, /**< hundredths one answer may give */
	PLANNED_CONTACTS_LIMIT = 1000000
};

/** A text in several languages: the JSON object of the file ({"en":"..."}) without spaces. */
struct names {
	struct slice json; /**< "{}" where the file gives none */
};

#define POINTS_NONE INT32_MIN /**< not one of the item's answers */

struct answer_option {
	int16_t answer;
	int32_t points; /**< hundredths of a point */
};

struct item {
	struct slice code;
	struct names name;
	int area;	   /**< index into areas */
	uint32_t channels; /**< bit per channel index the item applies to */
	bool scored;	   /**< false: asked for insight only, never in got or possible */
	const struct answer_option *options; /**< ascending by answer */
	size_t options_len;
	int32_t points_max;		 /**< hundredths */
	const int32_t *points_by_answer; /**< options as a table from options[0].answer on,
					    POINTS_NONE in the gaps; NULL where it would be long */
	int points_by_answer_len;
	const struct slice *no_answer; /**< texts besides empty that mean "not applicable" */
	size_t no_answer_len;
};

struct area {
	struct slice code;
	struct names name;
	double weight; /**< used when scoring is weighted; > 0, at most six decimals */
	int64_t weight_millionths;
};

enum measure { MEASURE_CSAT, MEASURE_CES, MEASURE_NPS, MEASURE_OTHER };

/** A CX question, asked beside the score. */
struct question {
	struct slice code; /**< "csat", "ces", "nps", "ves1" */
	struct names name;
	enum measure measure;
	int16_t scale_min, scale_max;
	bool high_is_effort; /**< true ("high_is_effort", "high_is_bad"): recoded to scale_min +
				scale_max - x before any statistic */
	int16_t good_from;   /**< after recoding: the box counted as top (CSAT) or easy (CES); 9 for
				NPS */
	const struct slice
		*no_answer; /**< texts besides empty that mean "no answer" ("11", "Blank") */
	size_t no_answer_len;
};

enum scoring { SCORING_POOLED, SCORING_WEIGHTED_AREAS };
enum unanswered { UNANSWERED_ZERO, UNANSWERED_EXCLUDE };

struct instrument {
	struct slice code;
	enum scoring scoring;
	enum unanswered unanswered;
	const struct area *areas;
	size_t areas_len;
	const struct item *items;
	size_t items_len;
	const struct question *questions;
	size_t questions_len;
};

struct channel {
	struct slice code;
	struct names name;
};

struct company {
	struct slice code;
	struct names name;
};

struct sector {
	struct slice code;
	struct names name;
	const int *companies; /**< indices into the programme's companies, in file order */
	size_t companies_len;
};

struct minimum_base {
	int publish; /**< fewer contacts: suppressed */
	int rank;    /**< fewer: shown, not ranked */
	int cell;    /**< fewer in a channel cell: suppressed */
};

/** When contacts should be made, in the wave's time zone. */
struct contact_hours {
	bool given;
	int from_minute, until_minute; /**< of the day, 0..1440, half-open */
	unsigned weekdays;	       /**< bit d - 1 for ISO weekday d, Monday = 1 */
};

struct wave {
	struct slice code;
	struct names name;
	int instrument;
	const struct sector *sectors;
	size_t sectors_len;
	const int *sector_of; /**< per company index of the programme; -1 = not in this wave */
	const int *planned_contacts;   /**< per company index of the programme; 0 = no plan */
	const double *channel_weights; /**< per channel index; 0 = not used */
	struct minimum_base minimum;
	double level;		/**< confidence level, 0.95 */
	struct slice time_zone; /**< an IANA name; "UTC" where the file gives none */
	struct contact_hours hours;
};

struct programme {
	struct arena arena;
	struct slice source; /**< the file, byte for byte */
	struct slice code;
	struct names name;
	const struct channel *channels;
	size_t channels_len;
	const struct company *companies;
	size_t companies_len;
	const struct instrument *instruments;
	size_t instruments_len;
	const struct wave *waves;
	size_t waves_len;
	const int32_t *company_slots; /**< programme_find_company()'s table: index or -1 */
	size_t company_slots_len;     /**< a power of two */
};

struct programme_fault {
	struct slice pointer; /**< RFC 6901: "/instruments/0/items/3/area" */
	const char *code;     /**< stable: "unknown_area", "missing", "not_a_number" */
	struct slice
		expected; /**< a sentence's worth: "one of the codes in /instruments/0/areas" */
};

struct programme_faults {
	const struct programme_fault *at; /**< in reading order: lists in file order, one object's
					       fields together; the first PROGRAMME_FAULTS_LIMIT */
	size_t len;
	size_t total;
};

/** Reads and checks the whole file. On OK *made is the caller's. On E_INPUT all faults
 * are in *faults, which lives in `arena`; *made is NULL. E_LIMIT: `arena` is too small. */
enum status programme_parse(struct slice json, struct arena *arena, struct programme **made,
			    struct programme_faults *faults) NODISCARD;
void programme_free(struct programme *p);

/** E_CONFLICT with code and words where `next` would change what results under `now` mean.
 * `fielded(wave)` tells for each wave index of `now` whether results may exist.
 *
 * While a wave fields: channels, companies, its sectors and their companies may grow at the
 * end; its instrument, channel weights, minimum bases and level stay as they are. Names,
 * planned contacts, time zone and contact hours may change at any time, and so may
 * everything of waves that do not field. */
enum status programme_extends(const struct programme *now, const struct programme *next,
			      bool (*fielded)(const void *context, size_t wave),
			      const void *context, struct trouble *why) NODISCARD;

int programme_find_wave(const struct programme *p, struct slice code);	  /**< -1: none */
int programme_find_channel(const struct programme *p, struct slice code); /**< -1: none */
int programme_find_company(const struct programme *p,
			   struct slice code);		       /**< -1: none; hashed, O(1) */
int wave_find_sector(const struct wave *w, struct slice code); /**< -1: none */
int instrument_find_item(const struct instrument *i, struct slice code);
int instrument_find_question(const struct instrument *i, struct slice code);
int instrument_find_area(const struct instrument *i, struct slice code);
int instrument_find_measure(const struct instrument *i,
			    enum measure measure); /**< first question, -1: none */

/** Points of an answer in hundredths; POINTS_NONE where it is not one of the item's. */
int32_t item_points(const struct item *item, int16_t answer);
