#include "base/must.h"
#include "near.h"
#include "stats/adjust.h"
#include "stats/change.h"
#include "stats/components.h"
#include "stats/design.h"
#include "stats/sector.h"
#include "stats/standard.h"

static const struct scale PERCENT = {0, 100, 1};

static struct sums same(int32_t value, int64_t n)
{
	struct sums s = {0};
	sums_add(&s, value, n);
	return s;
}

static struct sums two(int32_t low, int32_t high)
{
	struct sums s = same(low, 1);
	sums_add(&s, high, 1);
	return s;
}

Test(standard, without_answers_nothing_is_defined)
{
	struct mean_stratum none = {.weight = 1};
	struct count_stratum nobody = {.weight = 1};
	check_undefined(standard_mean(&none, 1, PERCENT, 0.95).value);
	check_undefined(standard_share(&nobody, 1, 0.95).value);
	check_undefined(standard_nps(&nobody, 1, 0.95).n_effective);
}

Test(standard, a_channel_the_company_lacks_does_not_punish_it)
{
	struct mean_stratum strata[] = {{0.4, 4, 80, 10}, {0.2, 4, 50, 10}, {0.4, 0, NAN, NAN}};
	struct count_stratum counts[] = {{0.4, 4, 4, 0}, {0.2, 4, 1, 0}, {0.4, 0, 0, 0}};
	check_near(standard_share(counts, 3, 0.95).value, 75, 1e-14);
	struct standard s = standard_mean(strata, 3, PERCENT, 0.95);
	check_near(s.value, 70, 1e-15);
	cr_expect_eq(s.n, 8);
}

Test(standard, channels_of_one_answer_each_have_a_value_without_error)
{
	struct mean_stratum strata[] = {{0.5, 1, 80, NAN}, {0.5, 1, 60, NAN}};
	struct standard s = standard_mean(strata, 2, PERCENT, 0.95);
	check_near(s.value, 70, 1e-15);
	check_near(s.n_effective, 2, 1e-15);
	check_undefined(s.se);
	check_undefined(s.ci.lower);
}

Test(standard, channels_without_variance_have_no_interval)
{
	struct mean_stratum strata[] = {{0.5, 5, 80, 0}, {0.5, 5, 60, 0}};
	struct standard s = standard_mean(strata, 2, PERCENT, 0.95);
	cr_expect_eq(s.se, 0);
	check_undefined(s.df);
	check_undefined(s.ci.upper);
}

Test(standard, the_mix_of_the_answers_gives_every_answer_its_weight)
{
	struct count_stratum strata[] = {{10, 10, 5, 2}, {30, 30, 9, 9}};
	struct standard nps = standard_nps(strata, 2, 0.95);
	check_near(nps.n_effective, 40, 1e-14);
	check_near(nps.value, 7.5, 1e-14);
	check_near(standard_share(strata, 2, 0.95).value, 35, 1e-14);
}

Test(sector, no_companies_are_undefined)
{
	struct sums empty = {0};
	struct sector_summary s = sector_summary_of(&empty, 1, PERCENT, 0.95);
	cr_expect_eq(s.companies, 0);
	check_undefined(s.mean_of_companies);
	check_undefined(s.company_range);
	check_undefined(s.se);
}

Test(sector, a_single_company_has_a_level_and_no_between)
{
	struct sums one = two(60, 80);
	struct sector_summary s = sector_summary_of(&one, 1, PERCENT, 0.95);
	check_near(s.mean_of_companies, 70, 1e-15);
	check_near(s.df, 1, 1e-15);
	check_undefined(s.between_company_sd);
	check_undefined(s.icc1);
	check_undefined(s.f);
	check_undefined(s.reliability);
}

Test(sector, one_answer_each_has_a_spread_of_companies_alone)
{
	struct sums companies[] = {same(60, 1), same(80, 1)};
	struct sector_summary s = sector_summary_of(companies, 2, PERCENT, 0.95);
	check_near(s.between_company_sd, sqrt(200), 1e-15);
	check_undefined(s.se);
	check_undefined(s.ss_within);
	check_undefined(s.icc1);
}

Test(sector, companies_that_agree_within_make_every_share_one)
{
	struct sums companies[] = {same(80, 5), same(70, 5), same(60, 5)};
	struct sector_summary s = sector_summary_of(companies, 3, PERCENT, 0.95);
	cr_expect_eq(s.icc1, 1);
	cr_expect_eq(s.reliability, 1);
	check_near(s.true_between_sd, 10, 1e-14);
	check_undefined(s.f);
	check_undefined(s.icc1_ci.lower);
}

