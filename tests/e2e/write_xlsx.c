/* write_xlsx FILE [constant]: the table of test_producers.py as libxlsxwriter writes it. */
#include <string.h>
#include <xlsxwriter.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const names[] = {"result_id", "company", "when",  "day",	"time",
				    "score",	 "ok",	    "ratio", "comment", "empty"};

struct row {
	const char *id, *company;
	double when, day, time, score;
	int ok;
	double ratio;
	const char *comment;
};

/* Serials as any spreadsheet stores them: 46348 is 2026-11-22. */
static const struct row rows[] = {
	{"00123", "Ice Mobil", 46348 + 615 / 1440.0, 46348, 0.5, 73.9, 1, 1 / 3.0,
	 "Veldig fornøyd, \"takk\""},
	{"1E5", "우체국", 46349 + 1 / 86400.0, 60 + 1, 0.75, -0.5, 0, 1e-5, "to\nlinjer"},
	{"R-3", "Oslo kommune", 45000, 45000, 0, 100, 1, 12345.6789, " rom "},
};

static void write_row(lxw_worksheet *sheet, lxw_row_t at, const struct row *row,
		      lxw_format *const *formats)
{
	worksheet_write_string(sheet, at, 0, row->id, NULL);
	worksheet_write_string(sheet, at, 1, row->company, NULL);
	worksheet_write_number(sheet, at, 2, row->when, formats[0]);
	worksheet_write_number(sheet, at, 3, row->day, formats[1]);
	worksheet_write_number(sheet, at, 4, row->time, formats[2]);
	worksheet_write_number(sheet, at, 5, row->score, NULL);
	worksheet_write_boolean(sheet, at, 6, row->ok, NULL);
	worksheet_write_number(sheet, at, 7, row->ratio, NULL);
	worksheet_write_string(sheet, at, 8, row->comment, NULL);
}

int main(int argc, char **argv)
{
	static const char *const codes[] = {"yyyy-mm-dd hh:mm:ss", "dd.mm.yyyy", "hh:mm"};
	lxw_workbook_options options = {0};
	if (argc < 2)
		return 2;
	options.constant_memory = argc > 2 && strcmp(argv[2], "constant") == 0;
	lxw_workbook *book = workbook_new_opt(argv[1], &options);
	lxw_worksheet *sheet = workbook_add_worksheet(book, "Results");
	lxw_format *formats[COUNT_OF(codes)];
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		formats[i] = workbook_add_format(book);
		format_set_num_format(formats[i], codes[i]);
	}
	for (size_t i = 0; i < COUNT_OF(names); i++)
		worksheet_write_string(sheet, 0, (lxw_col_t)i, names[i], NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) /* an empty row before the last */
		write_row(sheet, (lxw_row_t)(i + 1 + (i == COUNT_OF(rows) - 1)), &rows[i], formats);
	return workbook_close(book) == LXW_NO_ERROR ? 0 : 1;
}
