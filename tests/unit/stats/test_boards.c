#include "base/buf.h"
#include "base/must.h"
#include "near.h"
#include "stats/letters.h"
#include "stats/pairs.h"
#include "stats/posterior.h"
#include "stats/ranks.h"
#include "stats/special.h"

enum { MANY = 60 };

/** Companies with means, bases and spreads that follow no order. */
static void given_companies(struct group *groups, size_t k)
{
	uint64_t state = 42;
	for (size_t i = 0; i < k; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		groups[i].n = 20 + (int64_t)(state >> 60);
		groups[i].mean = 60 + (double)((state >> 40) % 3000) / 100;
		groups[i].variance = 40 + (double)((state >> 20) % 400);
	}
}

/** Pairs of k companies, significant where the table says 1 (by rows, above the diagonal). */
static void given_verdicts(struct pair *pairs, size_t k, const int *significant)
{
	for (size_t i = 0; i < pairs_count(k); i++)
		pairs[i] = (struct pair){.difference = 1, .significant = significant[i] != 0};
}

Test(group, equal_answers_have_exactly_no_variance)
{
	struct sums s = {.n = 3, .s1 = 3 * 7777, .s2 = 3 * (__int128)7777 * 7777};
	struct group g = group_of(&s, 100);
	cr_expect_eq(g.variance, 0);
	check_near(g.mean, 77.77, 1e-15);
}

Test(pairs, one_company_has_none)
{
	struct group one = {25, 80, 100};
	cr_expect_eq(pairs_count(1), 0);
	cr_expect_eq(pairs_count(0), 0);
	pairs_compare(&one, 1, 0.05, NULL);
}

Test(pairs, indices_run_through_the_rows)
{
	size_t at = 0;
	for (size_t i = 0; i < 9; i++)
		for (size_t j = i + 1; j < 9; j++)
			cr_expect_eq(pairs_index(9, i, j), at++);
	cr_expect_eq(at, pairs_count(9));
}

Test(pairs, two_companies_are_welchs_t_test)
{
	/* variances of the means 4 and 12: se 4, df 16^2 / (4^2 / 24 + 12^2 / 24) */
	struct group groups[] = {{25, 80, 100}, {25, 70, 300}};
	struct pair pair;
	pairs_compare(groups, 2, 0.05, &pair);
	check_near(pair.se, 4, 1e-15);
	check_near(pair.t, 2.5, 1e-15);
	check_near(pair.df, 38.4, 1e-14);
	check_near(pair_p_value(&pair, 2), 2 * special_t_below(-2.5, 38.4), 1e-8);
	cr_expect(pair.significant);
}

Test(pairs, companies_of_equal_base_and_spread_are_decided_by_distance_alone)
{
	struct group groups[30];
	static struct pair pairs[30 * 30];
	for (size_t i = 0; i < 30; i++)
		groups[i] = (struct group){25, 60 + (double)(i * 11 % 30), 100};
	pairs_compare(groups, 30, 0.05, pairs);
	for (size_t i = 0; i < pairs_count(30); i++)
		cr_expect_eq(pairs[i].significant, pair_p_value(&pairs[i], 30) < 0.05);
}

Test(pairs, spared_verdicts_are_those_of_the_p_values)
{
	struct group groups[MANY];
	static struct pair pairs[MANY * MANY];
	size_t significant = 0;
	given_companies(groups, MANY);
	pairs_compare(groups, MANY, 0.05, pairs);
	for (size_t i = 0; i < pairs_count(MANY); i++) {
		cr_assert_eq(pairs[i].significant, pair_p_value(&pairs[i], MANY) < 0.05);
		significant += pairs[i].significant;
	}
	cr_assert(significant > 20 && significant < pairs_count(MANY) - 20);
}

Test(pairs, without_variance_equal_means_are_equal_and_others_are_not)
{
	struct group groups[] = {{25, 80, 0}, {20, 80, 0}, {25, 71.5, 0}};
	struct pair pairs[3];
	pairs_compare(groups, 3, 0.05, pairs);
	cr_expect(!pairs[0].significant && pairs[1].significant && pairs[2].significant);
	cr_expect_eq(pair_p_value(&pairs[0], 3), 1);
	cr_expect_eq(pair_p_value(&pairs[1], 3), 0);
	check_undefined(pairs[0].t);
	check_undefined(pairs[0].df);
}

Test(pairs, a_company_of_one_answer_is_different_from_nobody)
{
	struct group groups[] = {{1, 100, NAN}, {25, 50, 10}};
	struct pair pair;
	pairs_compare(groups, 2, 0.05, &pair);
	cr_expect(!pair.significant);
	check_undefined(pair_p_value(&pair, 2));
}

