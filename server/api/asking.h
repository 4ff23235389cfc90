/** A reader who waits for a finished board, and how he gets it.
 *
 * Lifetime: from asking_begin() to asking_end(); the client may be gone before.
 * Promise: whoever begins has asked asking_form_read() first, where his answer may be CSV.
 */
#pragma once

#include "base/status.h"
#include "http/exchange.h"

struct asking {
	struct exchange *x; /**< NULL once the client is gone */
};

/** x->state is set; the handler's `gone` is asking_gone(). */
struct asking *asking_begin(struct exchange *x);
/** A `done`. Answers, if anybody is left to be answered: the bytes, or NULL and why. */
void asking_end(void *asking, struct http_bytes *bytes, const struct trouble *why);
void asking_gone(struct exchange *x);

/** 200, or 304 where the client has these very bytes. CSV is recast, on a pool thread, where the
 * request chose another form; x->state is set anew, and `gone` is asking_gone(). */
void answer_board(struct exchange *x, struct http_bytes *bytes);
/** By the path's suffix, else by Accept; never where the route has no CSV. */
bool wants_csv(const struct exchange *x);
/** The form of CSV asked for makes sense; false: 422 was answered. */
bool asking_form_read(struct exchange *x);
