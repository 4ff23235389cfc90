/** An award's rule as a sentence: "score at or above 90".
 *
 * Promise: pure; a rule of a kind not known here is shown by its word.
 */
#pragma once

#include "cli/view.h"

void award_rule_add(struct buf *to, const cJSON *rule, const struct view *view);
/** "Score", "NPS", "Area" for a column; the word itself where it is not known. */
void award_metric_title_add(struct buf *to, const cJSON *rule, const struct view *view);
