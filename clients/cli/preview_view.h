/** A preview for the eye: what each column would become and why, and the first rows.
 *
 * Promise: pure, cJSON in and text out; everything from a file is made safe.
 */
#pragma once

#include "cli/view.h"

void preview_view_add(struct buf *to, const cJSON *preview, const struct view *view);
/** The columns and their reasons alone. */
void preview_view_add_reasons(struct buf *to, const cJSON *preview, const struct view *view);
/** The proposed mapping as a document, a line a canonical column. */
void preview_view_add_proposal(struct buf *to, const cJSON *preview);
