#include "base/must.h"
#include "near.h"
#include "stats/counts.h"
#include "survey/tally.h"

#define COUNTS(...)                                                                                \
	counts_over((const struct stats_bin[]){__VA_ARGS__},                                       \
		    COUNT_OF(((const struct stats_bin[]){__VA_ARGS__})))

static const struct counts none = {NULL, 0};

Test(counts, a_tally_histogram_has_the_same_layout)
{
	struct bin bins[] = {{2, 3}, {5, 1}};
	cr_assert_eq(sizeof(struct bin), sizeof(struct stats_bin));
	struct counts c = counts_over((const struct stats_bin *)bins, 2);
	cr_expect_eq(counts_total(c), 4);
	cr_expect_eq((int64_t)counts_sums(c).s1, 11);
}

Test(counts, nothing_answered_is_undefined_not_zero)
{
	check_undefined(counts_min(none, 1));
	check_undefined(counts_max(none, 1));
	check_undefined(counts_quantile(none, 1, 2, 1));
	check_undefined(counts_mad(none, 1));
	check_undefined(counts_trimmed_mean(none, 1, 10, 1));
	check_undefined(counts_gini(none, 1));
}

Test(counts, bins_without_answers_are_no_answers)
{
	struct counts c = COUNTS({1, 0}, {2, 2}, {9, 0});
	cr_expect_eq(counts_min(c, 1), 2);
	cr_expect_eq(counts_max(c, 1), 2);
	cr_expect_eq(counts_mad(c, 1), 0);
}

Test(counts, one_answer_is_every_quantile)
{
	struct counts c = COUNTS({7125, 1});
	cr_expect_eq(counts_quantile(c, 1, 20, 100), 71.25);
	cr_expect_eq(counts_quantile(c, 19, 20, 100), 71.25);
	cr_expect_eq(counts_mad(c, 100), 0);
	check_undefined(counts_gini(c, 100));
}

/* R: quantile(c(5,1,7,1,2,7,3,2), c(.05,.25,.5,.75,.95), type = 7). */
Test(counts, quantiles_are_type_seven)
{
	struct counts c = COUNTS({1, 2}, {2, 2}, {3, 1}, {5, 1}, {7, 2});
	check_near(counts_quantile(c, 1, 20, 1), 1, 1e-15);
	check_near(counts_quantile(c, 1, 4, 1), 1.75, 1e-15);
	check_near(counts_quantile(c, 1, 2, 1), 2.5, 1e-15);
	check_near(counts_quantile(c, 3, 4, 1), 5.5, 1e-15);
	check_near(counts_quantile(c, 19, 20, 1), 7, 1e-15);
}

Test(counts, the_floor_of_a_quantile_is_taken_in_integers)
{
	/* 0.7 * 10 is 6.999... in doubles: the seventh answer, not between six and seven */
	struct counts c = COUNTS({0, 7}, {1, 4});
	cr_expect_eq(counts_quantile(c, 7, 10, 1), 1);
}

/* R: mad(c(1,2,4,9), constant = 1): median 3, deviations 2 1 1 6. */
Test(counts, mad_of_an_even_number_works_on_half_units)
{
	struct counts c = COUNTS({1, 1}, {2, 1}, {4, 1}, {9, 1});
	cr_expect_eq(counts_mad(c, 1), 1.5);
}

Test(counts, mad_walks_to_either_side_alone)
{
	struct counts low = COUNTS({0, 5}, {10, 1}), high = COUNTS({0, 1}, {10, 5});
	cr_expect_eq(counts_mad(low, 1), 0);
	cr_expect_eq(counts_mad(high, 1), 0);
}

Test(counts, nine_answers_lose_none_to_trimming_and_ten_lose_two)
{
	struct counts nine = COUNTS({0, 1}, {5, 8}), ten = COUNTS({0, 1}, {5, 8}, {7, 1});
	check_near(counts_trimmed_mean(nine, 1, 10, 1), 40.0 / 9, 1e-15);
	check_near(counts_trimmed_mean(ten, 1, 10, 1), 5, 1e-15);
}

Test(counts, trimming_everything_leaves_the_median)
{
	struct counts c = COUNTS({1, 1}, {2, 1}, {9, 2});
	cr_expect_eq(counts_trimmed_mean(c, 1, 2, 1), 5.5);
}

Test(counts, gini_is_the_mean_distance_of_two_answers)
{
	/* distances of 1, 2, 4: 1, 3, 2 */
	struct counts c = COUNTS({1, 1}, {2, 1}, {4, 1});
	check_near(counts_gini(c, 1), 2, 1e-15);
}

Test(counts, recoding_turns_the_scale_round)
{
	struct stats_bin room[2];
	struct counts c = counts_recoded(COUNTS({1, 4}, {5, 3}), 1, 7, room);
	cr_assert_eq(c.len, 2);
	cr_expect(c.bins[0].value == 3 && c.bins[0].count == 3);
	cr_expect(c.bins[1].value == 7 && c.bins[1].count == 4);
}

Test(counts, a_box_includes_its_ends)
{
	struct counts c = COUNTS({6, 1}, {7, 2}, {8, 4}, {9, 8});
	cr_expect_eq(counts_between(c, 7, 8), 6);
	cr_expect_eq(counts_from(c, 9), 8);
}

Test(counts, a_billion_answers_have_exact_quantiles_and_gini)
{
	struct counts c = COUNTS({0, 500000000}, {10000, 500000000});
	cr_expect_eq(counts_quantile(c, 1, 2, 100), 50);
	cr_expect_eq(counts_quantile(c, 1, 4, 100), 0);
	cr_expect_eq(counts_mad(c, 100), 50);
	check_near(counts_gini(c, 100), 50 * 1e9 / (1e9 - 1), 1e-15);
	check_near(counts_trimmed_mean(c, 1, 10, 100), 50, 1e-15);
}
