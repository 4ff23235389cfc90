#include "tabular/formats.h"

#include <criterion/criterion.h>

static const struct csv_options declared = {
	.decimal = ',', .header_rows = 3, .dates = DATES_MONTH_FIRST};

static const struct table_format *given_format(const char *word)
{
	const struct table_format *format = table_format_of_word(slice_of(word));
	cr_assert_not_null(format);
	return format;
}

Test(formats, a_workbook_without_fractions_is_read_as_declared)
{
	static const struct table_report report;
	struct csv_options csv = table_csv_options(given_format("xlsx"), &declared, &report);
	cr_expect_eq(csv.delimiter, ',');
	cr_expect_eq(csv.decimal, ',');
	cr_expect_not(csv.decimal_stored);
	cr_expect_eq(csv.header_rows, 3);
	cr_expect_eq(csv.dates, DATES_MONTH_FIRST);
}

Test(formats, numbers_of_a_workbook_win_over_what_is_declared)
{
	static const struct table_report report = {.decimal = '.'};
	struct csv_options csv = table_csv_options(given_format("xlsx"), &declared, &report);
	cr_expect_eq(csv.decimal, '.');
	cr_expect(csv.decimal_stored);
	cr_expect_eq(csv.header_rows, 3);
}

Test(formats, of_a_file_that_describes_itself_nothing_is_found_out)
{
	static const char *const words[] = {"sav", "triple_s"};
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		static const struct table_report report;
		struct csv_options csv = table_csv_options(given_format(words[i]), &declared,
							   &report);
		cr_expect_eq(csv.decimal, '.');
		cr_expect(csv.decimal_stored);
		cr_expect_eq(csv.header_rows, 1);
		cr_expect_eq(csv.dates, DATES_UNKNOWN);
	}
}

Test(formats, stored_numbers_are_what_the_file_says_itself)
{
	struct csv_options csv = {.decimal = '.', .decimal_stored = true, .delimiter = ','};
	struct decoder *d = decoder_new_csv(&csv);
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	struct buf json;
	arena_init(&arena, DECODE_RECORD_BYTES);
	buf_init(&json, 4096);
	decoder_feed(d, SLICE("a,b\n1,2\n"));
	decoder_finish(d);
	enum decoded got = decoder_next(d, &arena, &record, &fault);
	cr_assert(got == DECODE_MORE || got == DECODE_RECORD);
	struct json_out j = json_out_on(&json);
	csv_reading_json(decoder_reading(d), &j);
	buf_add_byte(&json, '\0');
	cr_expect_not_null(strstr(json.at, "\"decimal\":{\"is\":\"point\",\"by\":\"marked\","));
	buf_fini(&json);
	arena_fini(&arena);
	decoder_free(d);
}
