#include <stdlib.h>

#include "base/must.h"
#include "near.h"
#include "stats/agreement.h"
#include "stats/eigen.h"
#include "stats/severity.h"

#define GAP AGREEMENT_NOT_SCORED

/* Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: four observers. */
static const int32_t krippendorffs[12][4] = {
	{1, 1, GAP, 1}, {2, 2, 3, 2},	{3, 3, 3, 3},	  {3, 3, 3, 3},
	{2, 2, 2, 2},	{1, 2, 3, 4},	{4, 4, 4, 4},	  {1, 1, 2, 1},
	{2, 2, 2, 2},	{GAP, 5, 5, 5}, {GAP, GAP, 1, 1}, {GAP, 3, GAP, GAP},
};

Test(agreement, alpha_is_krippendorffs_own_example)
{
	const int32_t *scores = &krippendorffs[0][0];
	check_near(agreement_krippendorff(scores, 12, 4, AGREEMENT_NOMINAL).alpha, 0.743, 5e-4);
	check_near(agreement_krippendorff(scores, 12, 4, AGREEMENT_ORDINAL).alpha, 0.815, 5e-4);
	check_near(agreement_krippendorff(scores, 12, 4, AGREEMENT_INTERVAL).alpha, 0.849, 5e-4);
	cr_expect_eq(agreement_krippendorff(scores, 12, 4, AGREEMENT_ORDINAL).pairable, 40);
}

Test(agreement, one_single_value_everywhere_is_full_agreement)
{
	const int32_t scores[] = {4, 4, 4, GAP, 4, 4};
	struct krippendorff k = agreement_krippendorff(scores, 2, 3, AGREEMENT_ORDINAL);
	cr_expect_eq(k.alpha, 1);
	cr_expect_eq(k.pairable, 5);
}

Test(agreement, contacts_scored_once_say_nothing)
{
	const int32_t scores[] = {4, GAP, GAP, 2};
	struct krippendorff k = agreement_krippendorff(scores, 2, 2, AGREEMENT_ORDINAL);
	check_undefined(k.alpha);
	cr_expect_eq(k.pairable, 0);
}

Test(agreement, full_agreement_on_several_values_is_one)
{
	const int32_t scores[] = {1, 1, 5, 5, 3, 3};
	cr_expect_eq(agreement_krippendorff(scores, 3, 2, AGREEMENT_ORDINAL).alpha, 1);
	cr_expect_eq(agreement_krippendorff(scores, 3, 2, AGREEMENT_NOMINAL).alpha, 1);
}

/* Shrout & Fleiss, Psychological Bulletin 86 (1979), table 2 to 4. */
static const int32_t shrout_and_fleiss[6][4] = {
	{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7},
};

Test(agreement, icc_is_shrout_and_fleiss_example)
{
	struct icc_two_way r = agreement_icc(&shrout_and_fleiss[0][0], 6, 4, 1, 0.95);
	check_near(r.ms_rows, 11.24, 5e-3);
	check_near(r.ms_columns, 32.49, 5e-3);
	check_near(r.ms_error, 1.02, 5e-3);
	check_near(r.icc_a1, 0.29, 5e-3);
	check_near(r.icc_c1, 0.71, 5e-3);
	check_near(r.icc_ak, 0.62, 5e-3);
	check_near(r.icc_ck, 0.91, 5e-3);
	cr_expect(r.icc_a1_ci.lower < r.icc_a1 && r.icc_a1 < r.icc_a1_ci.upper);
}

Test(agreement, one_shopper_cannot_agree)
{
	const int32_t scores[] = {1, 2, 3};
	check_undefined(agreement_icc(scores, 3, 1, 1, 0.95).icc_a1);
	check_undefined(agreement_icc(scores, 1, 3, 1, 0.95).ms_error);
}

Test(agreement, a_table_without_any_difference_is_undefined_not_infinite)
{
	const int32_t scores[] = {5, 5, 5, 5};
	struct icc_two_way r = agreement_icc(scores, 2, 2, 1, 0.95);
	cr_expect_eq(r.ms_error, 0);
	check_undefined(r.icc_a1);
	check_undefined(r.icc_ck);
	check_undefined(r.icc_a1_ci.lower);
}

Test(eigen, a_two_by_two_matrix_is_solved)
{
	double a[] = {2, 1, 1, 2}, value[2];
	cr_assert(eigen_symmetric(a, 2, value));
	check_near(fmin(value[0], value[1]), 1, 1e-14);
	check_near(fmax(value[0], value[1]), 3, 1e-14);
}

