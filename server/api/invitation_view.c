#include "api/invitation_view.h"

#include "api/json_column.h"
#include "api/public_url.h"

enum { LINK_BYTES = 5000 };

enum {
	V_ID,
	V_CONTACT,
	V_TOKEN,
	V_SOURCE,
	V_STATE,
	V_MERGING,
	V_ANSWERS,
	V_NOTE,
	V_MADE_AT,
	V_EXPIRES_AT,
	V_RECORD,
	V_REVISION
};

enum { A_COLUMN, A_VALUE, A_SCALE_MIN, A_SCALE_MAX, A_OBSERVED_AT, A_SOURCE, A_KIND, A_INBOX_ID };

void invitation_links_print(struct json_out *j, const struct api *api, struct slice token)
{
	struct buf path, link;
	buf_init(&path, LINK_BYTES);
	buf_init(&link, LINK_BYTES);
	buf_print(&path, "/s/%.*s", SLICE_ARGS(token));
	public_url_print(&link, api, buf_slice(&path));
	json_key(j, "links");
	json_open_object(j);
	json_pair_text(j, "survey", buf_slice(&link));
	json_close_object(j);
	buf_fini(&path);
	buf_fini(&link);
}

int64_t invitation_view_id(const struct pg_result *rows, int row)
{
	return pg_get_int8(rows, row, V_ID);
}

void invitation_view_print(struct json_out *j, const struct api *api, const struct pg_result *rows,
			   int row)
{
	json_open_object(j);
	json_pair_text(j, "contact_id", pg_get_bytes(rows, row, V_CONTACT));
	json_pair_text_or_null(j, "token", rows, row, V_TOKEN);
	json_pair_text_or_null(j, "source", rows, row, V_SOURCE);
	json_pair_text(j, "state", pg_get_bytes(rows, row, V_STATE));
	json_pair_int(j, "answered", pg_get_int8(rows, row, V_ANSWERS));
	json_pair_bool(j, "merging", pg_get_bool(rows, row, V_MERGING));
	json_pair_text(j, "note", pg_get_bytes(rows, row, V_NOTE));
	json_key(j, "revision");
	if (pg_is_null(rows, row, V_REVISION))
		json_null(j);
	else
		json_int(j, pg_get_int4(rows, row, V_REVISION));
	json_pair_instant(j, "made_at", rows, row, V_MADE_AT);
	json_pair_instant(j, "expires_at", rows, row, V_EXPIRES_AT);
	json_key(j, "record");
	json_raw(j, pg_get_bytes(rows, row, V_RECORD));
	if (!pg_is_null(rows, row, V_TOKEN))
		invitation_links_print(j, api, pg_get_bytes(rows, row, V_TOKEN));
}

static void print_bound(struct json_out *j, const char *key, const struct pg_result *rows, int row,
			int column)
{
	json_key(j, key);
	if (pg_is_null(rows, row, column))
		json_null(j);
	else
		json_int(j, pg_get_int2(rows, row, column));
}

void invitation_answers_print(struct json_out *j, const struct pg_result *rows)
{
	json_key(j, "answers");
	json_open_array(j);
	for (int row = 0; row < pg_rows(rows); row++) {
		json_open_object(j);
		json_pair_text(j, "column", pg_get_bytes(rows, row, A_COLUMN));
		json_pair_text(j, "value", pg_get_bytes(rows, row, A_VALUE));
		print_bound(j, "scale_min", rows, row, A_SCALE_MIN);
		print_bound(j, "scale_max", rows, row, A_SCALE_MAX);
		json_pair_instant(j, "observed_at", rows, row, A_OBSERVED_AT);
		json_pair_text_or_null(j, "source", rows, row, A_SOURCE);
		json_pair_text(j, "kind", pg_get_bytes(rows, row, A_KIND));
		json_pair_number(j, "inbox", pg_get_int8(rows, row, A_INBOX_ID));
		json_close_object(j);
	}
	json_close_array(j);
}
