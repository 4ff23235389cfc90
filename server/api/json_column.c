#include "api/json_column.h"

#include "base/clock.h"

enum { TEXT_BYTES = 64 };

void json_pair_instant(struct json_out *j, const char *key, const struct pg_result *rows, int row,
		       int column)
{
	struct buf text;
	if (pg_is_null(rows, row, column)) {
		json_pair_null(j, key);
		return;
	}
	buf_init(&text, TEXT_BYTES);
	clock_print(&text, pg_get_timestamptz(rows, row, column));
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}

void json_pair_text_or_null(struct json_out *j, const char *key, const struct pg_result *rows,
			    int row, int column)
{
	if (pg_is_null(rows, row, column))
		json_pair_null(j, key);
	else
		json_pair_text(j, key, pg_get_bytes(rows, row, column));
}

void json_pair_number(struct json_out *j, const char *key, int64_t number)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_add_int(&text, number);
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}
