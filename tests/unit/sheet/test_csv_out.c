/** CSV files as they are written: dialects, formulas made harmless and given back. */
#include <criterion/criterion.h>

#include "sheet/csv_out.h"

static const struct csv_form plain = {0}, kept = {.formulas_kept = true},
			     norwegian = {.dialect = CSV_EXCEL_NB};

static char *cell_of(const struct csv_form *form, const char *text)
{
	struct buf to;
	buf_init(&to, 1000);
	struct csv_out c = csv_out_as(&to, form);
	csv_text(&c, slice_of(text));
	buf_add_byte(&to, '\0');
	return to.at;
}

static void expect_cell(const struct csv_form *form, const char *text, const char *cell)
{
	char *is = cell_of(form, text);
	cr_expect_str_eq(is, cell);
	memory_free(is);
}

Test(csv_out, text_in_a_spreadsheet_is_never_a_formula)
{
	static const char *const cells[][2] = {
		{"=1+1", "\"'=1+1\""},
		{"+7", "\"'+7\""},
		{"-7", "\"'-7\""},
		{"@SUM", "\"'@SUM\""},
		{"\tx", "\"'\tx\""},
		{"\rx", "\"'\rx\""},
		{"a=b", "a=b"},
		{"a,b", "\"a,b\""},
		{"a\"b", "\"a\"\"b\""},
		{"a\nb", "\"a\nb\""},
		{"", ""},
		{"=\"", "\"'=\"\"\""},
		{"'=1", "\"''=1\""},
		{"'a", "'a"},
	};
	for (size_t i = 0; i < COUNT_OF(cells); i++)
		expect_cell(&plain, cells[i][0], cells[i][1]);
}

Test(csv_out, a_kept_formula_stands_as_it_is)
{
	expect_cell(&kept, "=1+1", "=1+1");
	expect_cell(&kept, "-7", "-7");
}

Test(csv_out, an_apostrophe_that_would_be_taken_away_is_kept_by_another)
{
	expect_cell(&kept, "'=1", "\"''=1\"");
	expect_cell(&kept, "'tis", "'tis");
}

Test(csv_out, what_is_written_is_read_again)
{
	static const char *const texts[] = {"",	  "=1",	  "'=1",  "''=1", "'",	 "''",	 "-",
					    "'-", "'+a'", "it's", "@",	  "a=b", "'a=b", "\t"};
	static const struct csv_form *const forms[] = {&plain, &kept};
	for (size_t f = 0; f < COUNT_OF(forms); f++) {
		for (size_t i = 0; i < COUNT_OF(texts); i++) {
			char *cell = cell_of(forms[f], texts[i]);
			struct slice read = slice_of(cell);
			if (cell[0] == '"')
				read = (struct slice){cell + 1, read.len - 2};
			read = csv_unguarded(read);
			cr_expect(slice_is(read, texts[i]), "%s came back as %.*s", texts[i],
				  SLICE_ARGS(read));
			memory_free(cell);
		}
	}
}

Test(csv_out, text_that_could_be_a_fraction_is_in_quotes)
{
	expect_cell(&plain, "1.5", "\"1.5\"");
	expect_cell(&plain, "C1.5", "C1.5");
	expect_cell(&plain, "15", "15");
	expect_cell(&plain, "1.5e-07", "\"1.5e-07\"");
	expect_cell(&plain, "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.5Z");
}

Test(csv_out, a_norwegian_excel_gets_semicolons_and_decimal_commas)
{
	struct buf to;
	buf_init(&to, 1000);
	struct csv_out c = csv_out_as(&to, &norwegian);
	csv_begin(&c);
	csv_text(&c, SLICE("a;b"));
	csv_text(&c, SLICE("a,b"));
	csv_double(&c, -82.5);
	csv_decimal(&c, SLICE("4.25"));
	csv_int(&c, -3);
	csv_empty(&c);
	csv_text(&c, SLICE("1.5"));
	csv_end_row(&c);
	cr_expect(slice_is(buf_slice(&to), "\xEF\xBB\xBF\"a;b\";a,b;-82,5;4,25;-3;;\"1.5\"\r\n"));
	buf_fini(&to);
}

/** A file with everything in it, in this form. */
static void write_file(struct csv_out *c)
{
	csv_begin(c);
	for (int row = 0; row < 3; row++) {
		csv_text(c, SLICE("=cmd|' /C calc'!A0"));
		csv_double(c, -1.25e-7);
		csv_text(c, SLICE("a\r\n\"b\";c,d"));
		csv_empty(c);
		csv_text(c, SLICE("12.50"));
		csv_text(c, SLICE("2020-01-01T00:00:00.5Z"));
		csv_double(c, 1.25e-7);
		csv_text(c, SLICE("'-5"));
		csv_int(c, -17);
		csv_double(c, 100.5);
		csv_text(c, SLICE("\""));
		csv_end_row(c);
	}
}

Test(csv_out, a_file_recast_is_the_file_written_so)
{
	static const struct csv_form *const forms[] = {&plain, &kept, &norwegian};
	struct buf first, wanted, recast;
	buf_init(&first, 10000);
	buf_init(&wanted, 10000);
	buf_init(&recast, 10000);
	struct csv_out c = csv_out_on(&first);
	write_file(&c);
	for (size_t f = 0; f < COUNT_OF(forms); f++) {
		buf_clear(&wanted);
		buf_clear(&recast);
		c = csv_out_as(&wanted, forms[f]);
		write_file(&c);
		csv_recast(buf_slice(&first), forms[f], &recast);
		cr_expect(slice_equal(buf_slice(&recast), buf_slice(&wanted)), "form %zu", f);
	}
	buf_fini(&first);
	buf_fini(&wanted);
	buf_fini(&recast);
}

Test(csv_out, a_dialect_has_one_of_two_names)
{
	enum csv_dialect dialect;
	cr_expect(csv_dialect_from(SLICE("excel-nb"), &dialect) && dialect == CSV_EXCEL_NB);
	cr_expect(csv_dialect_from(SLICE("rfc4180"), &dialect) && dialect == CSV_RFC4180);
	cr_expect_not(csv_dialect_from(SLICE("excel"), &dialect));
	cr_expect_not(csv_dialect_from(SLICE(""), &dialect));
}
