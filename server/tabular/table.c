#include "tabular/table.h"

#include <errno.h>
#include <stdarg.h>

const struct table_limits TABLE_LIMITS = {
	.unpacked_bytes = UINT64_C(8) << 30,
	.csv_bytes = UINT64_C(4) << 30,
	.text_bytes = UINT64_C(2) << 30,
	.rows = 1048576,
	.columns = DECODE_FIELDS,
	.ratio = 200,
	.memory_bytes = 24 << 20,
};

void table_note(struct table_report *report, const char *format, ...)
{
	va_list arguments;
	if (report->notes == TABLE_NOTES)
		return;
	va_start(arguments, format);
	vsnprintf(report->note[report->notes++], TABLE_NOTE_BYTES, format, arguments);
	va_end(arguments);
}

enum status table_fault(struct decode_fault *fault, enum status status, uint64_t row,
			const char *code, struct slice value, const char *format, ...)
{
	va_list arguments;
	fault_fill(fault, row, code, SLICE_NONE, value);
	va_start(arguments, format);
	vsnprintf(fault->expected, sizeof(fault->expected), format, arguments);
	va_end(arguments);
	return status;
}

enum status table_disk_fault(struct decode_fault *fault, const char *doing)
{
	char words[80];
	const char *why = strerror_r(errno, words, sizeof(words));
	return table_fault(fault, E_INTERNAL, 0, "disk_failed", SLICE_NONE, "%s: %s", doing, why);
}

static void sheet_json(const struct table_report *report, struct json_out *j)
{
	struct slice rest = slice_of(report->sheets), name;
	json_key(j, "sheet");
	csv_known_json(&report->sheet_known, report->sheet, j);
	json_key(j, "sheets");
	json_open_array(j);
	while (slice_next_part(&rest, '\n', &name))
		if (name.len > 0)
			json_text(j, name);
	json_close_array(j);
}

void table_report_json(const struct table_report *report, struct json_out *j)
{
	json_open_object(j);
	json_pair_text(j, "format", slice_of(report->format));
	if (report->sheet[0] != '\0')
		sheet_json(report, j);
	json_pair_int(j, "rows", (int64_t)report->rows);
	json_pair_int(j, "columns", report->columns);
	json_key(j, "notes");
	json_open_array(j);
	for (int i = 0; i < report->notes; i++)
		json_text(j, slice_of(report->note[i]));
	json_close_array(j);
	json_close_object(j);
}

void table_report_add_texts(struct buf *json, const struct csv_reading *reading)
{
	struct json_out j = {.to = json, .first = false};
	must(json->len > 0 && json->at[json->len - 1] == '}');
	json->len--;
	csv_reading_pairs(reading, &j);
	json_close_object(&j);
}
