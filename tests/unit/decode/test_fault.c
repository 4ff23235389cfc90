#include <criterion/criterion.h>

#include "decode/fault.h"

static const char *shown(struct slice value)
{
	static struct decode_fault fault;
	fault_fill(&fault, 1, "not_json", SLICE_NONE, value);
	return fault.value;
}

Test(fault, a_value_is_shown_as_it_was_sent)
{
	cr_assert_str_eq(shown(SLICE("caf\xC3\xA9 \xEC\x9A\xB0 \xF0\x9F\x98\x80")),
			 "caf\xC3\xA9 \xEC\x9A\xB0 \xF0\x9F\x98\x80");
}

Test(fault, control_characters_show_as_question_marks)
{
	cr_assert_str_eq(shown(SLICE("a\0b\x1B[\x7F\n")), "a?b?[??");
	cr_assert_str_eq(shown(SLICE("\xC2\x80\xC2\x9F\xC2\xA0")), "????\xC2\xA0");
}

Test(fault, bytes_that_are_not_utf8_show_as_question_marks)
{
	cr_assert_str_eq(shown(SLICE("\xFFx\xC3")), "?x?");
	cr_assert_str_eq(shown(SLICE("\xED\xA0\x80\xF5\x80\x80\x80")), "???????");
}

Test(fault, a_value_is_cut_at_a_character)
{
	static const char filler[] =
		"0123456789012345678901234567890123456789012345678901234567890";
	char text[80];
	cr_assert_eq(sizeof(filler) - 1, 61);
	memcpy(text, filler, 61);
	memcpy(text + 61, "\xC3\xA9x", 3);
	cr_assert_eq(strlen(shown((struct slice){text, 64})), 63);
	memcpy(text + 61, "\xEC\x9A\xB0", 3);
	cr_assert_str_eq(shown((struct slice){text, 64}), filler);
}
