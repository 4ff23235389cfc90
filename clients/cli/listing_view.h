/** A page of things, a line each: the members asked for, numbers to the right.
 *
 * Promise: pure. Limits: LISTING_KEY_BYTES of a key.
 */
#pragma once

#include "cli/view.h"

enum { LISTING_KEY_BYTES = 64 };

struct listing_column {
	const char *key, *title; /**< "document.wave": a member's member */
};

/** E_INPUT where the document has no array "data". */
enum status listing_view_draw(struct buf *to, const cJSON *document,
			      const struct listing_column *columns, size_t len,
			      const struct view *view, struct trouble *why);
