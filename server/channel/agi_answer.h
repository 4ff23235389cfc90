/** What a call by FastAGI leaves in the inbox: one small JSON object an answer, our own.
 *
 *   {"call":"1795316582.1","question":"nps","value":"9","scale":{"min":0,"max":10},"place":"100"}
 * The invitation's token is in the payload's query (inv=), as in the address of the call.
 * Within a call of an invitation a question is answered once, whatever the dialplan does: that is
 * the key. Another Asterisk may number its calls alike, but not for the same invitation.
 * Limits: AGI_ANSWER_BYTES.
 */
#pragma once

#include "channel/adapter.h"

enum { AGI_ANSWER_BYTES = 4096 };

struct agi_answer {
	struct slice call;  /**< agi_uniqueid, 1..100 bytes */
	struct slice place; /**< what was called; empty: not told */
	struct slice token; /**< of the address; empty: none */
	struct slice question;
	int value, scale_min, scale_max;
};

void agi_answer_write(struct buf *to, const struct agi_answer *answer);
size_t agi_answer_key(const struct agi_answer *answer, char key[ADAPTER_DEDUPE_BYTES]);
enum status agi_answer_hear(const struct setup *setup, const struct payload *payload,
			    struct arena *arena, struct heard *heard, struct trouble *why);
