/** Fractions of any size are compared as what they are. */
#include <criterion/criterion.h>

#include "base/must.h"
#include "standings/exact_mean.h"

enum { TERMS = 20 };

static const struct {
	struct exact_term a[TERMS];
	size_t a_len;
	struct exact_term b[TERMS];
	size_t b_len;
	int order; /* of a and b */
	int64_t line;
	int against; /* a and the line, in millionths */
} golden[] = {
#include "golden_exact.inc"
};

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

Test(exact_mean, two_means_compare_as_their_fractions)
{
	for (size_t i = 0; i < COUNT_OF(golden); i++) {
		int order = exact_mean_compare(golden[i].a, golden[i].a_len, golden[i].b,
					       golden[i].b_len);

		cr_expect_eq(sign(order), golden[i].order, "case %zu", i);
	}
}

Test(exact_mean, a_mean_compares_with_a_line_as_a_fraction)
{
	for (size_t i = 0; i < COUNT_OF(golden); i++) {
		int order = exact_mean_against(golden[i].a, golden[i].a_len, golden[i].line,
					       1000000);

		cr_expect_eq(sign(order), golden[i].against, "case %zu", i);
	}
}

Test(exact_mean, a_mean_of_zero_is_at_a_line_of_zero_and_over_one_below)
{
	struct exact_term none = {.weight = 1, .n = 3, .sum = 0};

	cr_expect_eq(exact_mean_against(&none, 1, 0, 1000000), 0);
	cr_expect_eq(exact_mean_against(&none, 1, -1, 1000000), 1);
	cr_expect_lt(exact_mean_against(&none, 1, 1, 1000000), 0);
}
