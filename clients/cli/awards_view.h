/** A wave's awards as lines of text: rule, winners with their figures, how sure it is.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is not one of awards, E_LIMIT where it is too large.
 * Limits: AWARDS_VIEW_ROWS winners of an award.
 */
#pragma once

#include "cli/view.h"

enum { AWARDS_VIEW_ROWS = 20000 };

enum status awards_view_add(struct buf *to, const cJSON *document, const struct view *view,
			    struct trouble *why) NODISCARD;
