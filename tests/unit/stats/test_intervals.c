#include "near.h"
#include "stats/mean.h"
#include "stats/nps.h"
#include "stats/proportion.h"
#include "stats/rating.h"
#include "stats/two_part.h"

static const struct scale CSAT = {1, 5, 1};

static struct sums same(int32_t value, int64_t n)
{
	struct sums s = {0};
	sums_add(&s, value, n);
	return s;
}

Test(proportion, no_answers_have_no_interval)
{
	check_undefined(proportion_wilson(0, 0, 0.95).lower);
	check_undefined(proportion_jeffreys(0, 0, 0.95).lower);
	check_undefined(proportion_clopper_pearson(0, 0, 0.95).upper);
	check_undefined(share_of(0, 0, 0.95).percent);
}

/* docs/statistics.md: 25 of 25 is 86.7 .. 100 %. */
Test(proportion, everyone_reaches_exactly_a_hundred)
{
	struct share s = share_of(25, 25, 0.95);
	cr_expect_eq(s.ci.upper, 100);
	check_near(s.ci.lower, 86.6807749061, 1e-11);
	cr_expect_eq(share_of(0, 25, 0.95).ci.lower, 0);
}

Test(proportion, the_alternatives_are_forced_to_the_ends_too)
{
	cr_expect_eq(proportion_jeffreys(0, 25, 0.95).lower, 0);
	cr_expect_eq(proportion_jeffreys(25, 25, 0.95).upper, 1);
	cr_expect_eq(proportion_clopper_pearson(0, 25, 0.95).lower, 0);
	cr_expect_eq(proportion_clopper_pearson(25, 25, 0.95).upper, 1);
	/* rule of the Clopper-Pearson end: (alpha / 2)^(1 / n) */
	check_near(proportion_clopper_pearson(25, 25, 0.95).lower, pow(0.025, 1.0 / 25), 1e-12);
}

Test(proportion, a_hundred_million_answers_pin_it_down)
{
	struct share s = share_of(50000000, 100000000, 0.95);
	check_near(s.ci.upper - s.ci.lower, 2 * 100 * 1.95996398454005 * 0.5 / 1e4, 1e-9);
}

Test(mean, no_answers_are_undefined)
{
	struct sums s = {0};
	struct mean m = mean_of(&s, CSAT, 0.95);
	check_undefined(m.mean);
	check_undefined(m.ci.lower);
	cr_expect_eq(m.method, CI_NONE);
}

Test(mean, one_answer_has_no_interval)
{
	struct sums s = same(4, 1);
	struct mean m = mean_of(&s, CSAT, 0.95);
	cr_expect_eq(m.mean, 4);
	check_undefined(m.sd);
	check_undefined(m.ci.upper);
	cr_expect_str_eq(ci_method_name(m.method), "none");
}

/* docs/statistics.md: n = 25, all 5 of 1..5 is 4.45 .. 5. */
Test(mean, equal_answers_get_a_bound_not_a_point)
{
	struct sums s = same(5, 25);
	struct mean m = mean_of(&s, CSAT, 0.95);
	cr_expect_eq(m.sd, 0);
	check_near(m.ci.lower, 4.45125931388, 1e-11);
	check_near(m.ci.upper, 5, 1e-15);
	cr_expect_str_eq(ci_method_name(m.method), "zero_variance_bound");
}

Test(mean, the_t_interval_stays_on_the_scale)
{
	struct sums s = {0};
	sums_add(&s, 1, 1);
	sums_add(&s, 5, 1);
	struct mean m = mean_of(&s, CSAT, 0.95);
	cr_expect(m.ci.lower == 1 && m.ci.upper == 5);
	cr_expect_str_eq(ci_method_name(m.method), "t");
}

Test(mean, percent_of_scale_runs_from_its_lower_end)
{
	check_near(mean_percent_of_scale(4, (struct scale){1, 7, 1}), 50, 1e-15);
	check_near(mean_percent_of_scale(73.5, SCALE_SCORE), 73.5, 1e-15);
	check_undefined(mean_percent_of_scale(NAN, CSAT));
}

Test(nps, no_answers_are_undefined)
{
	struct nps r = nps_of(0, 0, 0, 0.95);
	check_undefined(r.nps);
	check_undefined(r.promoters_percent);
	check_undefined(nps_wald(0, 0, 0, 0.95).lower);
	check_undefined(nps_score_interval(0, 0, 0, 0.95).upper);
}

Test(nps, one_answer_is_a_value_without_an_interval)
{
	struct nps r = nps_of(1, 0, 0, 0.95);
	cr_expect_eq(r.nps, 100);
	check_undefined(r.ci.lower);
	cr_expect_eq(r.method, CI_NONE);
}

Test(nps, a_detractor_says_six_a_passive_seven_or_eight_a_promoter_nine)
{
	const struct stats_bin bins[] = {{6, 1}, {7, 2}, {8, 4}, {9, 8}, {10, 16}};
	struct nps r = nps_of_counts(counts_over(bins, 5), 0.95);
	cr_expect(r.detractors == 1 && r.passives == 6 && r.promoters == 24);
}

