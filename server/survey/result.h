/** One completed, validated and scored questionnaire about one contact.
 *
 * Lifetime: texts and arrays live in the arena given to intake_read().
 * Units: score and area scores in whole hundredths, 0..10000; waits in seconds;
 * instants as in base/clock.h.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "decode/record.h"
#include "survey/programme.h"

#define ANSWER_NONE INT16_MIN /**< not applicable, or the question was not answered */
enum { SCORE_NONE = -1, SECONDS_NONE = -1, ATTEMPT_NONE = -1 };

enum {
	RESULT_ID_BYTES = 200,
	SHOPPER_BYTES = 100,
	COMMENT_BYTES = 20000,
	WAIT_SECONDS_LIMIT = 60 * 60 * 24 * 60, /**< sixty days: an e-mail nobody hurried with */
	ATTEMPT_LIMIT = 100
};

struct result {
	struct slice result_id; /**< the firm's own, 1..RESULT_ID_BYTES of UTF-8, opaque */
	int company;		/**< index into the programme's companies */
	int channel;		/**< index into its channels */
	struct slice shopper;	/**< a pseudonym; empty = not given */
	int64_t contacted_at;	/**< CLOCK_NO_INSTANT = not given */
	bool answered;
	int attempt;		  /**< 1.., ATTEMPT_NONE */
	int wait_seconds;	  /**< SECONDS_NONE */
	int duration_seconds;	  /**< SECONDS_NONE */
	int16_t *answers;	  /**< per item of the instrument, ANSWER_NONE = not applicable;
				     measured values in units of their last decimal */
	int16_t *cx;		  /**< per question, as sent (not recoded), ANSWER_NONE */
	int32_t score;		  /**< SCORE_NONE where no scored item applies */
	int32_t *area_scores;	  /**< per area, SCORE_NONE */
	struct slice comment;	  /**< empty = none */
	bool customer;		  /**< of the company, the shopper; false: no, or not known */
	uint32_t breaches;	  /**< bit per enum breach seen in the result itself */
	enum review_state status; /**< EXCLUDED where such a breach excludes, else SUBMITTED */
};

/** One thing wrong with one field of a record.
 *
 * Codes: missing, too_long, control_character, unknown_company, not_in_wave, wrong_sector,
 * unknown_channel, not_a_boolean, not_an_integer, out_of_range, not_an_option, off_scale,
 * not_an_instant, in_the_future, unknown_column, twice, item_not_of_channel,
 * unanswered_with_answers; not_a_number and too_many_decimals of measured items; and the word of
 * each rule of fieldwork that rejects (survey/fieldwork.h): outside_hours, shopper_is_customer,
 * over_limit, sent_late. */
struct fault {
	const char *code;      /**< stable, lower_snake: "unknown_company", "not_an_option" */
	struct slice column;   /**< header or key as it was sent; empty = the row as a whole */
	struct slice value;    /**< as sent, cut to 100 bytes at a character */
	struct slice expected; /**< "one of 0, 1, 2 or empty" */
};

struct reject {
	uint64_t row;
	const struct fault *faults; /**< in column order, every fault of the row, at most 64 */
	size_t faults_len;
};

/** Turns records of one upload into results: remembers what each column means. Opaque.
 *
 * Columns: result_id (or contact_id), company, sector, channel, shopper, contacted_at,
 * answered, attempt, wait_seconds, duration_seconds, comment, customer, the questions and the
 * items of the wave's instrument by code. Items may also stand in the group "answers"; nothing
 * else may. result_id, company and channel are required; answered is true and customer false
 * where not given. Columns that an export or a file of rejected rows added are ignored (columns.h).
 * Text of a CSV file loses the apostrophe that guards it against formulas (sheet/csv_out.h).
 * An empty field, JSON null and an item's no_answer texts mean "not given". */
struct intake;

/** `p` must outlive it. `now` is the instant contacts must not be more than five minutes after. */
struct intake *intake_new(const struct programme *p, int wave, int64_t now);
void intake_free(struct intake *in);

/** OK: *result is filled. E_INPUT: *reject says everything that is wrong with the row.
 * E_LIMIT: the arena is too small. Everything returned lives in `arena`. */
enum status intake_read(struct intake *in, const struct record *record, struct arena *arena,
			struct result *result, struct reject *reject) NODISCARD;

/** Fills score and area_scores from answers, answered and channel: whole hundredths, exact
 * integers, rounded half up once. Called by intake_read(); also by recounts.
 *
 * got and possible are summed over scored items that apply to the channel and have an
 * answer (an answer that is not an option counts as none). A bonus item adds to got only, and
 * every score below is 10000 at most.
 *	area score	10000 got_a / possible_a; SCORE_NONE where possible_a is 0
 *	pooled		10000 sum(got_a) / sum(possible_a)
 *	weighted areas	10000 sum(w_a got_a / possible_a) / sum(w_a), over areas with
 *			possible_a > 0, w in millionths; the fraction is exact for every
 *			programme the limits allow; with a bonus got_a is possible_a at
 *			most, so that it counts inside its area only
 * A contact nobody answered: score 0 where the instrument's rule is zero, else SCORE_NONE;
 * its area scores are SCORE_NONE. */
void result_score(const struct instrument *i, struct result *result);
