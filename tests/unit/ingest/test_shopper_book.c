#include <criterion/criterion.h>
#include <stdio.h>

#include "ingest/shopper_book.h"

static struct slice code(char *text, size_t room, int number)
{
	int len = snprintf(text, room, "shopper-%d", number);
	return (struct slice){text, (size_t)len};
}

Test(shopper_book, what_was_never_added_is_not_there)
{
	struct shopper_book *b = shopper_book_new(10);
	cr_expect_eq(shopper_book_find(b, SLICE("P1")), -1);
	cr_expect_eq(shopper_book_find(b, SLICE("")), -1);
	shopper_book_free(b);
}

Test(shopper_book, every_code_of_many_keeps_its_number_while_the_book_grows)
{
	struct shopper_book *b = shopper_book_new(100000);
	char text[40];
	for (int i = 0; i < 20000; i++)
		shopper_book_add(b, code(text, sizeof(text), i), 3 * i);
	int wrong = 0;
	for (int i = 0; i < 20000; i++)
		wrong += shopper_book_find(b, code(text, sizeof(text), i)) != 3 * i;
	cr_expect_eq(wrong, 0);
	cr_expect_eq(shopper_book_find(b, SLICE("shopper-20000")), -1);
	shopper_book_free(b);
}

Test(shopper_book, the_code_is_copied)
{
	struct shopper_book *b = shopper_book_new(10);
	char text[] = "P1";
	shopper_book_add(b, slice_of(text), 7);
	text[1] = '2';
	cr_expect_eq(shopper_book_find(b, SLICE("P1")), 7);
	cr_expect_eq(shopper_book_find(b, SLICE("P2")), -1);
	shopper_book_free(b);
}

Test(shopper_book, the_first_number_of_a_code_stays)
{
	struct shopper_book *b = shopper_book_new(10);
	shopper_book_add(b, SLICE("P1"), 7);
	shopper_book_add(b, SLICE("P1"), 8);
	cr_expect_eq(shopper_book_find(b, SLICE("P1")), 7);
	shopper_book_free(b);
}

Test(shopper_book, number_nought_is_a_number)
{
	struct shopper_book *b = shopper_book_new(10);
	shopper_book_add(b, SLICE("P1"), 0);
	cr_expect_eq(shopper_book_find(b, SLICE("P1")), 0);
	shopper_book_free(b);
}

Test(shopper_book, beyond_its_limit_nothing_more_is_remembered_and_nothing_forgotten)
{
	struct shopper_book *b = shopper_book_new(3);
	char text[40];
	for (int i = 0; i < 10; i++)
		shopper_book_add(b, code(text, sizeof(text), i), i);
	for (int i = 0; i < 10; i++)
		cr_expect_eq(shopper_book_find(b, code(text, sizeof(text), i)), i < 3 ? i : -1);
	shopper_book_free(b);
}

Test(shopper_book, codes_that_begin_alike_are_different)
{
	struct shopper_book *b = shopper_book_new(10);
	shopper_book_add(b, SLICE("P"), 1);
	shopper_book_add(b, SLICE("P1"), 2);
	shopper_book_add(b, SLICE("P\0"), 3);
	cr_expect_eq(shopper_book_find(b, SLICE("P")), 1);
	cr_expect_eq(shopper_book_find(b, SLICE("P1")), 2);
	cr_expect_eq(shopper_book_find(b, SLICE("P\0")), 3);
	shopper_book_free(b);
}

Test(shopper_book, freeing_none_is_allowed)
{
	shopper_book_free(NULL);
}
