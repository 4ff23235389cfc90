/** Breaches of the rules of fieldwork: how many by rule, and one by one.
 *
 * Promise: pure; everything from the server is made safe.
 */
#pragma once

#include "cli/view.h"

void breach_view_add_rules(struct buf *to, const cJSON *breaches, const struct view *view);
/** The list that came with the answer, and whether there is more of it. */
void breach_view_add_list(struct buf *to, const cJSON *breaches, const struct view *view);
