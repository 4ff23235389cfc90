/** Fieldwork as lines of text: a bar a company, when contacts were made, breaches.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is no fieldwork, E_LIMIT where it is too large.
 * Limits: FIELDWORK_VIEW_ROWS sectors and companies; FIELDWORK_VIEW_CHANNELS channels have a
 * column, and as many as the terminal is wide for.
 */
#pragma once

#include "cli/view.h"

enum { FIELDWORK_VIEW_ROWS = 20000, FIELDWORK_VIEW_CHANNELS = 7 };

enum status fieldwork_view_add(struct buf *to, const cJSON *fieldwork, const struct view *view,
			       struct trouble *why) NODISCARD;
/** The same with the list of breaches behind it. */
enum status fieldwork_view_add_all(struct buf *to, const cJSON *fieldwork, const struct view *view,
				   struct trouble *why) NODISCARD;
