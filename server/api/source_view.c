#include "api/source_view.h"

#include "api/json_column.h"
#include "api/public_url.h"
#include "channel/page.h"
#include "pg/value.h"

enum {
	V_ID,
	V_CODE,
	V_ADDRESS,
	V_MAILBOX,
	V_KIND,
	V_DOCUMENT,
	V_REVISION,
	V_PAUSED,
	V_MADE_AT,
	V_CHANGED_AT,
	V_SECRETS,
	V_TAKEN,
	V_REPEATED,
	V_REFUSED,
	V_LAST_TAKEN_AT,
	V_LAST_REFUSED_AT,
	V_LAST_REFUSAL,
	V_LAST_PULLED_AT,
	V_LAST_PULL,
	V_WAITING,
	V_FAILED,
	V_QUIET_HOURS
};

enum { ADDRESS_BYTES = 5000 };

struct slice source_view_code(const struct pg_result *rows, int row)
{
	return pg_get_bytes(rows, row, V_CODE);
}

int32_t source_view_revision(const struct pg_result *rows, int row)
{
	return pg_get_int4(rows, row, V_REVISION);
}

/** The element that a page shows it by. */
static void print_element(struct json_out *j, const struct api *api, struct slice address)
{
	struct buf text;
	buf_init(&text, ADDRESS_BYTES);
	buf_add_text(&text, "<script async src=\"");
	public_url_print(&text, api, SLICE("/widget.js"));
	buf_add_text(&text, "\" data-source=\"");
	buf_add(&text, address);
	buf_add_text(&text, "\"></script>");
	json_pair_text(j, "widget_html", buf_slice(&text));
	buf_fini(&text);
}

/** Where its kind is reached. */
static void print_addresses(struct json_out *j, const struct api *api, const struct adapter *a,
			    struct slice address, struct slice mailbox)
{
	struct buf text;
	buf_init(&text, ADDRESS_BYTES);
	if (a->hook) {
		public_hook_print(&text, api, address);
		json_pair_text(j, "hook_url", buf_slice(&text));
	}
	buf_clear(&text);
	if (a->mail && api->mail_domain != NULL) {
		buf_add(&text, mailbox.len > 0 ? mailbox : address);
		buf_print(&text, "@%s", api->mail_domain);
		json_pair_text(j, "mail_address", buf_slice(&text));
	}
	buf_clear(&text);
	if (a->agi) {
		buf_print(&text, "/%.*s", SLICE_ARGS(address));
		json_pair_text(j, "agi_path", buf_slice(&text));
	}
	buf_fini(&text);
	if (slice_is(slice_of(a->kind), WIDGET_KIND))
		print_element(j, api, address);
}

static void print_health(struct json_out *j, const struct api *api, const struct pg_result *rows,
			 int row)
{
	const struct known_source *known = sources_by_id(api->sources,
							 pg_get_int4(rows, row, V_ID));
	json_key(j, "health");
	json_open_object(j);
	json_pair_int(j, "taken", pg_get_int8(rows, row, V_TAKEN));
	json_pair_int(j, "repeated", pg_get_int8(rows, row, V_REPEATED));
	json_pair_int(j, "refused", pg_get_int8(rows, row, V_REFUSED));
	json_pair_instant(j, "last_taken_at", rows, row, V_LAST_TAKEN_AT);
	json_pair_instant(j, "last_refused_at", rows, row, V_LAST_REFUSED_AT);
	json_pair_text(j, "last_refusal", pg_get_bytes(rows, row, V_LAST_REFUSAL));
	json_pair_instant(j, "last_pulled_at", rows, row, V_LAST_PULLED_AT);
	json_pair_text(j, "last_pull", pg_get_bytes(rows, row, V_LAST_PULL));
	json_pair_int(j, "waiting", pg_get_int8(rows, row, V_WAITING));
	json_pair_int(j, "failed", pg_get_int8(rows, row, V_FAILED));
	json_pair_int(j, "quiet_hours", pg_get_int8(rows, row, V_QUIET_HOURS));
	json_pair_int(j, "faults", known != NULL ? (int64_t)known->faults : 0);
	json_close_object(j);
}

void source_view_print(struct json_out *j, const struct api *api, const struct pg_result *rows,
		       int row)
{
	const struct adapter *adapter = adapter_find(pg_get_bytes(rows, row, V_KIND));
	json_open_object(j);
	json_pair_text(j, "source", pg_get_bytes(rows, row, V_CODE));
	json_pair_text(j, "kind", pg_get_bytes(rows, row, V_KIND));
	json_pair_int(j, "revision", pg_get_int4(rows, row, V_REVISION));
	json_pair_bool(j, "paused", pg_get_bool(rows, row, V_PAUSED));
	if (adapter != NULL)
		print_addresses(j, api, adapter, pg_get_bytes(rows, row, V_ADDRESS),
				pg_get_bytes(rows, row, V_MAILBOX));
	json_key(j, "document");
	json_raw(j, pg_get_bytes(rows, row, V_DOCUMENT));
	json_key(j, "secrets");
	json_raw(j, pg_get_bytes(rows, row, V_SECRETS));
	print_health(j, api, rows, row);
	json_pair_instant(j, "made_at", rows, row, V_MADE_AT);
	json_pair_instant(j, "changed_at", rows, row, V_CHANGED_AT);
	json_close_object(j);
}
