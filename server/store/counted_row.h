/** What is counted of a stored result, read from the columns that result_page.sql, replace_take.sql
 * and the statements of undoing begin with.
 */
#pragma once

#include "pg/value.h"
#include "survey/tally.h"

enum { COUNTED_COLUMNS = 11 }; /**< what a statement gives beside them comes behind */

/** Adds it to `to` where its status is one of `counts` (a bit for each review_state): +1 counts it,
 * -1 takes it back. False where it does not fit the instrument. The arena holds it meanwhile. */
bool counted_row_add(const struct pg_result *rows, int row, const struct instrument *in,
		     unsigned counts, int sign, struct arena *arena, struct tally *to);
