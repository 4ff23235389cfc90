/** What was heard from a payload: answers, each of some contact to some question.
 *
 * Lifetime: everything lives in the arena given to the adapter, or in the payload.
 * Limits: HEARD_ANSWERS_MOST answers a payload.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { HEARD_ANSWERS_MOST = 4096, HEARD_CONTACT_BYTES = 200 };

struct heard_answer {
	struct slice token;    /**< of an invitation, as sent; empty: none came with it */
	struct slice contact;  /**< where no token: the provider's own key of the contact */
	struct slice place;    /**< page, inbox or number that was contacted; chooses the company */
	struct slice question; /**< the provider's name: "csat", "nps", "ces", "comment", an id */
	struct slice value;    /**< as sent, trimmed: "9", or text */
	int scale_min, scale_max; /**< the provider's own scale; both 0: it has none */
	int64_t observed_at;  /**< CLOCK_NO_INSTANT: not told, then it is when it was received */
	int64_t contacted_at; /**< likewise; of a contact without an invitation */
};

enum heard_fate {
	HEARD_ANSWERS, /**< `answers` has at least one */
	HEARD_NOTHING, /**< it is in order and says nothing that counts; `why` says what it was */
	HEARD_BAD      /**< it cannot be understood; `why` says where */
};

struct heard {
	enum heard_fate fate;
	const char *why; /**< a stable code: "bounce", "auto_reply", "no_rating", "not_json" */
	const struct heard_answer *answers;
	size_t answers_len;
};
