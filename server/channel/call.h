/** A survey by telephone: which question is asked, which time, and what comes next.
 *
 * Pure, and the same for every kind of telephone: FastAGI and TwiML tell it what happened and do
 * what it answers. An invalid number and silence are asked again twice, then the next question
 * comes; who hangs up keeps what was answered; the next question comes when an answer is stored
 * for good, never before. Comments, and scales below zero, are not asked.
 * Lifetime: `form` is borrowed as long as the call lasts.
 * Limits: CALL_DIGITS_MOST digits an answer.
 */
#pragma once

#include "channel/form.h"

enum {
	CALL_TRIES = 3,	      /**< of a question */
	CALL_PAUSE_MS = 6000, /**< without a key pressed: what was pressed is the answer */
	CALL_DIGITS_MOST = 4
};

/* clang-format off */
#define CALL_STATES(X)                                         \
	X(NEW,     "nothing was said yet")                     \
	X(ASKING,  "a question is asked, keys are awaited")    \
	X(STORING, "an answer is on its way to be stored")     \
	X(ENDED,   "nothing more is asked")
/* clang-format on */

enum call_state {
#define X(name, words) CALL_##name,
	CALL_STATES(X)
#undef X
		CALL_STATE_COUNT
};

enum call_event {
	CALL_STARTED,
	CALL_DIGITS,  /**< keys were pressed: `digits`, without the '#' that ended them */
	CALL_SILENCE, /**< none, or '#' alone */
	CALL_HUNG_UP,
	CALL_STORED, /**< what CALL_STORE asked for is there for good */
	CALL_NOT_STORED,
	CALL_EVENT_COUNT
};

enum call_action {
	CALL_NOTHING, /**< wait for the next event; ENDED: there is none */
	CALL_ASK,     /**< call_question(), with `attempt` as its number */
	CALL_STORE,   /**< `value` of call_question(); tell how it ended */
	CALL_THANK,   /**< say thanks, end */
	CALL_SORRY    /**< say that it did not work, end */
};

struct call {
	const struct form *form;
	enum call_state state;
	size_t question;  /**< index in the form */
	unsigned attempt; /**< 1..CALL_TRIES */
	int value;
};

void call_init(struct call *c, const struct form *form);
/** A call whose state stood somewhere else (in an address): that question was asked, for the
 * `attempt`th time. False: it is not asked, or not so often. */
bool call_resume(struct call *c, const struct form *form, struct slice column,
		 int64_t attempt) NODISCARD;
/** `digits` is read for CALL_DIGITS only. An event that cannot come in the state is a bug. */
enum call_action call_take(struct call *c, enum call_event event, struct slice digits);

const struct form_question *call_question(const struct call *c);
/** How many keys the largest value has. With more than one, '#' ends them early. */
int call_keys(const struct form_question *q);
/** False where it is not a number of the question's scale. */
bool call_value(const struct form_question *q, struct slice digits, int *value);
