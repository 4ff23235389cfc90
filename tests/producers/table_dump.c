/** `table_dump WORD FILE`: the table to standard output, what is known of it as JSON to standard
 * error. */
#include <stdio.h>

#include "tabular/formats.h"
#include "tabular/table_dictionary.h"

enum { JSON_BYTES = 64 * 1024 * 1024 };

static void tell(const struct table_report *report, const struct table_dictionary *dictionary,
		 const struct decode_fault *fault)
{
	struct buf text;
	buf_init(&text, JSON_BYTES);
	struct json_out j = json_out_on(&text);
	json_open_object(&j);
	json_pair_text(&j, "code", slice_of(fault->code));
	json_pair_int(&j, "row", (int64_t)fault->row);
	json_pair_text(&j, "expected", slice_of(fault->expected));
	json_key(&j, "report");
	table_report_json(report, &j);
	json_key(&j, "variables");
	table_dictionary_json(dictionary, &j);
	json_close_object(&j);
	fprintf(stderr, "%.*s\n", SLICE_ARGS(buf_slice(&text)));
	buf_fini(&text);
}

int main(int argc, char **argv)
{
	const struct table_format *format = argc == 3 ? table_format_of_word(slice_of(argv[1]))
						      : NULL;
	struct table_dictionary dictionary;
	struct table_report report;
	struct decode_fault fault = {.row = 0};
	if (format == NULL) {
		fputs("usage: table_dump xlsx|sav|triple_s FILE\n", stderr);
		return 2;
	}
	table_dictionary_init(&dictionary, TABLE_DICTIONARY_BYTES);
	const struct table_options options = {.dictionary = &dictionary, .limits = TABLE_LIMITS};
	enum status st = format->reader(argv[2], stdout, &options, &report, &fault);
	tell(&report, &dictionary, &fault);
	table_dictionary_fini(&dictionary);
	return st == OK ? 0 : 1;
}
