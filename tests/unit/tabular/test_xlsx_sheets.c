#include "book.h"

#include <criterion/criterion.h>

#define ROWS(name)                                                                                 \
	"<worksheet><sheetData><row><c t='str'><v>" name "</v></c></row></sheetData></worksheet>"
#define RELATION(id, type, target)                                                                 \
	"<Relationship Id='" id "' Type='http://x/relationships/" type "' Target='" target "'/>"

/** Three tabs: a chart, a hidden sheet "Data", sheets "2" and "Final". */
static const char workbook[] = "<workbook xmlns:r='x'><sheets><sheet name='Chart' r:id='a'/>"
			       "<sheet name='Data' state='hidden' r:id='b'/>"
			       "<sheet name='2' state='visible' r:id='c'/>"
			       "<sheet name='Final' r:id='d'/></sheets></workbook>";
static const char relations[] = "<Relationships>" RELATION("a", "chartsheet",
							   "chartsheets/sheet1.xml")
	RELATION("b", "worksheet", "worksheets/sheet1.xml")
		RELATION("c", "worksheet", "/xl/worksheets/two.xml")
			RELATION("d", "worksheet", "./x/../worksheets/two.xml") "</Relationships>";

static struct told sheet_asked(const char *name)
{
	struct table_options options = {.limits = TABLE_LIMITS, .sheet = slice_of(name)};
	struct book book = {.sheet = ROWS("hidden"),
			    .workbook = workbook,
			    .workbook_rels = relations,
			    .extra_name = "xl/worksheets/TWO.xml",
			    .extra = ROWS("two")};
	return book_read(&book, &options);
}

static void asked_gives(const char *name, const char *csv, const char *sheet, const char *because)
{
	struct told told = sheet_asked(name);
	cr_assert_eq(told.status, OK, "%s: %s", told.fault.code, told.fault.expected);
	cr_expect_str_eq(told.csv, csv);
	cr_expect_str_eq(told.report.sheet, sheet);
	cr_expect_str_eq(told.report.sheet_known.why, because);
	cr_expect_str_eq(told.report.sheets, "Chart\nData\n2\nFinal\n");
	told_free(&told);
}

Test(xlsx_sheets, the_first_visible_worksheet_is_the_default)
{
	asked_gives("", "\"two\"\n", "2", "the first of 4 sheets that is a visible table");
}

Test(xlsx_sheets, a_sheet_is_named_as_it_is_or_in_other_capitals)
{
	asked_gives("Data", "\"hidden\"\n", "Data", "declared");
	asked_gives("FINAL", "\"two\"\n", "Final", "declared");
}

Test(xlsx_sheets, a_name_wins_over_a_number)
{
	asked_gives("2", "\"two\"\n", "2", "declared");
	asked_gives("4", "\"two\"\n", "Final", "declared");
}

Test(xlsx_sheets, a_sheet_that_is_not_there_is_told_with_those_that_are)
{
	static const char *const names[] = {"Finale", "5", "0", "-1"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct told told = sheet_asked(names[i]);
		cr_expect_eq(told.status, E_INPUT);
		cr_expect_str_eq(told.fault.code, "no_such_sheet");
		cr_expect_str_eq(told.fault.value, names[i]);
		cr_expect_str_eq(told.fault.expected, "one of the sheets: Chart, Data, 2, Final");
		told_free(&told);
	}
}

Test(xlsx_sheets, a_sheet_of_charts_is_not_read)
{
	struct told told = sheet_asked("Chart");
	cr_expect_str_eq(told.fault.code, "not_a_worksheet");
	told_free(&told);
}

Test(xlsx_sheets, a_workbook_that_hides_everything_is_refused)
{
	struct book book = {.sheet = ROWS("a"),
			    .workbook = "<workbook><sheets><sheet name='A' state='veryHidden' "
					"id='rId1'/></sheets></workbook>"};
	book_is_refused(&book, "no_such_sheet");
}

Test(xlsx_sheets, the_only_sheet_is_said_to_be_it)
{
	struct told told = book_read(&(struct book){.sheet = ROWS("a")}, NULL);
	cr_expect_str_eq(told.report.sheet, "Results");
	cr_expect_str_eq(told.report.sheet_known.why, "the only sheet");
	told_free(&told);
}

Test(xlsx_sheets, the_strict_form_with_prefixes_reads_alike)
{
	static const char strict[] =
		"<x:worksheet xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'>"
		"<x:sheetData><x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>a</x:t></x:is>"
		"</x:c></x:row></x:sheetData></x:worksheet>";
	struct book book = {
		.sheet = strict,
		.rels = "<Relationships><Relationship Id='1' Type='http://purl.oclc.org/ooxml/"
			"officeDocument/relationships/officeDocument' "
			"Target='/xl/workbook.xml'/></Relationships>"};
	struct told told = book_read(&book, NULL);
	cr_expect_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"a\"\n");
	told_free(&told);
}

Test(xlsx_sheets, a_sheet_without_a_value_is_an_empty_table)
{
	book_is_refused(&(struct book){.sheet = sheet_of("")}, "empty_table");
	book_is_refused(&(struct book){.sheet = sheet_of("<row r='7'><c r='A7' s='1'/></row>")},
			"empty_table");
}

Test(xlsx_sheets, a_part_that_is_missing_is_named)
{
	struct told told = book_read(&(struct book){0}, NULL);
	cr_expect_str_eq(told.fault.code, "not_an_xlsx");
	cr_expect_not_null(strstr(told.fault.expected, "xl/worksheets/sheet1.xml"));
	told_free(&told);
}

Test(xlsx_sheets, a_workbook_without_sheets_is_none)
{
	book_is_refused(&(struct book){.sheet = ROWS("a"), .workbook = "<workbook/>"},
			"not_an_xlsx");
	book_is_refused(&(struct book){.sheet = ROWS("a"), .rels = "<Relationships/>"},
			"not_an_xlsx");
}

Test(xlsx_sheets, the_report_is_json)
{
	struct told told = sheet_asked("");
	struct buf text;
	buf_init(&text, 10000);
	struct json_out j = json_out_on(&text);
	table_report_json(&told.report, &j);
	buf_add_byte(&text, '\0');
	cr_expect_str_eq(text.at, "{\"format\":\"xlsx\",\"sheet\":{\"is\":\"2\",\"by\":\"assumed\","
				  "\"because\":\"the first of 4 sheets that is a visible table\"},"
				  "\"sheets\":[\"Chart\",\"Data\",\"2\",\"Final\"],\"rows\":0,"
				  "\"columns\":1,\"notes\":[]}");
	buf_fini(&text);
	told_free(&told);
}