Test(sector, where_nothing_varies_shares_are_undefined)
{
	struct sums companies[] = {same(80, 5), same(80, 3)};
	struct sector_summary s = sector_summary_of(companies, 2, PERCENT, 0.95);
	cr_expect_eq(s.ss_between, 0);
	check_undefined(s.icc1);
	check_undefined(s.eta_squared);
}

Test(sector, equal_companies_show_no_true_spread)
{
	struct sums companies[] = {two(60, 80), two(60, 80), two(60, 80)};
	struct sector_summary s = sector_summary_of(companies, 3, PERCENT, 0.95);
	cr_expect_eq(s.f, 0);
	cr_expect_eq(s.true_between_sd, 0);
	cr_expect_eq(s.reliability, 0);
	check_near(s.icc1_raw, -1, 1e-15); /* -1 / (n0 - 1) */
	cr_expect_eq(s.icc1, 0);
}

Test(sector, companies_without_answers_do_not_count)
{
	struct sums companies[] = {two(60, 80), {0}, two(70, 90)};
	struct sector_summary s = sector_summary_of(companies, 3, PERCENT, 0.95);
	cr_expect_eq(s.companies, 2);
	check_near(s.mean_of_companies, 75, 1e-15);
	check_near(s.df1, 1, 1e-15);
}

Test(components, sectors_of_one_company_leave_no_variance_between)
{
	const struct wave_company rows[] = {{0, 5, 80, 400}, {1, 5, 60, 400}};
	struct components c = components_of(rows, 2, 2);
	check_near(c.sigma2, 100, 1e-15);
	cr_expect_eq(c.tau2, 0);
	cr_expect_eq(c.df_company, 0);
	check_undefined(c.ms_company);
	check_undefined(components_contacts_needed(&c, 0.8));
}

Test(components, one_answer_each_leaves_no_variance_within)
{
	const struct wave_company rows[] = {{0, 1, 80, 0}, {0, 1, 60, 0}};
	struct components c = components_of(rows, 2, 1);
	check_undefined(c.sigma2);
	check_undefined(c.tau2);
}

Test(components, without_true_spread_everybody_gets_the_sector_mean)
{
	const struct wave_company rows[] = {{0, 5, 70, 4000}, {0, 5, 72, 4000}};
	struct shrunken shrunk[2];
	struct components c = components_of(rows, 2, 1);
	cr_assert_eq(c.tau2, 0);
	components_shrink(&c, rows, 2, 1, shrunk);
	check_near(shrunk[0].mean, 71, 1e-14);
	check_near(shrunk[1].mean, 71, 1e-14);
	cr_expect_eq(shrunk[0].reliability, 0);
}

Test(components, a_company_alone_in_its_sector_keeps_its_score)
{
	const struct components c = {.sigma2 = 100, .tau2 = 20};
	const struct wave_company row = {0, 5, 83, 0};
	struct shrunken shrunk;
	components_shrink(&c, &row, 1, 1, &shrunk);
	check_near(shrunk.mean, 83, 1e-15);
	check_near(shrunk.reliability, 0.5, 1e-15);
	/* the own noise comes back with the uncertainty of the target */
	check_near(shrunk.sd, sqrt(20), 1e-14);
}

Test(components, twice_as_noisy_needs_twice_the_contacts)
{
	const struct components c = {.sigma2 = 240, .tau2 = 20};
	check_near(components_contacts_needed(&c, 0.8), 48, 1e-13);
}

Test(change, one_answer_in_a_wave_leaves_the_change_alone)
{
	struct group first = {1, 70, NAN}, second = {25, 75, 150};
	struct change c = change_mean(&first, &second, 0.95);
	cr_expect_eq(c.change, 5);
	check_undefined(c.se);
	check_undefined(c.p_value);
}

Test(change, without_variance_the_verdict_is_certain)
{
	struct group a = {10, 80, 0}, b = {12, 80, 0}, c = {12, 84, 0};
	cr_expect_eq(change_mean(&a, &b, 0.95).p_value, 1);
	cr_expect_eq(change_mean(&a, &c, 0.95).p_value, 0);
	check_undefined(change_mean(&a, &c, 0.95).ci.lower);
}

