#include "book.h"

#include <criterion/criterion.h>

#include "tabular/xlsx_value.h"

/* 0 General, 1 date, 2 date and time, 3 time, 4 elapsed, 5 built-in 14, 6 built-in 22,
 * 7 built-in 20, 8 built-in 31 (East Asia) */
#define STYLES                                                                                     \
	"<numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd'/>"                            \
	"<numFmt numFmtId='165' formatCode='dd.mm.yyyy hh:mm'/>"                                   \
	"<numFmt numFmtId='166' formatCode='h:mm AM/PM'/>"                                         \
	"<numFmt numFmtId='167' formatCode='[h]:mm:ss'/></numFmts>"                                \
	"<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/>"                      \
	"<xf numFmtId='166'/><xf numFmtId='167'/><xf numFmtId='14'/><xf numFmtId='22'/>"           \
	"<xf numFmtId='20'/><xf numFmtId='31'/></cellXfs>"                                         \
	"<dxfs><dxf><numFmt numFmtId='0' formatCode='yyyy'/></dxf></dxfs>"

static void number_reads_as(const char *number, int style, const char *text)
{
	char row[200], csv[80];
	snprintf(row, sizeof(row),
		 "<row><c t='str'><v>a</v></c></row><row><c s='%d'><v>%s</v></c>"
		 "</row>",
		 style, number);
	snprintf(csv, sizeof(csv), "\"a\"\n%s\n", text);
	rows_with_read_as(row, NULL, STYLES, csv);
}

Test(xlsx_dates, a_number_in_a_format_of_dates_is_a_date)
{
	number_reads_as("46348", 0, "46348");
	number_reads_as("46348", 1, "2026-11-22");
	number_reads_as("46348", 2, "2026-11-22 00:00:00");
	number_reads_as("46348.427083333336", 2, "2026-11-22 10:15:00");
	number_reads_as("46348.5", 5, "2026-11-22 12:00:00");
	number_reads_as("46348.5", 6, "2026-11-22 12:00:00");
	number_reads_as("46348", 8, "2026-11-22");
}

Test(xlsx_dates, seconds_are_rounded_to_thousandths)
{
	number_reads_as("46348.4270833333", 2, "2026-11-22 10:15:00");
	number_reads_as("46348.427089120371", 2, "2026-11-22 10:15:00.500");
	number_reads_as("46347.9999999999", 2, "2026-11-22 00:00:00");
}

Test(xlsx_dates, a_time_of_day_has_no_date)
{
	number_reads_as("0.4270833333333333", 3, "10:15:00");
	number_reads_as("0.4270833333333333", 7, "10:15:00");
	number_reads_as("0.4270833333333333", 2, "10:15:00");
	number_reads_as("0", 3, "00:00:00");
}

Test(xlsx_dates, elapsed_hours_go_on_past_a_day)
{
	number_reads_as("1.0625", 4, "25:30:00");
	number_reads_as("0.00052083333333333333", 4, "00:00:45");
}

/* As a spreadsheet of 1985 counted: 59 is 1900-02-28, 61 is 1900-03-01. */
Test(xlsx_dates, days_before_march_1900_are_one_later_than_counted)
{
	number_reads_as("1", 1, "1900-01-01");
	number_reads_as("59", 1, "1900-02-28");
	number_reads_as("60", 1, "1900-02-29");
	number_reads_as("61", 1, "1900-03-01");
	number_reads_as("0", 1, "1900-01-00");
}

Test(xlsx_dates, what_no_date_can_be_stays_a_number)
{
	number_reads_as("-1", 1, "-1");
	number_reads_as("2958465", 1, "9999-12-31");
	number_reads_as("2958466", 1, "2958466");
	number_reads_as("1e300", 1, "1e300");
}

Test(xlsx_dates, a_workbook_of_1904_counts_from_there)
{
	static const char workbook[] = "<workbook xmlns:r='x'><workbookPr date1904='1'/>"
				       "<sheets><sheet name='S' r:id='rId1'/></sheets></workbook>";
	struct book book = {
		.sheet = sheet_of("<row><c s='1'><v>0</v></c><c s='1'><v>44886</v></c>"
				  "<c s='2'><v>0.5</v></c><c s='3'><v>0.5</v></c></row>"),
		.styles = "<styleSheet>" STYLES "</styleSheet>",
		.workbook = workbook};
	struct told told = book_read(&book, NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"1904-01-01\",2026-11-22,1904-01-01 12:00:00,12:00:00\n");
	told_free(&told);
}

Test(xlsx_dates, dates_written_as_text_by_iso_8601_are_read)
{
	rows_read_as("<row><c t='d'><v>2026-11-22T10:15:00</v></c><c t='d'><v>2026-11-22</v></c>"
		     "<c t='d'><v>2026-11-22T10:15:00Z</v></c><c t='d'><v>T10:15:00</v></c></row>",
		     "\"2026-11-22 10:15:00\",2026-11-22,2026-11-22 10:15:00Z,10:15:00\n");
}

Test(xlsx_dates, a_format_code_says_what_it_shows)
{
	static const struct {
		const char *code;
		unsigned shows;
	} cases[] = {
		{"General", 0},
		{"0.00", 0},
		{"0.00E+00", 0},
		{"#,##0.00\\ \"kr\"", 0},
		{"[Red]-0.0;[Blue]0.0", 0},
		{"\"day\"0", 0},
		{"0\\d", 0},
		{"_d0*y", 0},
		{"0;\"yyyy\"", 0},
		{"0;dd", 0},
		{"[$-409]0", 0},
		{"yyyy-mm-dd", FORMAT_DATE},
		{"mmm", FORMAT_DATE},
		{"m/d/yy", FORMAT_DATE},
		{"[$-412]yyyy\"년\" m\"월\" d\"일\" dddd", FORMAT_DATE},
		{"YYYY/MM/DD", FORMAT_DATE},
		{"mm:ss", FORMAT_TIME},
		{"hh:mm", FORMAT_TIME},
		{"AM/PM h", FORMAT_TIME},
		{"[h]:mm", FORMAT_TIME | FORMAT_ELAPSED},
		{"[mm]:ss", FORMAT_TIME | FORMAT_ELAPSED},
		{"[Magenta]0", 0},
		{"[HH]", FORMAT_TIME | FORMAT_ELAPSED},
		{"d.m.yyyy h:mm;@", FORMAT_DATE | FORMAT_TIME},
		{"\"open", 0},
		{"[open", 0},
		{"", 0},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		cr_expect_eq(xlsx_format_read(slice_of(cases[i].code)).shows, cases[i].shows, "%s",
			     cases[i].code);
}
