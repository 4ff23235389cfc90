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
#include "base/json_out.h"
#include "base/slice.h"
#include "base/status.h"
#include "base/zone.h"
#include "survey/award.h"
#include "survey/fieldwork.h"
#include "survey/names.h"

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
	PLANNED_CONTACTS_LIMIT = 1000000,
	PROGRAMME_CENTRES_LIMIT = 1000,
	PROGRAMME_OPERATIONS_LIMIT = 20000,
	PROGRAMME_SUCCESSORS_LIMIT = 5000,
	PROGRAMME_HOLIDAYS_LIMIT = 5000,
	PROGRAMME_COMBINED_LIMIT = 100,
	COMBINED_WAVES_LIMIT = 8,
	PREREQUISITES_LIMIT = 32
};

#define POINTS_NONE INT32_MIN /**< not one of the item's answers */

struct answer_option {
	int16_t answer;
	int32_t points;		    /**< hundredths of a point */
	enum conformity conformity; /**< CONFORMITY_NONE where the file gives none */
};

/** A key figure: the answer is a measured value, held against a limit. Instead of options. */
struct measured {
	bool given;
	int16_t min, max; /**< allowed values, in units of 10^-decimals */
	int decimals;	  /**< 0..3: "82.5" with one decimal is stored as 825 */
	bool at_most;	  /**< met at or below the limit; false: at or above */
	int16_t limit;	  /**< in units of 10^-decimals */
	struct slice unit;
	int32_t points;		/**< hundredths where met; 0 where not */
	enum conformity missed; /**< MINOR, MAJOR or NONE; met is CONFORMS where this is given */
};

