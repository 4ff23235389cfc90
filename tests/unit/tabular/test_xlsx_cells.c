#include "book.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define HEADER "<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c></row>"

Test(xlsx_cells, shared_inline_and_computed_texts_read_alike)
{
	rows_with_read_as("<row r='1'><c r='A1' t='s'><v>1</v></c>"
			  "<c r='B1' t='inlineStr'><is><t>b</t></is></c>"
			  "<c r='C1' t='str'><f>\"c\"</f><v>c</v></c></row>",
			  "<si><t>zero</t></si><si><t>a</t></si>", NULL, "\"a\",b,c\n");
}

Test(xlsx_cells, truth_and_errors_are_words)
{
	rows_read_as("<row><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c>"
		     "<c t='e'><v>#REF!</v></c></row>",
		     "\"TRUE\",FALSE,#N/A,#REF!\n");
}

Test(xlsx_cells, an_error_is_noted_with_its_place)
{
	struct told told = book_read(
		&(struct book){
			.sheet = sheet_of(HEADER
					  "<row r='4'><c r='B4' t='e'><v>#DIV/0!</v></c></row>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"a\",\n\n\n,#DIV/0!\n");
	cr_assert_eq(told.report.notes, 1);
	cr_expect_not_null(strstr(told.report.note[0], "the first in row 3, column 2"));
	told_free(&told);
}

Test(xlsx_cells, a_number_has_the_digits_that_were_typed)
{
	rows_read_as("<row><c><v>73.90000000000001</v></c><c><v>4</v></c><c t='n'><v>82.5</v></c>"
		     "<c><v>4.0</v></c><c><v>-0.10000000000000001</v></c>"
		     "<c><v>1.2345678901234E-2</v></c><c><v>0.5</v></c><c><v>1E5</v></c>"
		     "<c><v> 7 </v></c></row>",
		     "\"73.9\",4,82.5,4,-0.1,0.012345678901234,0.5,100000,7\n");
}

Test(xlsx_cells, no_digit_of_a_whole_number_is_lost)
{
	rows_read_as("<row><c><v>12345678901234567</v></c><c><v>0</v></c><c><v>120</v></c></row>",
		     "\"12345678901234567\",0,120\n");
}

Test(xlsx_cells, what_is_no_number_stays_as_it_is)
{
	rows_read_as("<row><c><v>NaN</v></c><c><v>1,5</v></c><c><v>--</v></c><c><v>1e</v></c>"
		     "<c><v>.</v></c></row>",
		     "\"NaN\",\"1,5\",--,1e,.\n");
}

Test(xlsx_cells, a_format_of_zeros_pads_an_id)
{
	rows_with_read_as("<row><c s='1'><v>123</v></c><c s='1'><v>123456</v></c>"
			  "<c s='1'><v>1.5</v></c><c s='0'><v>123</v></c></row>",
			  NULL,
			  "<numFmts><numFmt numFmtId='164' formatCode='00000'/></numFmts>"
			  "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs>",
			  "\"00123\",123456,1.5,123\n");
}

Test(xlsx_cells, rich_text_is_joined_and_phonetic_guides_are_not)
{
	rows_with_read_as("<row><c t='s'><v>0</v></c></row>",
			  "<si><r><rPr><b/></rPr><t>Sehr </t></r><r><t xml:space='preserve'>gut "
			  "</t></r><r><t>!</t></r><rPh sb='0' eb='1'><t>ゼーア</t></rPh>"
			  "<phoneticPr fontId='1'/></si>",
			  NULL, "\"Sehr gut !\"\n");
}

/* gnumeric means them, too, but does not write xml:space. */
Test(xlsx_cells, blanks_around_a_text_stay)
{
	rows_read_as("<row><c t='inlineStr'><is><t xml:space='preserve'> a </t></is></c>"
		     "<c t='inlineStr'><is><t> b </t></is></c></row>",
		     "\" a \", b \n");
}

Test(xlsx_cells, escaped_characters_are_themselves)
{
	rows_read_as("<row><c t='inlineStr'><is><t>a_x000D_\nb</t></is></c>"
		     "<c t='str'><v>_x005F_x0041_</v></c>"
		     "<c t='str'><v>_xD83D__xDE00_ _x00e9_</v></c></row>",
		     "\"a\r\nb\",_x0041_,\xF0\x9F\x98\x80 \xC3\xA9\n");
}

Test(xlsx_cells, half_an_escape_is_text)
{
	rows_read_as("<row><c t='str'><v>_xD83D_ _xDE00_ _x12_ _x00G0_ _x0041 _</v></c></row>",
		     "\"_xD83D_ _xDE00_ _x12_ _x00G0_ _x0041 _\"\n");
}

Test(xlsx_cells, a_quote_a_comma_and_a_newline_stay_in_their_cell)
{
	rows_read_as("<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row>"
		     "<row><c t='str'><v>1,2</v></c><c t='str'><v>say \"x\"&#10;y</v></c></row>",
		     "\"a\",b\n\"1,2\",\"say \"\"x\"\"\ny\"\n");
}

Test(xlsx_cells, cells_that_are_not_there_are_empty)
{
	rows_read_as("<row r='1'><c r='A1' t='str'><v>a</v></c><c r='C1' t='str'><v>c</v></c></row>"
		     "<row r='2'><c r='B2'><v>2</v></c></row>"
		     "<row r='3'><c r='C3'><v>3</v></c></row>",
		     "\"a\",,c\n,2,\n,,3\n");
}

Test(xlsx_cells, cells_and_rows_without_a_place_stand_behind_the_one_before)
{
	rows_read_as("<row><c t='str'><v>a</v></c><c r='C1' t='str'><v>c</v></c>"
		     "<c t='str'><v>d</v></c></row><row r='3'><c><v>1</v></c></row>"
		     "<row><c r='B4'><v>2</v></c></row>",
		     "\"a\",,c,d\n\n1,,,\n,2,,\n");
}

Test(xlsx_cells, empty_rows_count_but_for_the_last)
{
	struct told told = book_read(
		&(struct book){.sheet = sheet_of(
				       HEADER "<row r='2'/><row r='4'><c r='A4'><v>1</v></c></row>"
					      "<row r='5'><c r='A5' s='1'/></row><row r='900'/>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"a\"\n\n\n1\n");
	cr_expect_eq(told.report.rows, 3);
	told_free(&told);
}

Test(xlsx_cells, the_header_is_the_first_row_that_holds_something)
{
	struct told told = book_read(
		&(struct book){.sheet = sheet_of("<row r='3'><c r='B3' t='str'><v>a</v></c></row>"
						 "<row r='5'><c r='B5'><v>1</v></c></row>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, ",a\n\n,1\n");
	cr_expect_eq(told.report.header_row, 3);
	cr_expect_eq(told.report.rows, 2);
	cr_assert_eq(told.report.notes, 1);
	cr_expect_not_null(strstr(told.report.note[0], "in row 3 of the sheet"));
	told_free(&told);
}

Test(xlsx_cells, the_table_is_as_wide_as_its_header_rows)
{
	rows_read_as("<row><c t='str'><v>Q1</v></c></row><row><c t='str'><v>x</v></c>"
		     "<c t='str'><v>y</v></c></row><row><c><v>1</v></c></row>",
		     "\"Q1\",\nx,y\n1,\n");
}

Test(xlsx_cells, a_value_far_to_the_right_makes_its_row_too_long)
{
	struct buf rows;
	buf_init(&rows, 10000);
	for (int i = 1; i <= 6; i++)
		buf_print(&rows, "<row r='%d'><c r='A%d'><v>%d</v></c></row>", i, i, i);
	buf_add_text(&rows, "<row r='7'><c r='A7'><v>7</v></c><c r='XFD7'><v>1</v></c></row>");
	buf_add_byte(&rows, '\0');
	struct told told = book_read(&(struct book){.sheet = sheet_of(rows.at)}, NULL);
	cr_assert_eq(told.status, OK);
	size_t commas = 0;
	for (const char *at = strrchr(told.csv, '7'); *at != '\0'; at++)
		commas += *at == ',';
	cr_expect_eq(commas, DECODE_FIELDS);
	told_free(&told);
	buf_fini(&rows);
}

Test(xlsx_cells, a_header_of_too_many_columns_is_refused)
{
	rows_are_refused("<row r='1'><c r='A1'><v>1</v></c><c r='SS1'><v>2</v></c></row>",
			 "too_many_columns", 0);
}

Test(xlsx_cells, the_last_column_that_may_be_is_read)
{
	struct told told = book_read(
		&(struct book){.sheet = sheet_of("<row r='1'><c r='SR1'><v>2</v></c></row>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_eq(told.report.columns, 512);
	told_free(&told);
}

Test(xlsx_cells, rows_and_cells_must_ascend)
{
	rows_are_refused("<row r='2'><c t='str'><v>a</v></c></row><row r='2'/>",
			 "rows_out_of_order", 0);
	rows_are_refused(HEADER "<row r='5'><c><v>1</v></c></row><row r='4'/>", "rows_out_of_order",
			 4);
	rows_are_refused("<row r='1'><c r='B1'/><c r='A1'/></row>", "cells_out_of_order", 0);
	rows_are_refused("<row r='1'><c r='B1'/><c r='B1'/></row>", "cells_out_of_order", 0);
	rows_are_refused("<row r='1'><c r='B2'/></row>", "cells_out_of_order", 0);
}

Test(xlsx_cells, places_that_are_none_are_refused)
{
	static const char *const rows[] = {"<row r='x'/>",
					   "<row r='-1'/>",
					   "<row><c r='7'/></row>",
					   "<row><c r='A'/></row>",
					   "<row><c r='AAAA1'/></row>",
					   "<row><c r='a1'/></row>",
					   "<row><c r=''/></row>"};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		rows_are_refused(rows[i], "bad_cell", 0);
	rows_are_refused("<row r='0'/>", "rows_out_of_order", 0);
}

Test(xlsx_cells, a_formula_gives_its_stored_result)
{
	rows_read_as("<row><c t='str'><f>A2</f><v>a</v></c></row><row><c><f>1+1</f><v>2</v></c>"
		     "</row>",
		     "\"a\"\n2\n");
}

Test(xlsx_cells, a_formula_without_a_result_is_empty_and_noted)
{
	struct told told = book_read(
		&(struct book){.sheet = sheet_of(
				       HEADER
				       "<row><c><f>1+1</f></c></row><row><c><f>2</f><v/></c></row>"
				       "<row><c t='str'><f>\"\"</f><v></v></c></row>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"a\"\n");
	cr_assert_eq(told.report.notes, 1);
	cr_expect_not_null(strstr(told.report.note[0], "2 formulas have no stored result"));
	cr_expect_not_null(strstr(told.report.note[0], "row 1, column 1"));
	told_free(&told);
}

Test(xlsx_cells, merged_ranges_and_hidden_rows_are_noted)
{
	static const char sheet[] =
		"<worksheet><sheetData><row><c t='str'><v>a</v></c></row>"
		"<row hidden='1'><c><v>1</v></c></row><row hidden='0'/></sheetData>"
		"<mergeCells count='2'><mergeCell ref='A1:B1'/><mergeCell ref='A2:A3'/>"
		"</mergeCells></worksheet>";
	struct told told = book_read(&(struct book){.sheet = sheet}, NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_str_eq(told.csv, "\"a\"\n1\n");
	cr_assert_eq(told.report.notes, 2);
	cr_expect_not_null(strstr(told.report.note[0], "2 merged ranges"));
	cr_expect_not_null(strstr(told.report.note[1], "1 hidden rows"));
	told_free(&told);
}

Test(xlsx_cells, elements_of_others_are_passed_over)
{
	rows_read_as("<row><c t='str'><v>a</v><extLst><ext><v>no</v></ext></extLst></c>"
		     "<extLst><c t='str'><v>no</v></c></extLst></row>",
		     "\"a\"\n");
}

Test(xlsx_cells, a_number_of_a_string_that_is_not_there_is_refused)
{
	rows_are_refused("<row><c t='s'><v>0</v></c></row>", "no_such_string", 0);
	rows_are_refused(HEADER "<row><c t='s'><v>-1</v></c></row>", "no_such_string", 1);
	rows_are_refused(HEADER "<row/><row><c t='s'><v></v></c></row>", "no_such_string", 2);
}

Test(xlsx_cells, only_numbers_with_a_fraction_tell_the_decimal_mark)
{
	static const struct {
		const char *rows;
		char decimal;
	} cases[] = {
		{"<row><c t='str'><v>6,2</v></c><c><v>4</v></c></row>", 0},
		{"<row><c><v>6.25</v></c></row>", '.'},
		{"<row><c><v>6.20000000000001E-1</v></c></row>", '.'},
		{"<row><c t='str'><v>6.2</v></c></row>", 0},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct told told = book_read(&(struct book){.sheet = sheet_of(cases[i].rows)},
					     NULL);
		cr_expect_eq(told.status, OK);
		cr_expect_eq(told.report.decimal, cases[i].decimal);
		told_free(&told);
	}
}
