/** The body of a request to change many results.
 *
 * {"status": word, "reason": text, "result_ids": [texts, at most REVIEW_IDS_MOST]} or, instead of
 * the ids, "where": {"status", "company", "channel", "contacted_before"}, each as wanted.
 */
#pragma once

#include "review/review.h"

enum { BULK_BODY_BYTES = 4 * 1024 * 1024 };

struct bulk_body {
	enum review_state status; /**< never disputed */
	struct slice reason;	  /**< empty: none */
	struct review_wish *wishes;
	size_t wishes_len;
	bool filtered; /**< by `filter`, instead of wishes */
	struct review_filter filter;
};

/** Texts are the arena's, which takes about what the body has. E_INPUT bad_body, with words. */
enum status bulk_body_read(struct slice body, const struct programme *p, struct arena *arena,
			   struct bulk_body *made, struct trouble *why) NODISCARD;
