/** A change of one result on its way, and its answer.
 *
 * Lifetime: from changing_start() to the answer; the client may be gone before.
 */
#pragma once

#include "api/access.h"
#include "api/caller.h"
#include "review/review.h"

/** Each holds its results, waits for the database and tries again; its client may be gone. */
enum { REVIEWS_AT_ONCE = 256 };

/** False: as many changes as there may be are being made, and 503 was answered. */
bool changing_has_room(struct exchange *x);
/** If-Match: "3" is revision 3; none or * is any (0); what is no revision matches none. */
int32_t changing_revision(const struct exchange *x);
/** x->state is set; the handler's `gone` is caller_gone(). Answers with the result's view and
 * `status`, or with why not. */
void changing_start(struct exchange *x, const struct known_key *key, const struct known_wave *wave,
		    const struct review_single *single, struct slice reason, int status);