/* Second difference matrix: eigenvalues 2 - 2 cos(j pi / (n + 1)). */
Test(eigen, vectors_times_values_give_the_matrix_back)
{
	enum { N = 40 };
	static double a[N * N], before[N * N];
	double value[N], sum = 0;
	for (size_t i = 0; i < N; i++) {
		before[i * N + i] = 2;
		if (i + 1 < N)
			before[i * N + i + 1] = before[(i + 1) * N + i] = -1;
		before[i * N + (i * 7) % N] += 0.5;
		before[(i * 7) % N * N + i] += 0.5;
	}
	for (size_t i = 0; i < COUNT_OF(a); i++)
		a[i] = before[i];
	cr_assert(eigen_symmetric(a, N, value));
	for (size_t k = 0; k < N; k++) {
		sum += value[k];
		for (size_t i = 0; i < N; i++) {
			double image = 0;
			for (size_t j = 0; j < N; j++)
				image += before[i * N + j] * a[k * N + j];
			check_near(image, value[k] * a[k * N + i], 1e-12);
		}
	}
	double trace = 0;
	for (size_t i = 0; i < N; i++)
		trace += before[i * N + i];
	check_near(sum, trace, 1e-12);
}

Test(eigen, a_matrix_of_noughts_and_a_diagonal_one_are_done_at_once)
{
	double none[4] = {0}, diagonal[] = {3, 0, 0, 5}, value[2];
	cr_assert(eigen_symmetric(none, 2, value));
	cr_expect(value[0] == 0 && value[1] == 0);
	cr_assert(eigen_symmetric(diagonal, 2, value));
	cr_expect(value[0] == 3 && value[1] == 5);
	cr_assert(eigen_symmetric(NULL, 0, NULL));
}

Test(eigen, what_is_not_finite_is_refused)
{
	double a[] = {NAN, 1, 1, 2}, value[2];
	cr_expect(!eigen_symmetric(a, 2, value));
}

enum { COMPANIES = 4, SHOPPERS = 3 };

/** Every shopper met every company once. */
static void given_block(const int32_t scores[COMPANIES][SHOPPERS], struct severity_cell *cells,
			struct severity_input *in)
{
	size_t at = 0;
	*in = (struct severity_input){
		.cells = cells,
		.cells_len = COMPANIES * SHOPPERS,
		.companies = COMPANIES,
		.shoppers = SHOPPERS,
		.per_unit = 1,
	};
	for (size_t c = 0; c < COMPANIES; c++) {
		for (size_t s = 0; s < SHOPPERS; s++) {
			int32_t score = scores[c][s];
			cells[at++] = (struct severity_cell){c, s, 1, score};
			in->sum_of_squares += (__int128)score * score;
		}
	}
}

/* In a complete block REML is the analysis of variance: with mean squares of shoppers and
 * error, shopper variance = (MSS - MSE) / companies. */
Test(severity, a_complete_block_is_the_analysis_of_variance)
{
	static const int32_t scores[COMPANIES][SHOPPERS] = {
		{70, 80, 61}, {62, 75, 55}, {81, 88, 76}, {66, 70, 60}};
	struct severity_cell cells[COMPANIES * SHOPPERS];
	struct severity_input in;
	struct severity_company companies[COMPANIES];
	double shoppers[SHOPPERS];
	struct severity_result r = {.companies = companies, .shoppers = shoppers};
	given_block(scores, cells, &in);
	cr_assert_eq(severity_estimate(&in, &r, NULL), OK);
	struct icc_two_way anova = agreement_icc(&scores[0][0], COMPANIES, SHOPPERS, 1, 0.95);
	check_near(r.residual_sd, sqrt(anova.ms_error), 1e-9);
	check_near(r.shopper_sd, sqrt((anova.ms_columns - anova.ms_error) / COMPANIES), 1e-9);
	for (size_t c = 0; c < COMPANIES; c++)
		check_near(companies[c].adjusted_mean, companies[c].raw_mean, 1e-12);
	check_near(shoppers[0] + shoppers[1] + shoppers[2], 0, 1e-10);
	cr_expect(shoppers[1] > 0 && shoppers[2] < 0);
}

Test(severity, shoppers_who_do_not_differ_change_nothing)
{
	static const int32_t scores[COMPANIES][SHOPPERS] = {
		{70, 60, 65}, {60, 65, 70}, {65, 70, 60}, {65, 65, 65}};
	struct severity_cell cells[COMPANIES * SHOPPERS];
	struct severity_input in;
	struct severity_company companies[COMPANIES];
	double shoppers[SHOPPERS];
	struct severity_result r = {.companies = companies, .shoppers = shoppers};
	given_block(scores, cells, &in);
	cr_assert_eq(severity_estimate(&in, &r, NULL), OK);
	cr_expect_eq(r.shopper_sd, 0);
	cr_expect_eq(r.shopper_share, 0);
	cr_expect_eq(shoppers[0], 0);
	check_near(companies[0].se, r.residual_sd / sqrt(3), 1e-12);
}

