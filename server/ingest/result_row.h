/** A result as the bytes of one COPY BINARY row of table result, in the order of
 * store/sql/result_copy.sql.
 */
#pragma once

#include "base/buf.h"
#include "survey/result.h"

/** shopper < 0 is written as null. */
void result_row_encode(struct buf *to, const struct result *r, const struct instrument *instrument,
		       int64_t upload_id, int wave_id, int32_t shopper);
