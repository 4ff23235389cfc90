#include <criterion/criterion.h>

#include "base/slice.h"

Test(slice, a_shorter_slice_comes_before_a_longer_one_that_begins_with_it)
{
	cr_assert(slice_compare(SLICE("C1"), SLICE("C10")) < 0);
	cr_assert(slice_compare(SLICE("C10"), SLICE("C1")) > 0);
	cr_assert(slice_compare(SLICE("C1"), SLICE("C1")) == 0);
}

Test(slice, bytes_above_127_come_after_ascii)
{
	cr_assert(slice_compare(SLICE("z"), SLICE("\xC3\xA5")) < 0);
}

Test(slice, parts_end_where_the_separator_stands_and_the_last_may_be_empty)
{
	struct slice rest = SLICE("a,b,"), part;
	cr_assert(slice_next_part(&rest, ',', &part) && slice_is(part, "a"));
	cr_assert(slice_next_part(&rest, ',', &part) && slice_is(part, "b"));
	cr_assert(slice_next_part(&rest, ',', &part) && part.len == 0);
	cr_assert_not(slice_next_part(&rest, ',', &part));
}

Test(slice, the_smallest_and_the_largest_int64_are_numbers_and_one_beyond_is_not)
{
	int64_t n;
	cr_assert(slice_to_int64(SLICE("-9223372036854775808"), &n) && n == INT64_MIN);
	cr_assert(slice_to_int64(SLICE("9223372036854775807"), &n) && n == INT64_MAX);
	cr_assert_not(slice_to_int64(SLICE("9223372036854775808"), &n));
	cr_assert_not(slice_to_int64(SLICE("-9223372036854775809"), &n));
}

Test(slice, only_digits_with_an_optional_minus_are_a_number)
{
	const char *no[] = {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "١"};
	int64_t n;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		cr_assert_not(slice_to_int64(slice_of(no[i]), &n), "%s", no[i]);
}

/* Unicode 15, table 3-7: the first and last sequence of every row, and what lies just outside. */
Test(slice, exactly_the_well_formed_sequences_are_utf8)
{
	const char *yes[] = {"",
			     "\x7F",
			     "\xC2\x80",
			     "\xDF\xBF",
			     "\xE0\xA0\x80",
			     "\xED\x9F\xBF",
			     "\xEE\x80\x80",
			     "\xEF\xBF\xBF",
			     "\xF0\x90\x80\x80",
			     "\xF4\x8F\xBF\xBF"};
	const char *no[] = {"\x80",
			    "\xC0\x80",
			    "\xC1\xBF",
			    "\xE0\x9F\xBF",
			    "\xED\xA0\x80",
			    "\xED\xBF\xBF",
			    "\xF0\x8F\xBF\xBF",
			    "\xF4\x90\x80\x80",
			    "\xF5\x80\x80\x80",
			    "\xC2",
			    "\xE0\xA0",
			    "\xF0\x90\x80",
			    "\xC2\x41"};
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		cr_assert(slice_is_utf8(slice_of(yes[i])), "yes %zu", i);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		cr_assert_not(slice_is_utf8(slice_of(no[i])), "no %zu", i);
}

Test(slice, text_is_utf8_without_control_bytes)
{
	cr_expect(slice_is_text(SLICE_NONE));
	cr_expect(slice_is_text(SLICE("Gr\xc3\xb8nn, 5 %")));
	cr_expect_not(slice_is_text(SLICE("\xff")));
	cr_expect_not(slice_is_text(SLICE("a\tb")));
	cr_expect_not(slice_is_text(SLICE("a\x7f")));
	cr_expect_not(slice_is_text((struct slice){"a\0b", 3}));
}