Test(nps, all_promoters_do_not_collapse_the_interval)
{
	struct nps r = nps_of(25, 0, 0, 0.95);
	cr_expect_eq(r.variance, 0);
	cr_expect_eq(r.ci.upper, 100);
	/* 3/4, 3/2 and 3/4 answers more: p' = 25.75 / 28, d' = 0.75 / 28 */
	double se = sqrt((26.5 / 28 - 25.0 * 25 / (28 * 28)) / 28);
	check_near(r.ci.lower, 100 * (25.0 / 28 - 1.95996398454005 * se), 1e-13);
	cr_expect_str_eq(ci_method_name(r.method), "adjusted_wald");
}

Test(nps, walds_interval_is_the_plain_one)
{
	struct interval ci = nps_wald(50, 50, 100, 0.95);
	check_near(ci.upper, 19.5996398454005, 1e-13);
	check_near(ci.lower, -19.5996398454005, 1e-13);
}

/* Without passives Tango's interval is Wilson's for the promoters, 2 p - 1. */
Test(nps, the_score_interval_without_passives_is_wilsons)
{
	struct interval ci = nps_score_interval(17, 8, 25, 0.95);
	struct interval wilson = proportion_wilson(17, 25, 0.95);
	check_near(ci.lower, 100 * (2 * wilson.lower - 1), 1e-10);
	check_near(ci.upper, 100 * (2 * wilson.upper - 1), 1e-10);
}

Test(nps, the_score_interval_ends_where_everyone_stands)
{
	cr_expect_eq(nps_score_interval(0, 25, 25, 0.95).lower, -100);
	cr_expect_eq(nps_score_interval(25, 0, 25, 0.95).upper, 100);
}

Test(nps, the_score_interval_of_only_passives_spans_nought)
{
	struct interval ci = nps_score_interval(0, 0, 20, 0.95);
	cr_expect(ci.lower < 0 && ci.upper > 0);
	check_near(ci.lower, -ci.upper, 1e-12);
}

Test(nps, half_a_billion_answers_do_not_overflow)
{
	struct nps r = nps_of(250000000, 0, 250000000, 0.95);
	cr_expect_eq(r.nps, 0);
	check_near(r.variance, 1, 1e-15);
}

Test(rating, the_box_counts_from_its_lower_end)
{
	const struct stats_bin bins[] = {{3, 1}, {4, 1}, {5, 2}};
	struct rating r = rating_of(counts_over(bins, 3), CSAT, 4, 0.95);
	cr_expect_eq(r.box.count, 3);
	cr_expect_eq(r.box.percent, 75);
	check_near(r.score_0_100, 81.25, 1e-15);
}

Test(two_part, no_contacts_are_undefined)
{
	struct sums s = {0};
	struct two_part r = two_part_of(&s, 0, SCALE_SCORE, 0.95);
	check_undefined(r.score);
	check_undefined(r.no_answer.percent);
	cr_expect_eq(r.method, CI_NONE);
}

Test(two_part, when_nobody_answered_the_score_is_nought_with_an_upper_end)
{
	struct sums s = {0};
	struct two_part r = two_part_of(&s, 6, SCALE_SCORE, 0.95);
	cr_expect_eq(r.score, 0);
	cr_expect_eq(r.ci.lower, 0);
	check_near(r.ci.upper, 100 * proportion_wilson(0, 6, 0.95).upper, 1e-14);
	cr_expect_str_eq(ci_method_name(r.method), "two_part");
}

Test(two_part, one_answered_contact_has_no_interval)
{
	struct sums s = same(7125, 1);
	struct two_part r = two_part_of(&s, 5, SCALE_SCORE, 0.95);
	check_near(r.score, 14.25, 1e-15);
	check_undefined(r.ci.lower);
	cr_expect_eq(r.method, CI_NONE);
}

Test(two_part, answered_contacts_that_all_score_nought_keep_an_upper_end)
{
	struct sums s = same(0, 6);
	struct two_part r = two_part_of(&s, 8, SCALE_SCORE, 0.95);
	cr_expect_eq(r.ci.lower, 0);
	check_near(r.ci.upper, 100 * proportion_wilson(6, 8, 0.95).upper, 1e-14);
}

Test(two_part, when_everybody_answered_the_upper_end_is_that_of_the_mean)
{
	struct sums s = same(7000, 10);
	sums_add(&s, 8000, 10);
	struct two_part r = two_part_of(&s, 20, SCALE_SCORE, 0.95);
	check_near(r.score, 75, 1e-15);
	check_near(r.ci.upper, r.answered.ci.upper, 1e-13);
	cr_expect_lt(r.ci.lower, r.answered.ci.lower);
}

Test(two_part, a_mean_that_may_be_nought_pulls_the_lower_end_there)
{
	struct sums s = same(0, 1);
	sums_add(&s, 10000, 1);
	struct two_part r = two_part_of(&s, 4, SCALE_SCORE, 0.95);
	cr_expect_eq(r.ci.lower, 0);
	cr_expect_gt(r.ci.upper, r.score);
}

Test(interval, every_method_has_its_name)
{
	cr_expect_str_eq(ci_method_name(CI_WILSON), "wilson");
}
