#include "decode/charset.h"
#include "fuzz_cuts.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const labels[] = {
	"utf-8",     "utf-16",	"utf-16be", "windows-1252", "cp949",  "windows-1258",
	"macintosh", "gb18030", "sjis",	    "euc-jp",	    "big5",   "iso-8859-2",
	"latin9",    "cp1250",	"cp1251",   "cp1253",	    "cp1254", "cp1257",
};

static const char delimiters[] = {0, ',', ';', '\t', '|'};

/** The first bytes declare something or nothing, the rest is the file. However it is cut it is told
 * alike, and all that is given is UTF-8 (transcript.c looks at faults, this at records). */
static void check_record(void *with, const struct record *record)
{
	(void)with;
	for (size_t i = 0; i < record->fields_len; i++) {
		must(slice_is_utf8(record->fields[i].name));
		must(slice_is_utf8(record->fields[i].value));
	}
}

static struct transcript told(const struct csv_options *options, struct slice bytes,
			      size_t part_len)
{
	struct transcript t = {.options = options, .on_record = check_record};
	buf_init(&t.text, 16 << 20);
	buf_init(&t.expected, 16 << 20);
	transcribe_into(&t, DECODE_CSV, bytes, part_len, part_len);
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_options o = {0};
	if (size < 4)
		return 0;
	if (data[0] < COUNT_OF(labels))
		o.encoding = encoding_find(slice_of(labels[data[0]]));
	o.delimiter = delimiters[data[1] % COUNT_OF(delimiters)];
	o.header_rows = data[2] % (HEADER_ROWS_LIMIT + 1);
	struct slice bytes = {(const char *)data + 4, size - 4};
	struct transcript whole = told(&o, bytes, SIZE_MAX);
	struct transcript parts = told(&o, bytes, 1 + data[3] % 64u);
	if (!transcripts_equal(&whole, &parts)) {
		fprintf(stderr, "whole:\n%.*s\nin parts:\n%.*s\n",
			SLICE_ARGS(buf_slice(&whole.text)), SLICE_ARGS(buf_slice(&parts.text)));
		never("the same bytes are told otherwise in parts");
	}
	transcript_fini(&whole);
	transcript_fini(&parts);
	return 0;
}
