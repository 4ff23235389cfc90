/** Who waits for an answer: the first member of what x->state points to.
 *
 * The handler's `gone` is caller_gone(): the work goes on, and x is NULL when it ends.
 */
#pragma once

#include "http/exchange.h"

struct caller {
	struct exchange *x; /**< NULL once the client is gone */
};

void caller_gone(struct exchange *x);