Test(change, variance_in_one_wave_alone_gives_its_degrees_of_freedom)
{
	struct group a = {10, 80, 0}, b = {12, 79, 90};
	check_near(change_mean(&a, &b, 0.95).df, 11, 1e-14);
	check_near(change_mean(&b, &a, 0.95).df, 11, 1e-14);
}

Test(change, turning_the_waves_round_turns_the_sign)
{
	struct nps_counts a = {5, 10, 25}, b = {11, 6, 25};
	struct change forth = change_nps(a, b, 0.95), back = change_nps(b, a, 0.95);
	check_near(forth.change, 40, 1e-14);
	check_near(forth.ci.lower, -back.ci.upper, 1e-14);
	cr_expect_eq(forth.p_value, back.p_value);
}

Test(change, an_empty_wave_has_no_change)
{
	struct nps_counts none = {0}, some = {1, 0, 4};
	check_undefined(change_nps(none, some, 0.95).change);
	check_undefined(change_share(0, 0, 1, 4, 0.95).p_value);
}

Test(change, shares_get_a_success_and_a_failure_more_in_each_wave)
{
	/* 0 of 2 and 2 of 2 become 1/4 and 3/4 of 4 */
	struct change c = change_share(0, 2, 2, 2, 0.95);
	check_near(c.change, 100, 1e-15);
	check_near(c.adjusted, 50, 1e-15);
	check_near(c.se, 100 * sqrt(2 * 3.0 / 16 / 4), 1e-14);
	check_near(c.ci.upper, 100, 1e-15);
	cr_expect_lt(c.ci.lower, 0);
}

Test(change, sector_levels_are_compared_with_their_own_errors)
{
	struct estimate first = {70, 3, 20}, second = {75, 4, 20};
	struct change c = change_level(first, second, 0.95);
	check_near(c.se, 5, 1e-15);
	check_near(c.statistic, 1, 1e-15);
	check_near(c.df, 625.0 / (81.0 / 20 + 256.0 / 20), 1e-14);
}

Test(adjust, benjamini_hochberg_steps_up)
{
	double p[] = {0.01, 0.02, 0.03, 0.04, 0.05, 0.9};
	adjust_benjamini_hochberg(p, 6, p);
	for (size_t i = 0; i < 5; i++)
		check_near(p[i], 0.06, 1e-15);
	check_near(p[5], 0.9, 1e-15);
}

Test(adjust, holm_steps_down)
{
	const double p[] = {0.04, 0.01, 0.02, 0.9};
	double adjusted[4];
	adjust_holm(p, 4, adjusted);
	check_near(adjusted[1], 0.04, 1e-15);
	check_near(adjusted[2], 0.06, 1e-15);
	check_near(adjusted[0], 0.08, 1e-15);
	check_near(adjusted[3], 0.9, 1e-15);
}

Test(adjust, an_undefined_p_stays_so_and_is_not_counted)
{
	const double p[] = {NAN, 0.02, 0.02};
	double adjusted[3];
	adjust_holm(p, 3, adjusted);
	check_undefined(adjusted[0]);
	check_near(adjusted[1], 0.04, 1e-15);
	adjust_benjamini_hochberg(p, 3, adjusted);
	check_undefined(adjusted[0]);
	check_near(adjusted[2], 0.02, 1e-15);
}

Test(design, equal_weights_lose_nothing)
{
	const double weights[] = {2, 2, 2, 2};
	struct kish k = design_kish(weights, 4);
	check_near(k.n_effective, 4, 1e-15);
	check_near(k.design_effect, 1, 1e-15);
	check_undefined(design_kish(weights, 0).n_effective);
}

Test(design, clusters_of_one_have_no_effect)
{
	const int64_t sizes[] = {1, 1, 1};
	check_near(design_clusters(sizes, 3, 0.3).design_effect, 1, 1e-15);
	check_undefined(design_clusters(sizes, 0, 0.3).design_effect);
}

Test(design, bases_change_at_their_limits)
{
	cr_expect_str_eq(base_status_name(base_status_of(9, 10, 20)), "suppressed");
	cr_expect_str_eq(base_status_name(base_status_of(10, 10, 20)), "published_unranked");
	cr_expect_str_eq(base_status_name(base_status_of(20, 10, 20)), "ranked");
}
