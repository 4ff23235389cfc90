#include "near.h"
#include "stats/consensus.h"
#include "stats/spread.h"

static const struct scale CES = {1, 7, 1};

Test(spread, no_answers_are_undefined_everywhere)
{
	struct spread r = spread_of(counts_over(NULL, 0), CES, 0.95);
	check_undefined(r.mean.mean);
	check_undefined(r.range);
	check_undefined(r.iqr);
	check_undefined(r.relative_variance);
	check_undefined(r.relative_sd);
	check_undefined(r.cv_percent);
	check_undefined(r.gini_mean_difference);
}

Test(spread, one_answer_has_a_place_but_no_spread)
{
	const struct stats_bin one = {4, 1};
	struct spread r = spread_of(counts_over(&one, 1), CES, 0.95);
	cr_expect_eq(r.median, 4);
	cr_expect_eq(r.range, 0);
	cr_expect_eq(r.relative_variance, 0);
	check_undefined(r.mean.variance);
	check_undefined(r.relative_sd);
}

Test(spread, half_at_each_end_is_the_largest_spread)
{
	const struct stats_bin bins[] = {{1, 12}, {7, 12}};
	struct spread r = spread_of(counts_over(bins, 2), CES, 0.95);
	check_near(r.relative_variance, 1, 1e-15);
	check_near(r.relative_sd, 1, 1e-15);
}

Test(spread, relative_sd_is_undefined_at_the_end_of_the_scale)
{
	const struct stats_bin bins = {7, 20};
	struct spread r = spread_of(counts_over(&bins, 1), CES, 0.95);
	check_undefined(r.relative_sd);
}

Test(spread, relative_sd_measures_against_one_answer_between_the_ends)
{
	/* 2, 4, 6 of 1..7: sum 12 is one 7, one 4, one 1 at most: sd 3 */
	const struct stats_bin bins[] = {{2, 1}, {4, 1}, {6, 1}};
	struct spread r = spread_of(counts_over(bins, 3), CES, 0.95);
	check_near(r.relative_sd, 2.0 / 3, 1e-15);
}

Test(spread, variation_needs_a_scale_that_starts_at_nought)
{
	const struct stats_bin bins[] = {{2, 1}, {4, 1}}, nought = {0, 2};
	check_undefined(spread_of(counts_over(bins, 2), CES, 0.95).cv_percent);
	struct scale to_ten = {0, 10, 1};
	check_near(spread_of(counts_over(bins, 2), to_ten, 0.95).cv_percent, 100 * sqrt(2) / 3,
		   1e-15);
	check_undefined(spread_of(counts_over(&nought, 1), to_ten, 0.95).cv_percent);
}

Test(spread, a_hundred_million_scores_do_not_overflow)
{
	const struct stats_bin bins[] = {{0, 50000000}, {10000, 50000000}};
	struct spread r = spread_of(counts_over(bins, 2), SCALE_SCORE, 0.95);
	check_near(r.relative_variance, 1, 1e-15);
	check_near(r.mean.sd, 50, 1e-8);
	check_near(r.mean.se, 0.005, 1e-8);
}

Test(consensus, all_together_is_one_and_half_at_each_end_is_nought)
{
	const struct stats_bin together = {4, 9}, apart[] = {{1, 5}, {7, 5}};
	cr_expect_eq(consensus_of(counts_over(&together, 1), 1, 7), 1);
	check_near(consensus_of(counts_over(apart, 2), 1, 7), 0, 1e-15);
}

Test(consensus, nobody_has_none)
{
	const struct stats_bin empty = {4, 0};
	check_undefined(consensus_of(counts_over(&empty, 1), 1, 7));
	check_undefined(consensus_agreement_a(counts_over(NULL, 0), 1, 7));
}

Test(consensus, empty_points_do_not_change_it)
{
	const struct stats_bin dense[] = {{1, 0}, {2, 3}, {3, 0}, {4, 1}},
			       sparse[] = {{2, 3}, {4, 1}};
	cr_expect_eq(consensus_of(counts_over(dense, 4), 1, 5),
		     consensus_of(counts_over(sparse, 2), 1, 5));
	cr_expect_eq(consensus_agreement_a(counts_over(dense, 4), 1, 5),
		     consensus_agreement_a(counts_over(sparse, 2), 1, 5));
}

/* van der Eijk 2001: 1 all in one, 0 uniform, -1 half at each end. */
Test(consensus, agreement_runs_from_minus_one_over_uniform_to_one)
{
	const struct stats_bin one = {3, 8};
	const struct stats_bin uniform[] = {{1, 2}, {2, 2}, {3, 2}, {4, 2}, {5, 2}};
	const struct stats_bin ends[] = {{1, 4}, {5, 4}};
	cr_expect_eq(consensus_agreement_a(counts_over(&one, 1), 1, 5), 1);
	check_near(consensus_agreement_a(counts_over(uniform, 5), 1, 5), 0, 1e-15);
	check_near(consensus_agreement_a(counts_over(ends, 2), 1, 5), -1, 1e-15);
}

Test(consensus, agreement_needs_three_points_and_not_too_many)
{
	const struct stats_bin one = {1, 8};
	check_undefined(consensus_agreement_a(counts_over(&one, 1), 1, 2));
	check_undefined(consensus_agreement_a(counts_over(&one, 1), 0, 100));
}