Test(ranks, exact_ties_share_the_better_rank)
{
	const struct sums companies[] = {
		{.n = 2, .s1 = 14}, {.n = 3, .s1 = 24}, {.n = 1, .s1 = 8}, {.n = 5, .s1 = 5}};
	size_t rank[4], order[4];
	ranks_of_sums(companies, 4, rank);
	cr_expect(rank[0] == 3 && rank[1] == 1 && rank[2] == 1 && rank[3] == 4);
	ranks_order(rank, 4, order);
	cr_expect(order[0] == 1 && order[1] == 2 && order[2] == 0 && order[3] == 3);
}

Test(ranks, published_means_tie_within_their_rounding)
{
	const double means[] = {80, 80 + 1e-11, 79.9};
	size_t rank[3];
	ranks_of_means(means, 3, rank);
	cr_expect(rank[0] == 1 && rank[1] == 1 && rank[2] == 3);
}

Test(ranks, intervals_are_whole_where_nobody_differs)
{
	struct pair pairs[3];
	struct rank_interval intervals[3];
	given_verdicts(pairs, 3, (const int[]){0, 0, 0});
	ranks_simultaneous(pairs, 3, intervals);
	for (size_t i = 0; i < 3; i++)
		cr_expect(intervals[i].lower == 1 && intervals[i].upper == 3);
}

Test(ranks, intervals_are_the_ranks_where_everybody_differs)
{
	struct pair pairs[3];
	struct rank_interval intervals[3];
	given_verdicts(pairs, 3, (const int[]){1, 1, 1});
	ranks_simultaneous(pairs, 3, intervals);
	for (size_t i = 0; i < 3; i++)
		cr_expect(intervals[i].lower == i + 1 && intervals[i].upper == i + 1);
}

Test(ranks, the_worse_of_a_pair_may_be_named_first)
{
	struct pair pair = {.difference = -1, .significant = true};
	struct rank_interval intervals[2];
	ranks_simultaneous(&pair, 2, intervals);
	cr_expect(intervals[0].lower == 2 && intervals[1].upper == 1);
}

Test(ranks, tied_with_any_of_the_best_is_tied)
{
	/* 0 and 1 lead together; 2 differs from 0 alone, 3 from both */
	struct pair pairs[6];
	const size_t rank[] = {1, 1, 3, 4};
	bool tied[4];
	given_verdicts(pairs, 4, (const int[]){0, 1, 1, 0, 1, 0});
	ranks_tied_with_best(pairs, rank, 4, tied);
	cr_expect(tied[0] && tied[1] && tied[2] && !tied[3]);
}

Test(ranks, the_best_may_stand_last_in_the_list)
{
	struct pair pair = {.difference = -1, .significant = false};
	bool tied[2];
	ranks_tied_with_best(&pair, (const size_t[]){2, 1}, 2, tied);
	cr_expect(tied[0] && tied[1]);
}

Test(ranks, marginal_intervals_are_never_wider_than_simultaneous_ones)
{
	struct group groups[MANY];
	static struct pair pairs[MANY * MANY];
	struct rank_interval all[MANY];
	size_t narrower = 0;
	given_companies(groups, MANY);
	pairs_compare(groups, MANY, 0.05, pairs);
	ranks_simultaneous(pairs, MANY, all);
	for (size_t i = 0; i < MANY; i++) {
		struct rank_interval own = ranks_marginal(groups, MANY, i, 0.05);
		cr_expect(own.lower >= all[i].lower && own.upper <= all[i].upper);
		narrower += own.upper - own.lower < all[i].upper - all[i].lower;
	}
	cr_expect_gt(narrower, 0);
}

Test(ranks, marginal_intervals_know_companies_without_variance)
{
	struct group groups[] = {{25, 80, 0}, {25, 80, 0}, {25, 70, 0}};
	struct rank_interval first = ranks_marginal(groups, 3, 0, 0.05);
	struct rank_interval last = ranks_marginal(groups, 3, 2, 0.05);
	cr_expect(first.lower == 1 && first.upper == 2);
	cr_expect(last.lower == 3 && last.upper == 3);
}

static void check_letters(const struct letters *letters, size_t company, const char *expected)
{
	struct buf text;
	buf_init(&text, 4096);
	letters_print(letters, company, &text);
	cr_expect(slice_is(buf_slice(&text), expected), "%.*s is not %s",
		  SLICE_ARGS(buf_slice(&text)), expected);
	buf_fini(&text);
}

Test(letters, a_company_between_two_others_shares_both_letters)
{
	struct pair pairs[3];
	struct letters letters;
	given_verdicts(pairs, 3, (const int[]){0, 1, 0});
	cr_assert(letters_of(pairs, 3, (const size_t[]){0, 1, 2}, &letters));
	check_letters(&letters, 0, "a");
	check_letters(&letters, 1, "ab");
	check_letters(&letters, 2, "b");
}

