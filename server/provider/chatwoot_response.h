/** What Chatwoot has of answers to its surveys, and how its webhook would have told of them.
 *
 * Pure. A response that is found by asking becomes the same payload as one that was sent, so that
 * there is one reading of both (channel/chatwoot.c). Nothing of the customer is taken over but
 * score, words and token.
 * Source: Chatwoot's csat_survey_responses_controller.rb, _csat_survey_response.json.jbuilder and
 *   _conversation.json.jbuilder.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

enum { CHATWOOT_PAGE = 25, CHATWOOT_PAGE_MOST = 200, CHATWOOT_KEY_BYTES = 64 };

struct chatwoot_response {
	int64_t id, message_id, rating;
	int64_t conversation_id;      /**< as its pages show it; 0: not said */
	int64_t created_at_s;	      /**< 0: not said */
	struct slice words, token;    /**< `token` of the customer, where he has one there */
	char key[CHATWOOT_KEY_BYTES]; /**< of it as it is now: changed, it has another */
	bool known;		      /**< for who looks it up */
};

/** False: it is no page. Entries without the numbers above, or over CHATWOOT_PAGE_MOST, are left
 * out; *entries counts them, too. */
bool chatwoot_page_read(struct slice json, struct arena *arena, struct chatwoot_response **list,
			size_t *len, size_t *entries);
/** `conversation` is what Chatwoot says of it; empty: it is gone. False: it is no conversation. */
bool chatwoot_response_body(const struct chatwoot_response *r, struct slice account,
			    struct slice conversation, struct arena *arena, struct buf *to);
