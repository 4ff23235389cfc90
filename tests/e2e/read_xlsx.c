/* read_xlsx FILE [SHEET]: the CSV on stdout; on stderr what is to be known of it, or why not. */
#include "tabular/xlsx.h"

static int tell(const struct table_report *report)
{
	struct buf text;
	buf_init(&text, 1 << 16);
	struct json_out j = json_out_on(&text);
	table_report_json(report, &j);
	fprintf(stderr, "%.*s\n", SLICE_ARGS(buf_slice(&text)));
	buf_fini(&text);
	return 0;
}

int main(int argc, char **argv)
{
	static struct table_report report;
	struct decode_fault fault;
	struct table_options options = {.limits = TABLE_LIMITS};
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s FILE [SHEET]\n", argv[0]);
		return 2;
	}
	options.sheet = slice_of(argv[2]);
	if (table_read_xlsx(argv[1], stdout, &options, &report, &fault) == OK)
		return tell(&report);
	fprintf(stderr, "row %llu: %s: \"%s\" instead of %s\n", (unsigned long long)fault.row,
		fault.code, fault.value, fault.expected);
	return 1;
}
