/** Twilio, and whoever speaks TwiML like it: what a call posts, and the XML it is answered.
 *
 * Where a call is stands in its address: ?inv=<token>&lang=nb begins; &q=nps&try=2 brings what was
 * pressed when nps was asked for the second time. So a server knows nothing of a call between two
 * posts, any server may answer the next, and a post that comes twice is answered alike. What
 * comes of it is decided by channel/call.h, as for Asterisk.
 * Source: Twilio's TwiML for voice, <Gather>, <Say>, <Redirect>, <Hangup>; docs/channels.md.
 * Limits: TWIML_BODY_BYTES a post; a CallSid of more than TWIML_CALL_BYTES is none.
 */
#pragma once

#include "channel/adapter.h"

enum { TWIML_BODY_BYTES = 64 * 1024, TWIML_CALL_BYTES = 100 };

/** "<CallSid> <question> <try>", "<CallSid> began", "<CallSid> completed". */
size_t twiml_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
enum status twiml_hear(const struct setup *setup, const struct payload *payload,
		       struct arena *arena, struct heard *heard, struct trouble *why);
/** The next question, thanks, nothing to a call that is over, or an apology to who is asked in
 * vain: of a paused source, or without an invitation where one is needed. */
const char *twiml_answer(const struct setup *setup, bool paused, const struct payload *payload,
			 struct slice url, struct arena *arena, struct buf *to);
