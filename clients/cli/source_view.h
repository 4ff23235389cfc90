/** Sources on a page: what is connected, where it is reached, and whether it is well.
 *
 * Promise: pure.
 */
#pragma once

#include "cli/view.h"

/** One, as GET answers. */
enum status source_view_draw(struct buf *to, const cJSON *source, const struct view *view,
			     struct trouble *why);
/** A page of them. */
enum status source_view_list(struct buf *to, const cJSON *document, const struct view *view,
			     struct trouble *why);
/** What is wrong with it, a line each, or that nothing is; how much. Nothing taken for `hours` is
 * wrong. `report` is what the server has checked. */
unsigned source_view_check(struct buf *to, const cJSON *source, const cJSON *report,
			   const struct view *view, double hours);
