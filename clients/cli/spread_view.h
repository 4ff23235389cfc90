/** When contacts were made, as a table of weekdays and hours that is the darker the more.
 *
 * Promise: pure. Counts are left out where the terminal is too narrow for them.
 */
#pragma once

#include "cli/view.h"

void spread_view_add(struct buf *to, const cJSON *fieldwork, const struct view *view);
