/** One call of Asterisk: its stream, the protocol, the survey, and the storing between them.
 *
 * Lifetime: of its own; it ends with its stream, or when what it was storing is stored.
 */
#pragma once

#include "inbox/inbox.h"
#include "net/stream.h"
#include "store/sources.h"

struct agi_call;

/** What calls share. */
struct agi_calls {
	struct sources *sources;
	struct inbox *inbox;
	struct agi_call *first;
	unsigned len;
};

/** Owns the stream. */
void agi_call_begin(struct agi_calls *calls, struct stream *stream);
/** Leaves calls that say nothing any more. Once a second. */
void agi_calls_tick(struct agi_calls *calls);
/** Leaves every call that is not storing. */
void agi_calls_leave(struct agi_calls *calls);
