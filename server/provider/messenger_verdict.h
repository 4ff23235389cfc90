/** What came of a message, by what Messenger answered.
 *
 * Pure. Source: Meta's pages of the Send API's errors and of rate limits; docs/channels.md has the
 *   table. A message that may have arrived is never sent again: twice asked is worse than not
 *   asked, and nobody can take a message back.
 */
#pragma once

#include "outgoing/outgoing.h"

enum message_fate {
	MESSAGE_SENT,
	MESSAGE_AGAIN,	/**< certainly not sent, and it may be yet */
	MESSAGE_FAILED, /**< certainly not sent, and it never will be */
	MESSAGE_UNKNOWN
};

enum {
	MESSAGE_WAIT_MOST_S = 3600,
	MESSAGE_GIVE_UP_S = 24 * 3600,
	MESSAGE_CODE_BYTES = 24,
	MESSAGE_ID_BYTES = 128
};

struct message_verdict {
	enum message_fate fate;
	bool hold;	/**< nothing of this source is to be sent before the wait is over */
	int64_t wait_s; /**< before it is tried again */
	char code[MESSAGE_CODE_BYTES];
	char words[TROUBLE_WORDS];
	char provider_id[MESSAGE_ID_BYTES];
};

/** `attempts`: how often it was tried, this time included. `age_s`: since it was asked for. */
void messenger_verdict(const struct outgoing_answer *answer, int attempts, int64_t age_s,
		       struct message_verdict *v);
/** 1 s, 2 s, 4 s ... */
int64_t message_wait_s(int attempts);
