/** A stored result, its notes and appeals as JSON.
 *
 * Units: scores are points of 100 with two decimals; a measured item has its own decimals.
 */
#pragma once

#include "base/json_out.h"
#include "store/stored_result.h"

/** The members of an object that the caller opens and closes. */
void result_json(struct json_out *j, const struct programme *p, int wave,
		 const struct stored_result *stored);
/** A row of appeal_list.sql. */
void appeal_json(struct json_out *j, const struct pg_result *rows, int row);
/** A row of note_list.sql. */
void note_json(struct json_out *j, const struct pg_result *rows, int row);