struct item {
	struct slice code;
	struct names name;
	int area;	   /**< index into areas */
	uint32_t channels; /**< bit per channel index the item applies to */
	bool scored;	   /**< false: asked for insight only, never in got or possible */
	bool bonus; /**< points count as got and not as possible; a score stays at most 10000 */
	struct measured measured;	     /**< given: options_len is 0 */
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

enum entrant { ENTRANT_COMPANY, ENTRANT_TEAM, ENTRANT_PERSON };

struct company {
	struct slice code;
	struct names name;
	enum entrant kind;
};

/** Days from..until, both included; DAY_NONE = open. */
struct span {
	int32_t from, until;
};

/** An operating centre: who answers on behalf of companies. */
struct centre {
	struct slice code;
	struct names name;
};

/** A dated record: in this span the company's contacts are answered by this centre from this
 * country. A company may have several at a time, and a centre many companies. */
struct operation {
	int company;
	int centre;	      /**< -1 = the company's own */
	struct slice country; /**< ISO 3166-1 alpha-2; empty = not said */
	uint32_t channels;    /**< bit per channel; all where not given */
	struct span span;
};

enum succession { SUCCESSION_RENAMED, SUCCESSION_MERGED, SUCCESSION_SPLIT };

/** From a day on, `company` stands where `of` stood. Merged: several records share a
 * `company`; split: several share an `of`. A company succeeds only companies that stand
 * before it in the chain: no cycles. */
struct successor {
	int company, of;
	enum succession kind;
	int32_t from;
};

/** A figure over several waves (a shopper survey and a customer survey): the weighted mean of
 * a company's score in each; a company without one of them has none. */
struct combined {
	struct slice code;
	struct names name;
	const int *waves; /**< indices into the programme's waves */
	const int64_t *weights_millionths;
	size_t len;
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

/** Where a result stands in review; stored as these numbers. */
#define REVIEW_STATES(X)                                                                           \
	X(SUBMITTED, "submitted")                                                                  \
	X(APPROVED, "approved")                                                                    \
	X(RETURNED, "returned") /* to the shopper, to be mended */                                 \
	X(EXCLUDED, "excluded")                                                                    \
	X(DISPUTED, "disputed") /* an appeal is open */

enum review_state {
#define X(name, word) REVIEW_##name,
	REVIEW_STATES(X)
#undef X
		REVIEW_COUNT
};

/** What readers who are not the firm see of a wave's boards before one is published. */
enum before_publication {
	BEFORE_LIVE,  /**< the live board, while it fields and when it is closed */
	BEFORE_HIDDEN /**< nothing; only such a wave can be embargoed */
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
	double level;		 /**< confidence level, 0.95 */
	struct slice time_zone;	 /**< an IANA name; "UTC" where the file gives none */
	bool time_zone_given;	 /**< local times in files mean it; without it they mean nothing */
	const struct zone *zone; /**< the same; the programme's */
	struct contact_hours hours;
	const uint32_t *channels_of; /**< per company index: bit per channel it has; all where the
					file does not say */
	const uint32_t *fulfils;     /**< per company index: bit per prerequisite */
	const struct slice *prerequisites;
	size_t prerequisites_len;
	struct slice series; /**< waves with the same word follow one another; "" by default */
	struct span period;  /**< fieldwork, as planned */
	struct names series_break; /**< why figures before cannot be compared; {} = no break said */
	bool series_breaks;	   /**< series_break is given */
	unsigned counts; /**< bit per review_state whose results count; submitted, approved and
			    disputed by default */
	enum before_publication before_publication;
	struct fieldwork_rules fieldwork;
	const struct award *awards;
	size_t awards_len;
};

struct programme {
	struct arena arena;
	struct slice source;  /**< the file, byte for byte */
	uint64_t source_hash; /**< hash_bytes() of it: tells two files apart */
	struct slice code;
	struct names name;
	const struct channel *channels;
	size_t channels_len;
	const struct company *companies;
	size_t companies_len;
	const struct instrument *instruments;
	size_t instruments_len;
	const struct wave *waves; /**< a series in the order of time */
	size_t waves_len;
	const struct centre *centres;
	size_t centres_len;
	const struct operation *operations; /**< as in the file */
	size_t operations_len;
	const struct successor *successors;
	size_t successors_len;
	const int32_t *holidays; /**< days nobody works, ascending */
	size_t holidays_len;
	const struct combined *combined;
	size_t combined_len;
	struct zone **zones; /**< of the waves; freed with the programme */
	size_t zones_len;
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
/** [{"pointer":"/waves","code":"missing","expected":"..."}], as problems list them. */
void programme_faults_json(const struct programme_faults *faults, struct json_out *j);

/** E_CONFLICT with code and words where `next` would change what results under `now` mean.
 * `fielded(wave)` tells for each wave index of `now` whether results may exist.
 *
 * While a wave fields: channels, companies, its sectors and their companies may grow at the
 * end; its instrument, channel weights, minimum bases and level stay as they are, and so does
 * what decides whether and how a result counts: time zone, contact hours, holidays of its period
 * and of the longest wait after it, fieldwork rules, the states of review that count;
 * prerequisites grow at the end. All else may change at any time: names, plans, channels and
 * prerequisites of companies, period, series and its breaks, awards, what is seen before
 * publication, combined figures, operations, successors, and everything of waves that do not
 * field. */
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
/** Answers are whole numbers of 1 / this: 10^decimals of a measured item, else 1. */
int item_answer_scale(const struct item *item);
/** CONFORMITY_NONE where the answer carries none or is not one of the item's. */
enum conformity item_conformity(const struct item *item, int16_t answer);

/** The wave before `wave` in its series, -1: it is the first. */
int programme_wave_before(const struct programme *p, int wave);
/** Figures of `wave` cannot be compared with those of the wave before: a break is marked, or
 * the instrument is another one. */
bool programme_wave_breaks(const struct programme *p, int wave);
int programme_find_combined(const struct programme *p, struct slice code); /**< -1: none */

/** An answer as files write it: "82.5" for a measured 825 with one decimal. */
void item_answer_print(struct buf *to, const struct item *item, int16_t answer);

const char *review_state_name(enum review_state state);
bool review_state_from(struct slice word, enum review_state *state);
