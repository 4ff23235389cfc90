/** What an upload's report warns of, as lines of text. Pure. */
#pragma once

#include "cli/view.h"

/** `warnings` is the "warnings" of an upload's answer; nothing is added where there are none. */
void warnings_view_add(struct buf *to, const cJSON *warnings, const struct view *view);
