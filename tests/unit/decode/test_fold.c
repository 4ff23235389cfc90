#include <criterion/criterion.h>

#include "decode/fold.h"

static struct arena arena;

static void start(void)
{
	arena_init(&arena, 1 << 16);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(fold, .init = start, .fini = end);

static void expect_same(const char *text, const char *other)
{
	struct slice one, two;
	cr_assert_eq(fold_text(slice_of(text), &arena, &one), OK);
	cr_assert_eq(fold_text(slice_of(other), &arena, &two), OK);
	cr_expect(slice_equal(one, two), "\"%s\" is not \"%s\"", text, other);
}

Test(fold, letter_case_is_no_difference)
{
	expect_same("Strongly AGREE", "strongly agree");
	expect_same("ÆØÅ Straße", "æøå STRASSE");
	expect_same("ĐỒNG Ý", "đồng ý");
}

Test(fold, blanks_of_any_kind_and_number_are_one_and_none_at_the_ends)
{
	expect_same("  Very \t Unlikely\n", "Very Unlikely");
	expect_same("Very\xC2\xA0Unlikely", "Very Unlikely");
	expect_same("", "   ");
}

Test(fold, letters_typed_in_one_piece_and_in_several_are_the_same)
{
	expect_same("caf\xC3\xA9", "cafe\xCC\x81");
	expect_same(
		"우체국",
		"\xE1\x84\x8B\xE1\x85\xAE\xE1\x84\x8E\xE1\x85\xA6\xE1\x84\x80\xE1\x85\xAE\xE1\x86\xA8");
	expect_same("\xEF\xBC\xA1\xEF\xBC\x91", "a1");
}

Test(fold, other_words_stay_other_words)
{
	struct slice one, two;
	cr_assert_eq(fold_text(SLICE("agree"), &arena, &one), OK);
	cr_assert_eq(fold_text(SLICE("disagree"), &arena, &two), OK);
	cr_expect_not(slice_equal(one, two));
}

Test(fold, an_arena_too_small_is_told)
{
	struct arena small;
	struct slice folded;
	arena_init(&small, 2);
	cr_expect_eq(fold_text(SLICE("abcdef"), &small, &folded), E_LIMIT);
	cr_expect_eq(fold_text(SLICE("æøå"), &small, &folded), E_LIMIT);
	arena_fini(&small);
}
