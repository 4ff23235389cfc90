#include "tabular/table_csv.h"

#include <criterion/criterion.h>
#include <math.h>

/** What is written, given back as text; the file is closed. */
struct written {
	FILE *file;
	char *text;
	size_t len;
	struct table_csv out;
	struct decode_fault fault;
};

static void given_output(struct written *w, uint64_t limit_bytes)
{
	w->file = open_memstream(&w->text, &w->len);
	cr_assert_not_null(w->file);
	table_csv_init(&w->out, w->file, limit_bytes);
}

static void is_written(struct written *w, const char *expected)
{
	cr_assert_eq(table_csv_finish(&w->out, &w->fault), OK);
	table_csv_fini(&w->out);
	fclose(w->file);
	cr_expect_str_eq(w->text, expected);
	free(w->text);
}

static void row_of(struct written *w, const char *a, const char *b)
{
	table_csv_text(&w->out, slice_of(a));
	table_csv_text(&w->out, slice_of(b));
	cr_assert_eq(table_csv_end_row(&w->out, &w->fault), OK);
}

Test(table_csv, what_would_end_a_field_is_quoted)
{
	struct written w;
	given_output(&w, 1000);
	row_of(&w, "id", "text");
	row_of(&w, "a,b", "say \"yes\"");
	row_of(&w, "two\nlines", "cr\rhere");
	is_written(&w, "\"id\",text\n\"a,b\",\"say \"\"yes\"\"\"\n\"two\nlines\",\"cr\rhere\"\n");
}

Test(table_csv, the_first_name_cannot_be_taken_for_a_mark)
{
	struct written w;
	given_output(&w, 1000);
	row_of(&w, "sep=;", "b");
	is_written(&w, "\"sep=;\",b\n");
}

Test(table_csv, a_row_without_a_value_is_an_empty_line)
{
	struct written w;
	given_output(&w, 1000);
	row_of(&w, "a", "b");
	row_of(&w, "", "");
	row_of(&w, "", "1");
	is_written(&w, "\"a\",b\n\n,1\n");
}

Test(table_csv, a_number_has_the_digits_that_its_writer_meant)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{73.90000000000001, "73.9"},
		{0.1 + 0.2, "0.3"},
		{4, "4"},
		{-4.5, "-4.5"},
		{0, "0"},
		{-0.0, "0"},
		{1200, "1200"},
		{1e15, "1000000000000000"},
		{123456789012345678.0, "123456789012346000"},
		{0.001, "0.001"},
		{1.0 / 3, "0.333333333333333"},
		{-0.00001, "-0.00001"},
		{1e21, "1e21"},
		{1.5e-300, "1.5e-300"},
		{9.99999999999999999, "10"},
		{NAN, ""},
		{INFINITY, ""},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf text;
		buf_init(&text, 100);
		table_csv_print_number(&text, cases[i].number);
		buf_add_byte(&text, '\0');
		cr_expect_str_eq(text.at, cases[i].text);
		buf_fini(&text);
	}
}

Test(table_csv, truth_is_in_capitals_and_what_is_missing_is_empty)
{
	struct written w;
	given_output(&w, 1000);
	table_csv_bool(&w.out, true);
	table_csv_bool(&w.out, false);
	table_csv_empty(&w.out);
	table_csv_number(&w.out, NAN);
	table_csv_number(&w.out, 82.5);
	cr_assert_eq(table_csv_end_row(&w.out, &w.fault), OK);
	is_written(&w, "\"TRUE\",FALSE,,,82.5\n");
}

Test(table_csv, a_row_may_be_as_long_as_the_decoder_takes_and_no_longer)
{
	static char text[DECODE_RECORD_BYTES + 1];
	struct written w;
	given_output(&w, UINT64_MAX);
	memset(text, 'x', sizeof(text));
	row_of(&w, "a", "b");
	table_csv_text(&w.out, (struct slice){text, DECODE_RECORD_BYTES});
	cr_expect_eq(table_csv_end_row(&w.out, &w.fault), OK);
	table_csv_text(&w.out, (struct slice){text, DECODE_RECORD_BYTES + 1});
	cr_expect_eq(table_csv_end_row(&w.out, &w.fault), E_LIMIT);
	cr_expect_str_eq(w.fault.code, "record_too_long");
	cr_expect_eq(w.fault.row, 2);
	table_csv_fini(&w.out);
	fclose(w.file);
	free(w.text);
}

Test(table_csv, more_text_than_the_limit_is_refused)
{
	struct written w;
	given_output(&w, 10);
	row_of(&w, "a", "b");
	table_csv_text(&w.out, SLICE("12345"));
	cr_expect_eq(table_csv_end_row(&w.out, &w.fault), E_LIMIT);
	cr_expect_str_eq(w.fault.code, "too_big_unpacked");
	table_csv_fini(&w.out);
	fclose(w.file);
	free(w.text);
}

Test(table_csv, a_full_disk_is_told)
{
	struct table_csv out;
	struct decode_fault fault;
	FILE *full = fopen("/dev/full", "w");
	if (full == NULL)
		cr_skip_test("no /dev/full here");
	table_csv_init(&out, full, 1000);
	table_csv_text(&out, SLICE("a"));
	cr_assert_eq(table_csv_end_row(&out, &fault), OK);
	cr_expect_eq(table_csv_finish(&out, &fault), E_INTERNAL);
	cr_expect_str_eq(fault.code, "disk_failed");
	table_csv_fini(&out);
	fclose(full);
}
