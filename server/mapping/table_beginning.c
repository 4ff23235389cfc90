#include "mapping/table_beginning.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json_out.h"

enum status table_beginning(const struct table_format *format, const char *path,
			    const struct table_options *options, struct buf *bytes,
			    struct preview *to, struct trouble *why)
{
	char *csv = NULL;
	size_t len = 0;
	atomic_bool never_stop = false;
	struct decode_fault fault = {.row = 0};
	FILE *stream = open_memstream(&csv, &len);
	struct table_report *report = memory_new(sizeof(*report));
	struct table_options own = *options;
	must(stream != NULL);
	if (own.stop == NULL)
		own.stop = &never_stop;
	own.limits = TABLE_LIMITS;
	own.limits.csv_bytes = PREVIEW_BYTES;
	enum status st = format->reader(path, stream, &own, report, &fault);
	must(fclose(stream) == 0);
	to->whole = st == OK;
	to->format = DECODE_CSV;
	to->csv = table_csv_options(format, &to->csv, report);
	to->dictionary = own.dictionary;
	to->table = format;
	report->format = format->word;
	if (!to->whole)
		table_note(report, "only the beginning was looked at");
	struct json_out j = json_out_on(to->table_reading);
	table_report_json(report, &j);
	buf_add(bytes, slice_cut((struct slice){csv, len}, PREVIEW_BYTES));
	to->bytes = buf_slice(bytes);
	memory_free(report);
	free(csv); /* lint: allow free -- the stream's */
	if (st == OK || (st == E_LIMIT && bytes->len > 0))
		return OK;
	return trouble_code(why, E_INPUT, "file_unreadable", "the file cannot be read: %s (%s)",
			    fault.expected, fault.code);
}
