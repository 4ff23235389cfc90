/** A result as the table has it, read from the columns that result_list.sql, result_get.sql,
 * result_take.sql and result_revisions.sql begin with.
 *
 * Lifetime: texts are the pg_result's, arrays the arena's.
 */
#pragma once

#include "pg/value.h"
#include "survey/result.h"

enum { STORED_RESULT_COLUMNS = 19 }; /**< what a statement gives beside them comes behind */

struct stored_result {
	struct result result; /**< with the shopper's code, the status and all breaches */
	int32_t shopper;      /**< number, -1: none */
	int32_t revision;
	int64_t upload_id;
};

/** E_INTERNAL where it does not fit the instrument, E_LIMIT where the arena is too small. */
enum status stored_result_read(const struct pg_result *rows, int row, const struct instrument *in,
			       struct arena *arena, struct stored_result *to,
			       struct trouble *why) NODISCARD;
