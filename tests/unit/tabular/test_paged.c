#include "tabular/paged.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "book.h"
#include "tabular/xlsx_strings.h"

static struct slice number_as_bytes(const uint64_t *number)
{
	return (struct slice){(const char *)number, sizeof(*number)};
}

/** 8 KiB of memory for 200 KB, in pieces that straddle pages. */
static void given_many(struct paged *p, uint64_t count)
{
	paged_init(p, 8192, UINT64_MAX, NULL);
	cr_assert_eq(paged_add(p, SLICE("abc")), OK);
	for (uint64_t i = 0; i < count; i++)
		cr_assert_eq(paged_add(p, number_as_bytes(&i)), OK);
}

Test(paged, what_does_not_fit_is_read_back_from_anywhere)
{
	enum { COUNT = 25000, STEP = 7919 };
	struct paged p;
	uint64_t got, i = 0;
	given_many(&p, COUNT);
	cr_expect_geq(p.file, 0);
	for (int n = 0; n < COUNT; n++, i = (i + STEP) % COUNT) {
		cr_assert_eq(paged_read(&p, 3 + 8 * i, (char *)&got, sizeof(got)), OK);
		cr_assert_eq(got, i);
	}
	paged_fini(&p);
}

Test(paged, what_was_read_between_is_still_added_at_the_end)
{
	struct paged p;
	uint64_t got;
	given_many(&p, 5000);
	for (uint64_t i = 5000; i < 6000; i++) {
		cr_assert_eq(paged_read(&p, 3 + 8 * (i - 5000), (char *)&got, sizeof(got)), OK);
		cr_assert_eq(got, i - 5000);
		cr_assert_eq(paged_add(&p, number_as_bytes(&i)), OK);
	}
	for (uint64_t i = 0; i < 6000; i++) {
		cr_assert_eq(paged_read(&p, 3 + 8 * i, (char *)&got, sizeof(got)), OK);
		cr_assert_eq(got, i);
	}
	paged_fini(&p);
}

Test(paged, what_fits_needs_no_file)
{
	struct paged p;
	char got[4] = "";
	paged_init(&p, 1 << 20, UINT64_MAX, "/there/is/no/such/folder");
	cr_assert_eq(paged_add(&p, SLICE("abcd")), OK);
	cr_assert_eq(paged_read(&p, 1, got, 3), OK);
	cr_expect_str_eq(got, "bcd");
	cr_expect_lt(p.file, 0);
	paged_fini(&p);
}

Test(paged, a_folder_that_is_not_there_is_told_when_it_is_needed)
{
	struct paged p;
	enum status st = OK;
	paged_init(&p, 4096, UINT64_MAX, "/there/is/no/such/folder");
	for (int i = 0; st == OK && i < 4096; i++)
		st = paged_add(&p, SLICE("abcd"));
	cr_expect_eq(st, E_INTERNAL);
	paged_fini(&p);
}

Test(paged, its_limit_is_a_limit)
{
	struct paged p;
	paged_init(&p, 4096, 5, NULL);
	cr_expect_eq(paged_add(&p, SLICE("abcd")), OK);
	cr_expect_eq(paged_add(&p, SLICE("ef")), E_LIMIT);
	cr_expect_eq(paged_add(&p, SLICE("e")), OK);
	paged_fini(&p);
}

Test(xlsx_strings, strings_are_found_by_number_whether_in_memory_or_not)
{
	static const size_t memory[] = {32768, 1 << 20};
	for (size_t m = 0; m < COUNT_OF(memory); m++) {
		struct xlsx_strings s;
		struct buf text;
		char expected[40];
		buf_init(&text, 1000);
		xlsx_strings_init(&s, memory[m], UINT64_MAX, NULL);
		cr_assert_eq(xlsx_strings_add(&s, SLICE("")), OK);
		for (int i = 1; i < 20000; i++) {
			snprintf(expected, sizeof(expected), "text %d", i * i);
			cr_assert_eq(xlsx_strings_add(&s, slice_of(expected)), OK);
		}
		for (int i = 19999; i > 0; i -= 3) {
			snprintf(expected, sizeof(expected), "text %d", i * i);
			buf_clear(&text);
			cr_assert_eq(xlsx_strings_get(&s, (uint64_t)i, &text), OK);
			cr_assert(slice_is(buf_slice(&text), expected));
		}
		buf_clear(&text);
		cr_expect_eq(xlsx_strings_get(&s, 0, &text), OK);
		cr_expect_eq(text.len, 0);
		cr_expect_eq(s.text.file >= 0, m == 0);
		buf_fini(&text);
		xlsx_strings_fini(&s);
	}
}

Test(xlsx_strings, a_workbook_with_more_texts_than_memory_reads_alike)
{
	enum { COUNT = 3000 };
	struct buf strings, rows;
	struct table_options little = {.limits = TABLE_LIMITS};
	buf_init(&strings, 1 << 20);
	buf_init(&rows, 1 << 20);
	buf_add_text(&strings, "<sst>");
	for (int i = 0; i < COUNT; i++) {
		buf_print(&strings, "<si><t>a text of some length: say %d</t></si>", i);
		buf_print(&rows, "<row><c t='s'><v>%d</v></c></row>", i * 1009 % COUNT);
	}
	buf_add_text(&strings, "</sst>");
	buf_add_byte(&strings, '\0');
	buf_add_byte(&rows, '\0');
	struct book book = {.sheet = sheet_of(rows.at), .strings = strings.at};
	struct told plain = book_read(&book, NULL);
	little.limits.memory_bytes = 16384;
	struct told small = book_read(&book, &little);
	cr_assert_eq(plain.status, OK);
	cr_assert_eq(small.status, OK);
	cr_expect_str_eq(small.csv, plain.csv);
	cr_expect_not_null(strstr(plain.csv, "\na text of some length: say 2018\n"));
	told_free(&plain);
	told_free(&small);
	buf_fini(&strings);
	buf_fini(&rows);
}