Test(severity, companies_whose_contacts_agree_leave_nothing_to_share)
{
	static const int32_t scores[COMPANIES][SHOPPERS] = {
		{70, 70, 70}, {60, 60, 60}, {65, 65, 65}, {80, 80, 80}};
	struct severity_cell cells[COMPANIES * SHOPPERS];
	struct severity_input in;
	struct severity_company companies[COMPANIES];
	double shoppers[SHOPPERS];
	struct severity_result r = {.companies = companies, .shoppers = shoppers};
	given_block(scores, cells, &in);
	cr_assert_eq(severity_estimate(&in, &r, NULL), OK);
	cr_expect_eq(r.residual_sd, 0);
	check_undefined(r.shopper_share);
}

Test(severity, companies_and_shoppers_without_contacts_are_undefined)
{
	struct severity_cell cells[] = {{0, 0, 1, 70}, {0, 2, 1, 90}, {2, 0, 1, 60},
					{2, 2, 1, 75}, {2, 2, 1, 77}, {1, 1, 0, 0}};
	struct severity_input in = {
		.cells = cells,
		.cells_len = COUNT_OF(cells),
		.companies = 3,
		.shoppers = 3,
		.sum_of_squares = 70 * 70 + 90 * 90 + 60 * 60 + 75 * 75 + 77 * 77,
		.per_unit = 1,
	};
	struct severity_company companies[3];
	double shoppers[3];
	struct severity_result r = {.companies = companies, .shoppers = shoppers};
	cr_assert_eq(severity_estimate(&in, &r, NULL), OK);
	check_undefined(companies[1].raw_mean);
	check_undefined(companies[1].se);
	check_undefined(shoppers[1]);
	cr_expect(shoppers[2] > shoppers[0]);
}

Test(severity, cells_may_be_summed_or_single_in_any_order)
{
	struct severity_cell single[] = {{1, 1, 1, 80}, {0, 0, 1, 60}, {0, 1, 1, 75}, {1, 0, 1, 72},
					 {0, 0, 1, 66}, {1, 1, 1, 84}, {0, 1, 1, 71}};
	struct severity_cell summed[] = {
		{0, 0, 2, 126}, {0, 1, 2, 146}, {1, 0, 1, 72}, {1, 1, 2, 164}};
	struct severity_input in = {.companies = 2, .shoppers = 2, .per_unit = 1};
	struct severity_company first[2], second[2];
	double effects[2][2];
	struct severity_result a = {.companies = first, .shoppers = effects[0]};
	struct severity_result b = {.companies = second, .shoppers = effects[1]};
	for (size_t i = 0; i < COUNT_OF(single); i++)
		in.sum_of_squares += (__int128)single[i].sum * single[i].sum;
	in.cells = single;
	in.cells_len = COUNT_OF(single);
	cr_assert_eq(severity_estimate(&in, &a, NULL), OK);
	in.cells = summed;
	in.cells_len = COUNT_OF(summed);
	cr_assert_eq(severity_estimate(&in, &b, NULL), OK);
	cr_expect_eq(a.shopper_sd, b.shopper_sd);
	cr_expect_eq(first[1].adjusted_mean, second[1].adjusted_mean);
}

Test(severity, one_shopper_or_one_contact_a_company_is_nothing_to_estimate)
{
	struct severity_cell alone[] = {{0, 0, 2, 140}, {1, 0, 2, 150}};
	struct severity_cell nested[] = {{0, 0, 2, 140}, {1, 1, 2, 150}};
	struct severity_cell sparse[] = {{0, 0, 1, 70}, {1, 1, 1, 75}};
	const struct severity_cell *given[] = {alone, nested, sparse};
	struct severity_company companies[2];
	double shoppers[2];
	struct severity_result r = {.companies = companies, .shoppers = shoppers};
	for (size_t i = 0; i < COUNT_OF(given); i++) {
		struct severity_input in = {
			.cells = given[i],
			.cells_len = 2,
			.companies = 2,
			.shoppers = 2,
			.sum_of_squares = 30000,
			.per_unit = 1,
		};
		cr_expect_eq(severity_estimate(&in, &r, NULL), E_INPUT);
	}
}

Test(severity, too_many_shoppers_are_over_the_limit)
{
	struct severity_input in = {.shoppers = SEVERITY_SHOPPERS_LIMIT + 1};
	struct severity_result r = {0};
	cr_expect_eq(severity_estimate(&in, &r, NULL), E_LIMIT);
}
