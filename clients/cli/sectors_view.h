/** Every sector's level as a dot and whisker, one line a sector.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is not an overview, E_LIMIT where it is too large.
 * Limits: SECTORS_VIEW_ROWS sectors.
 */
#pragma once

#include "cli/view.h"

enum { SECTORS_VIEW_ROWS = 2000 };

enum status sectors_view_add(struct buf *to, const cJSON *overview, const struct view *view,
			     struct trouble *why) NODISCARD;
