#include "tabular/xlsx.h"

#include "tabular/xlsx_book.h"
#include "tabular/xlsx_sheet.h"

/** Everything that one reading needs; too large for a stack. */
struct reading {
	const struct table_options *options;
	struct table_report *report;
	struct decode_fault *fault;
	struct package package;
	struct xlsx_book book;
	struct xlsx_strings strings;
	struct xlsx_formats formats;
	struct xlsx_text text; /**< of a shared string */
	struct table_csv out;
	struct xlsx_rows rows;
};

/* Shared strings */

enum place { STRINGS = 1, STRING, TEXT, RUN, RUN_TEXT };

static const struct xml_place places[] = {
	{"sst", 0}, {"si", STRINGS}, {"t", STRING}, {"r", STRING}, {"t", RUN}};

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct reading *r = self;
	(void)attributes;
	if (place == STRING)
		xlsx_text_clear(&r->text);
	return OK;
}

static enum status on_text(void *self, unsigned place, struct slice text)
{
	struct reading *r = self;
	if (place == TEXT || place == RUN_TEXT)
		xlsx_text_add(&r->text, text);
	return OK;
}

static enum status add_string(struct reading *r)
{
	enum status st = xlsx_strings_add(&r->strings, xlsx_text_whole(&r->text));
	if (st == E_INTERNAL)
		return table_disk_fault(r->fault, "keeping shared strings");
	if (st == E_LIMIT)
		return table_fault(r->fault, E_LIMIT, 0, "too_many_shared_strings", SLICE_NONE,
				   "at most %d different texts of %llu MiB together", XLSX_STRINGS,
				   (unsigned long long)(r->options->limits.text_bytes >> 20));
	return st;
}

static enum status on_end(void *self, unsigned place)
{
	struct reading *r = self;
	return place == STRING ? add_string(r) : OK;
}

static enum status read_strings(struct reading *r, const char *part)
{
	static const struct xml_shape shape = {.places = places,
					       .count = COUNT_OF(places),
					       .start = on_start,
					       .text = on_text,
					       .end = on_end};
	return package_read(&r->package, part, &shape, r, r->fault);
}

/* The file */

static enum status read_sheet(struct reading *r, const char *part)
{
	struct xlsx_sheet sheet = {.strings = &r->strings,
				   .formats = &r->formats,
				   .rows = &r->rows,
				   .from_1904 = r->book.from_1904};
	return xlsx_sheet_read(&sheet, &r->package, part);
}

static enum status read_parts(struct reading *r)
{
	const char *sheet = NULL, *strings, *styles;
	enum status st = xlsx_book_read(&r->book, &r->package, r->fault);
	if (st == OK)
		st = xlsx_book_choose(&r->book, r->options->sheet, r->report, &sheet);
	if (st < 0)
		return st;
	strings = xlsx_book_part(&r->book, "sharedStrings");
	styles = xlsx_book_part(&r->book, "styles");
	if (styles != NULL)
		st = xlsx_formats_read(&r->formats, &r->package, styles, r->fault);
	if (st == OK && strings != NULL)
		st = read_strings(r, strings);
	return st == OK ? read_sheet(r, sheet) : st;
}

static void init(struct reading *r, FILE *csv)
{
	const struct table_limits *limits = &r->options->limits;
	xlsx_strings_init(&r->strings, limits->memory_bytes, limits->text_bytes,
			  r->options->temp_folder);
	xlsx_formats_init(&r->formats);
	xlsx_text_init(&r->text);
	table_csv_init(&r->out, csv, limits->csv_bytes);
	xlsx_rows_init(&r->rows, &r->out, r->options, r->report, r->fault);
}

static void fini(struct reading *r)
{
	xlsx_rows_fini(&r->rows);
	table_csv_fini(&r->out);
	xlsx_text_fini(&r->text);
	xlsx_formats_fini(&r->formats);
	xlsx_strings_fini(&r->strings);
	xlsx_book_fini(&r->book);
}

enum status table_read_xlsx(const char *path, FILE *csv, const struct table_options *options,
			    struct table_report *report, struct decode_fault *fault)
{
	struct reading *r = memory_new(sizeof(*r));
	*report = (struct table_report){.format = "xlsx"};
	*r = (struct reading){.options = options, .report = report, .fault = fault};
	init(r, csv);
	enum status st = package_open(&r->package, path, options, fault);
	if (st == OK)
		st = read_parts(r);
	package_close(&r->package);
	fini(r);
	memory_free(r);
	return st;
}
