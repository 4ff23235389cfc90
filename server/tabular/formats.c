#include "tabular/formats.h"

#include "tabular/sav.h"
#include "tabular/triple_s.h"
#include "tabular/xlsx.h"

enum { XLSX, SAV, TRIPLE_S };

static const struct table_format formats[] = {
	[XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		  table_read_xlsx, true, true},
	[SAV] = {"sav", "application/x-spss-sav", table_read_sav, false, false},
	[TRIPLE_S] = {"triple_s", "application/zip", table_read_triple_s, false, false},
};

static const struct {
	const char *suffix;
	int format;
} suffixes[] = {
	{".xlsx", XLSX},
	{".sav", SAV},
	{".zsav", SAV},
	{".zip", TRIPLE_S},
};

const struct table_format *table_format_of_type(struct slice media_type)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (slice_equal_ignoring_case(media_type, slice_of(formats[i].media_type)))
			return &formats[i];
	return NULL;
}

const struct table_format *table_format_of_word(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (slice_is(word, formats[i].word))
			return &formats[i];
	return NULL;
}

const struct table_format *table_format_of_name(struct slice file_name)
{
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		struct slice suffix = slice_of(suffixes[i].suffix);
		if (file_name.len > suffix.len &&
		    slice_equal_ignoring_case(slice_from(file_name, file_name.len - suffix.len),
					      suffix))
			return &formats[suffixes[i].format];
	}
	return NULL;
}

struct csv_options table_csv_options(const struct table_format *format,
				     const struct csv_options *declared,
				     const struct table_report *report)
{
	struct csv_options csv = {.encoding = encoding_utf8,
				  .delimiter = ',',
				  .decimal = '.',
				  .decimal_stored = true,
				  .header_rows = 1};
	if (!format->as_typed)
		return csv;
	csv.decimal_stored = report->decimal != 0;
	if (!csv.decimal_stored)
		csv.decimal = declared->decimal;
	csv.header_rows = declared->header_rows;
	csv.dates = declared->dates;
	return csv;
}
