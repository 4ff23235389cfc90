#include "near.h"
#include "stats/sums.h"

static struct sums given(const int32_t *values, size_t len)
{
	struct sums s = {0};
	for (size_t i = 0; i < len; i++)
		sums_add(&s, values[i], 1);
	return s;
}

Test(sums, taking_back_what_was_added_leaves_nothing)
{
	struct sums s = {0};
	sums_add(&s, 8750, 3);
	sums_add(&s, 8750, -3);
	cr_expect(s.n == 0 && s.s1 == 0 && s.s2 == 0);
}

Test(sums, merging_halves_equals_adding_all)
{
	const int32_t values[] = {1, 7, 3, 3, 5, 2};
	struct sums first = given(values, 3), second = given(values + 3, 3), all = given(values, 6);
	sums_merge(&first, &second);
	cr_expect(first.n == all.n && first.s1 == all.s1 && first.s2 == all.s2);
}

Test(sums, no_answers_have_no_mean_and_no_variance)
{
	struct sums s = {0};
	check_undefined(sums_mean(&s, 1));
	check_undefined(sums_variance(&s, 1));
	check_undefined(sums_squares_within(&s, 1));
}

Test(sums, one_answer_has_a_mean_and_no_variance)
{
	struct sums s = {0};
	sums_add(&s, 7125, 1);
	check_near(sums_mean(&s, 100), 71.25, 1e-15);
	check_undefined(sums_variance(&s, 100));
	cr_expect_eq(sums_squares_within(&s, 100), 0);
}

Test(sums, equal_answers_have_exactly_no_variance)
{
	struct sums s = {0};
	sums_add(&s, 3333, 7);
	cr_expect_eq(sums_variance(&s, 100), 0);
}

Test(sums, the_variance_keeps_its_digits_far_from_zero)
{
	struct sums s = {0};
	sums_add(&s, 1000000000, 1);
	sums_add(&s, 1000000001, 1);
	sums_add(&s, 1000000002, 1);
	cr_expect_eq(sums_variance(&s, 1), 1);
}

Test(sums, two_hundred_million_answers_do_not_overflow)
{
	struct sums s = {0};
	sums_add(&s, 0, 100000000);
	sums_add(&s, 10000, 100000000);
	check_near(sums_mean(&s, 100), 50, 1e-15);
	check_near(sums_variance(&s, 100), 2500.0 * 200000000 / 199999999, 1e-15);
}

Test(sums, unanswered_contacts_weigh_down_the_mean)
{
	struct sums s = {0};
	sums_add(&s, 8000, 9);
	s = sums_with_zeros(s, 1);
	check_near(sums_mean(&s, 100), 72, 1e-15);
}

Test(sums, an_nps_board_sees_minus_and_plus_a_hundred)
{
	struct sums s = sums_of_nps(22, 1, 2);
	check_near(sums_mean(&s, 1), 80, 1e-15);
	check_near(sums_variance(&s, 1), 1e4 * (25.0 * 24 - 400) / (25.0 * 24), 1e-14);
}

Test(sums, a_share_board_sees_nought_and_a_hundred)
{
	struct sums s = sums_of_share(1, 4);
	check_near(sums_mean(&s, 1), 25, 1e-15);
	check_near(sums_variance(&s, 1), 2500, 1e-15);
}

Test(sums, means_that_no_double_tells_apart_are_compared_exactly)
{
	struct sums a = {.n = 1000000000000, .s1 = 3333333333333};
	struct sums b = {.n = 3000000000000, .s1 = 10000000000000};
	cr_expect_lt(sums_compare_means(&a, &b), 0);
	cr_expect_gt(sums_compare_means(&b, &a), 0);
	b.s1 = 9999999999999;
	cr_expect_eq(sums_compare_means(&a, &b), 0);
}
