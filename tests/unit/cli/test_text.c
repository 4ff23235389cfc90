#include <criterion/criterion.h>

#include "cli/width.h"

static void expect(struct buf *made, const char *wanted)
{
	buf_add_byte(made, '\0');
	cr_expect_str_eq(made->at, wanted);
	buf_fini(made);
}

static void expect_safe(struct slice text, enum text_set set, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	text_add_safe(&made, text, set);
	expect(&made, wanted);
}

static void expect_cell(const char *text, size_t width, enum text_side side, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	text_add_cell(&made, slice_of(text), width, side, TEXT_UTF8);
	expect(&made, wanted);
}

Test(width, a_hangul_syllable_takes_two_columns)
{
	cr_expect_eq(text_width(SLICE("오아시스")), 8);
}

Test(width, a_combining_mark_takes_no_column)
{
	cr_expect_eq(text_width(SLICE("e\u0301t\u00e9")), 3);
}

Test(width, an_escape_sequence_does_not_reach_the_terminal)
{
	expect_safe(SLICE("a\x1b[2Jb"), TEXT_UTF8, "a\uFFFD[2Jb");
}

Test(width, a_line_break_in_a_name_makes_no_second_line)
{
	expect_safe(SLICE("a\nb\r\tc\x7f"), TEXT_UTF8, "a\uFFFDb\uFFFD\uFFFDc\uFFFD");
}

Test(width, an_eight_bit_control_is_replaced)
{
	expect_safe(SLICE("a\xc2\x9b"
			  "2J"),
		    TEXT_UTF8, "a\uFFFD2J");
}

Test(width, a_bidirectional_override_is_replaced)
{
	expect_safe(SLICE("a\u202eb\u2066c"), TEXT_UTF8, "a\uFFFDb\uFFFDc");
}

Test(width, a_byte_that_is_not_utf8_is_replaced)
{
	expect_safe(SLICE("a\xff\xfe"), TEXT_UTF8, "a\uFFFD\uFFFD");
}

Test(width, an_ascii_terminal_gets_only_ascii)
{
	expect_safe(SLICE("Bl\u00e5 오"), TEXT_ASCII, "Bl? ?");
}

Test(width, a_cut_never_takes_half_a_hangul_syllable)
{
	expect_cell("오아시스", 6, TEXT_LEFT, "오아\u2026 ");
}

Test(width, a_cut_keeps_a_mark_with_its_letter)
{
	expect_cell("ae\u0301bcd", 3, TEXT_LEFT, "ae\u0301\u2026");
}

Test(width, a_right_sided_cell_is_padded_in_front)
{
	expect_cell("오", 5, TEXT_RIGHT, "   오");
}
