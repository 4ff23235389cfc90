/** Columns of the database as members of a JSON object: null where they are. */
#pragma once

#include "base/json_out.h"
#include "pg/value.h"

/** timestamptz, as RFC 3339. */
void json_pair_instant(struct json_out *j, const char *key, const struct pg_result *rows, int row,
		       int column);
void json_pair_text_or_null(struct json_out *j, const char *key, const struct pg_result *rows,
			    int row, int column);
/** int8, as text: the numbers of things are no quantities. */
void json_pair_number(struct json_out *j, const char *key, int64_t number);
