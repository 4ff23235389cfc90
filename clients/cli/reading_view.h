/** How a file was understood, as lines of text. Pure. */
#pragma once

#include "cli/view.h"

/** `reading` is the "reading" of an upload's answer; nothing is added where it is no object. */
void reading_view_add(struct buf *to, const cJSON *reading, const struct view *view);
/** Something of it was found out rather than declared, marked or usual. */
bool reading_view_is_news(const cJSON *reading);
