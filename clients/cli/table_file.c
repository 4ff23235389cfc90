#include "cli/table_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/triple_s_pair.h"

static enum status tell_fault(const struct options *o, enum status st,
			      const struct decode_fault *fault, struct trouble *why)
{
	if (fault->row > 0)
		return trouble_code(why, st, fault->code, "%s, row %llu: %s (%s)", o->file,
				    (unsigned long long)fault->row, fault->expected, fault->code);
	return trouble_code(why, st, fault->code, "%s: %s (%s)", o->file, fault->expected,
			    fault->code);
}

static enum status read_table(const struct options *o, const struct table_format *format, FILE *to,
			      struct csv_options *csv, struct buf *reading, struct trouble *why)
{
	char data[PATH_MAX];
	const char *path = o->file;
	struct decode_fault fault = {.row = 0};
	struct table_options options = {.sheet = slice_of(o->sheet), .limits = TABLE_LIMITS};
	if (triple_s_is_metadata(slice_of(o->file), slice_of(o->type))) {
		enum status st = triple_s_data_beside(o->file, data, why);
		if (st < 0)
			return st;
		options.metadata_path = o->file;
		path = data;
	}
	struct table_report *report = memory_new(sizeof(*report));
	enum status st = format->reader(path, to, &options, report, &fault);
	struct json_out j = json_out_on(reading);
	if (st == OK)
		table_report_json(report, &j);
	*csv = table_csv_options(format, csv, report);
	memory_free(report);
	return st == OK ? OK : tell_fault(o, st, &fault, why);
}

enum status table_file_make(const struct options *o, const struct table_format *format,
			    struct csv_options *csv, int *descriptor, struct buf *reading,
			    struct trouble *why)
{
	if (slice_is(slice_of(o->file), "-"))
		return trouble(why, E_INPUT, "such a file cannot come from standard input");
	FILE *to = tmpfile();
	if (to == NULL)
		return trouble(why, E_INTERNAL, "a temporary file: %s", strerror(errno));
	enum status st = read_table(o, format, to, csv, reading, why);
	*descriptor = st == OK ? dup(fileno(to)) : -1;
	if (st == OK && (*descriptor < 0 || lseek(*descriptor, 0, SEEK_SET) != 0))
		st = trouble(why, E_INTERNAL, "a temporary file: %s", strerror(errno));
	fclose(to);
	return st;
}
