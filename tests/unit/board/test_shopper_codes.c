#include <criterion/criterion.h>

#include "board/shopper_codes.h"

static struct tally *given_contact_of(int shopper)
{
	int16_t answers[1] = {0}, cx[1] = {0};
	int32_t areas[1] = {0};
	struct result r = {.answered = true,
			   .wait_seconds = SECONDS_NONE,
			   .score = 5000,
			   .answers = answers,
			   .cx = cx,
			   .area_scores = areas};
	struct tally *t = tally_new(0, 0, 0);
	tally_add(t, &r, shopper, 1);
	return t;
}

Test(shopper_codes, an_organisation_has_one_list)
{
	struct shopper_list *all = NULL;
	struct shopper_list *first = shopper_list_of(&all, 1), *second = shopper_list_of(&all, 2);
	cr_expect_neq(first, second);
	cr_expect_eq(shopper_list_of(&all, 1), first);
	shopper_lists_free(&all);
	cr_expect_null(all);
}

Test(shopper_codes, what_is_held_does_not_change)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	shopper_list_add(list, 1, SLICE("P1"));
	struct shopper_codes *held = shopper_list_hold(list);
	const struct slice *at = held->at;
	for (int number = 2; number < 2000; number++)
		shopper_list_add(list, number, SLICE("P"));
	cr_expect_eq(held->len, 2);
	cr_expect_eq(held->at, at);
	cr_expect(slice_is(held->at[1], "P1"));
	cr_expect_eq(list->codes->len, 2000);
	cr_expect(slice_is(list->codes->at[1], "P1"));
	shopper_codes_release(&held);
	shopper_lists_free(&all);
}

Test(shopper_codes, a_number_nobody_has_read_is_a_gap)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	shopper_list_add(list, 700, SLICE("P700"));
	cr_expect_eq(list->codes->len, 701);
	cr_expect_null(list->codes->at[699].at);
	shopper_lists_free(&all);
}

Test(shopper_codes, a_number_keeps_its_code)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	shopper_list_add(list, 3, SLICE("P3"));
	shopper_list_add(list, 3, SLICE("other"));
	cr_expect(slice_is(list->codes->at[3], "P3"));
	shopper_lists_free(&all);
}

Test(shopper_codes, numbers_over_the_limit_have_no_code)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	shopper_list_add(list, SHOPPER_CODES_NUMBERS, SLICE("P"));
	cr_expect_eq(list->codes->len, 0);
	shopper_lists_free(&all);
}

Test(shopper_codes, the_lowest_number_without_a_code_is_missing)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	struct tally *t = given_contact_of(9), *more = given_contact_of(4);
	tally_merge(t, more);
	cr_expect_eq(shopper_codes_first_missing(list->codes, t), 4);
	shopper_list_add(list, 4, SLICE("P4"));
	cr_expect_eq(shopper_codes_first_missing(list->codes, t), 9);
	shopper_list_add(list, 9, SLICE("P9"));
	cr_expect_eq(shopper_codes_first_missing(list->codes, t), -1);
	tally_free(t);
	tally_free(more);
	shopper_lists_free(&all);
}

Test(shopper_codes, contacts_without_a_shopper_miss_nobody)
{
	struct shopper_list *all = NULL, *list = shopper_list_of(&all, 1);
	struct tally *t = given_contact_of(-1);
	cr_expect_eq(shopper_codes_first_missing(list->codes, t), -1);
	tally_free(t);
	shopper_lists_free(&all);
}
