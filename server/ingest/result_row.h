/** A result as the bytes of one COPY BINARY row of table result, in the order of
 * store/sql/result_copy.sql.
 *
 * Promise: the same result in the same wave and upload gives the same bytes, so
 * two rows of one upload are equal where their bytes are.
 */
#pragma once

#include "base/buf.h"
#include "survey/result.h"

struct result_row_place {
	uint32_t shopper; /**< offset of the shopper's int4, from the row's start */
	uint32_t id;	  /**< offset of the id's bytes, from the row's start */
};

/** shopper < 0 is written as null, unless `shopper_later`: then four bytes are left to be
 * filled in. `items`, `questions` and `areas` are the instrument's lengths. */
void result_row_encode(struct buf *to, const struct result *r, const struct instrument *instrument,
		       int64_t upload_id, int wave_id, int32_t shopper, bool shopper_later,
		       struct result_row_place *place);
