/** A combined figure as lines of text: rank, figure, interval, and the waves it is of.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is not a combined figure, E_LIMIT where it is too large.
 * Limits: COMBINED_VIEW_ROWS companies; the figures of more than three waves are left to --json.
 */
#pragma once

#include "cli/view.h"

enum { COMBINED_VIEW_ROWS = 20000 };

enum status combined_view_add(struct buf *to, const cJSON *board, const struct view *view,
			      struct trouble *why) NODISCARD;
