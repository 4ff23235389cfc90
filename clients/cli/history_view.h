/** A company from wave to wave as lines of text: figure, interval, change, rank, awards.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is not a history, E_LIMIT where it is too large.
 * Limits: HISTORY_VIEW_ROWS waves.
 */
#pragma once

#include "cli/view.h"

enum { HISTORY_VIEW_ROWS = 1000 };

/** Of the view's metric. */
enum status history_view_add(struct buf *to, const cJSON *history, const struct view *view,
			     struct trouble *why) NODISCARD;
