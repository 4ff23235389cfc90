/** A change of one result on its way, and its answer.
 *
 * Lifetime: from changing_start() to the answer; the client may be gone before.
 */
#pragma once

#include "api/access.h"
#include "api/caller.h"
#include "review/review.h"

/** x->state is set; the handler's `gone` is caller_gone(). Answers with the result's view and
 * `status`, or with why not. */
void changing_start(struct exchange *x, const struct known_key *key, const struct known_wave *wave,
		    const struct review_single *single, struct slice reason, int status);
