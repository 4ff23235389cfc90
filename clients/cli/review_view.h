/** How stored results, appeals and what review made of them are shown. */
#pragma once

#include "base/buf.h"
#include "cli/view.h"

/** A page of results or of appeals as a table, with what to ask for next where there is more. */
void review_view_add_page(struct buf *to, const cJSON *document, const struct view *view);
/** One result: its values one a line, what it was before, notes and appeals. */
void review_view_add_result(struct buf *to, const cJSON *result, const struct view *view);
/** "2 changed, 1 unchanged", and ids that are not stored. */
void review_view_add_outcome(struct buf *to, const cJSON *outcome, const struct view *view);
