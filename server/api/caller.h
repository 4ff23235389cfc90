/** Who waits for an answer: the first member of what x->state points to.
 *
 * The handler's `gone` is caller_gone(): the work goes on, and x is NULL when it ends. Where one
 * handler gives answers of several kinds, `events` says what else is to happen.
 */
#pragma once

#include "http/exchange.h"

struct caller;

/** Each may be NULL. */
struct caller_events {
	void (*gone)(struct caller *c); /**< x is NULL already */
	void (*writable)(struct caller *c);
	void (*stopping)(struct caller *c);
};

struct caller {
	struct exchange *x; /**< NULL once the client is gone */
	const struct caller_events *events;
};

void caller_gone(struct exchange *x);
void caller_writable(struct exchange *x);
void caller_stopping(struct exchange *x);