Test(letters, the_best_company_has_the_first_letter_wherever_it_stands)
{
	struct pair pairs[3];
	struct letters letters;
	given_verdicts(pairs, 3, (const int[]){1, 1, 1});
	cr_assert(letters_of(pairs, 3, (const size_t[]){2, 0, 1}, &letters));
	check_letters(&letters, 2, "a");
	check_letters(&letters, 0, "b");
	check_letters(&letters, 1, "c");
}

Test(letters, one_company_is_a)
{
	struct letters letters;
	cr_assert(letters_of(NULL, 1, (const size_t[]){0}, &letters));
	check_letters(&letters, 0, "a");
}

/** `couples` couples, different within and from nobody else: 2^couples maximal sets. */
static bool letters_of_couples(size_t couples, struct letters *letters)
{
	static struct pair pairs[64 * 64];
	size_t order[64], k = 2 * couples;
	for (size_t i = 0; i < pairs_count(k); i++)
		pairs[i].significant = false;
	for (size_t i = 0; i < k; i += 2)
		pairs[pairs_index(k, i, i + 1)].significant = true;
	for (size_t i = 0; i < k; i++)
		order[i] = i;
	return letters_of(pairs, k, order, letters);
}

Test(letters, after_z_comes_aa_in_brackets)
{
	struct letters letters;
	cr_assert(letters_of_couples(5, &letters));
	cr_expect_eq(letters.groups, 32);
	check_letters(&letters, 9, "bdfhjlnprtvxz(ab)(ad)(af)");
}

Test(letters, more_sets_than_labels_are_no_letters)
{
	struct letters letters;
	cr_expect(!letters_of_couples(10, &letters));
	cr_expect(!letters_of_couples(32, &letters));
}

Test(letters, a_board_past_the_limit_has_none)
{
	struct letters letters;
	cr_expect(!letters_of(NULL, LETTERS_COMPANIES_LIMIT + 1, NULL, &letters));
	cr_expect(!letters_of(NULL, 0, NULL, &letters));
}

Test(posterior, equal_companies_have_equal_chances)
{
	const double mean[] = {80, 80, 80, 80}, sd[] = {2, 2, 2, 2};
	double expected[4], chance[16];
	posterior_expected_ranks(mean, sd, 4, expected);
	posterior_rank_chances(mean, sd, 4, 4, chance);
	for (size_t i = 0; i < 16; i++)
		check_near(chance[i], 0.25, 1e-12);
	check_near(expected[2], 2.5, 1e-15);
}

Test(posterior, one_company_is_certainly_best)
{
	const double mean = 80, sd = 2;
	double chance;
	posterior_rank_chances(&mean, &sd, 1, 1, &chance);
	check_near(chance, 1, 1e-12);
}

Test(posterior, two_companies_have_a_closed_form)
{
	const double mean[] = {85, 82}, sd[] = {3, 0.05};
	double chance[2];
	posterior_rank_chances(mean, sd, 2, 1, chance);
	double best = special_normal_below(3 / sqrt(9 + 0.0025));
	check_near(chance[0], best, 1e-11);
	check_near(chance[1], 1 - best, 1e-11);
}

Test(posterior, the_first_ranks_alone_are_the_same_as_among_all)
{
	const double mean[] = {88, 86, 84, 79, 60}, sd[] = {2.6, 2.4, 2.9, 2.5, 0.5};
	double all[25], first[10];
	posterior_rank_chances(mean, sd, 5, 5, all);
	posterior_rank_chances(mean, sd, 5, 2, first);
	for (size_t i = 0; i < 5; i++) {
		double sum = 0;
		for (size_t r = 0; r < 5; r++)
			sum += all[i * 5 + r];
		check_near(sum, 1, 1e-11);
		check_near(first[i * 2 + 1], all[i * 5 + 1], 1e-11);
	}
}

Test(posterior, a_mean_that_is_not_known_has_no_chances)
{
	const double mean[] = {88, NAN}, sd[] = {2, 2};
	double chance[2];
	posterior_rank_chances(mean, sd, 2, 1, chance);
	check_undefined(chance[0]);
}

Test(posterior, verdicts_need_the_whole_interval)
{
	cr_expect_eq(posterior_verdict((struct interval){90, 95}, 90), VERDICT_AT_OR_ABOVE);
	cr_expect_eq(posterior_verdict((struct interval){80, 90}, 90), VERDICT_UNDETERMINED);
	cr_expect_eq(posterior_verdict((struct interval){80, 89.9}, 90), VERDICT_BELOW);
	cr_expect_eq(posterior_verdict(INTERVAL_NONE, 90), VERDICT_UNDETERMINED);
	cr_expect_str_eq(verdict_name(VERDICT_AT_OR_ABOVE), "at_or_above");
	check_near(posterior_at_least(90, 1.2, 90), 0.5, 1e-15);
}
