/** What a firm sends to invite contacts: one JSON object or an array of them, read and checked.
 *
 * The columns of a result that are known beforehand are read by the code that reads results, so
 * that what is invited today is a result once it is answered. Beside them: expires_at, or
 * expires_in_days.
 * Lifetime: everything lives in the arena given.
 * Limits: INVITATIONS_MOST elements, INVITATION_DAYS_MOST days.
 */
#pragma once

#include "base/buf.h"
#include "store/catalogue.h"

enum { INVITATIONS_MOST = 1000, INVITATION_DAYS_MOST = 366, INVITATION_TOKEN_CHARS = 20 };

struct invitation_wish {
	struct slice contact;
	struct slice record; /**< a JSON object of the columns given, each once, in their order */
	int64_t expires_at;  /**< CLOCK_NO_INSTANT: never */
	char token[INVITATION_TOKEN_CHARS];
};

struct invitation_wishes {
	bool one; /**< an object by itself */
	struct invitation_wish *at;
	size_t len;
	size_t faults;
};

/** OK, or E_INPUT: every fault of every element is in `errors`, a JSON array. E_LIMIT: more than
 * INVITATIONS_MOST. E_INTERNAL: no randomness. */
enum status invitations_read(struct slice body, const struct known_wave *wave, struct arena *arena,
			     struct invitation_wishes *wishes, struct buf *errors,
			     struct trouble *why) NODISCARD;
