/** Whether what was heard may be an answer, before the result it becomes part of is looked at.
 *
 * Private to inbox/. Never rounds, never moves a value to another: what is no answer of the
 * question is told by a stable code (docs/channels.md has them all).
 */
#pragma once

#include "base/arena.h"
#include "channel/heard.h"
#include "survey/programme.h"

/* clang-format off */
#define UNCOUNTED(X)                                                              \
	X(NO_INVITATION,    "no_invitation",    "no token, and the source is not open") \
	X(UNKNOWN_TOKEN,    "unknown_token",    "nobody was invited by it")              \
	X(EXPIRED,          "expired",          "it came after the invitation's end")    \
	X(CONTACT_TAKEN,    "contact_taken",    "another contact has its id")            \
	X(UNKNOWN_COMPANY,  "unknown_company",  "the source says no company of it")      \
	X(UNKNOWN_WAVE,     "unknown_wave",     "the wave is not in the programme now")  \
	X(UNKNOWN_QUESTION, "unknown_question", "nothing of the wave's instrument")      \
	X(OTHER_SCALE,      "other_scale",      "the provider asked on another scale")   \
	X(OFF_SCALE,        "off_scale",        "no value of the question")              \
	X(NOT_AN_INTEGER,   "not_an_integer",   "no whole number in digits")             \
	X(NOT_A_NUMBER,     "not_a_number",     "no number in digits")

enum uncounted {
	COUNTED,
#define X(name, code, words) UNCOUNTED_##name,
	UNCOUNTED(X)
#undef X
	UNCOUNTED_END
};
/* clang-format on */

const char *uncounted_code(enum uncounted why); /**< "" of COUNTED */

/** The column is one that answers may fill: a question, an item or the comment. */
bool hearing_is_column(const struct instrument *in, struct slice column);
/** *value is how the answer is kept: a whole number in its plain form, text that a result takes.
 * E_LIMIT: the arena is too small. */
enum status hearing_value(const struct instrument *in, struct slice column,
			  const struct heard_answer *heard, struct arena *arena,
			  enum uncounted *why, struct slice *value) NODISCARD;
