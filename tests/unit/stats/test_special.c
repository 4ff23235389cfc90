#include "near.h"
#include "stats/special.h"

/* Golden numbers: R 4.2.2, printed to 15 digits in docs/statistics.md's source. */
Test(special, quantiles_and_tails_are_those_of_r)
{
	check_near(special_normal_quantile(0.975), 1.95996398454005, 1e-14);
	check_near(special_t_quantile(0.975, 24), 2.06389856162803, 1e-14);
	check_near(special_f_quantile(0.975, 7, 192), 2.35403071449902, 1e-13);
	check_near(special_beta_quantile(0.025, 20, 6), 0.592962567721323, 1e-13);
	check_near(special_range_above(3.5, 8, 48), 0.230884680652193, 1e-10);
}

Test(special, beta_and_beta_binomial_tails_are_those_of_r)
{
	check_near(special_beta_below(0.5, 30, 11), 0.00111071688661468, 1e-13);
	check_near(special_beta_binomial_from(12, 20, 1.5, 4), 0.0871568662981247, 1e-13);
	check_near(special_beta_binomial_from(0, 20, 1.5, 4), 1, 1e-13);
	check_near(special_beta_below(0.5, 0, 11), 1, 0);
	check_undefined(special_beta_below(NAN, 1, 1));
	check_undefined(special_beta_binomial_from(3, 2, 1, 1));
	check_undefined(special_beta_binomial_from(1, 2, 0, 1));
}

Test(special, two_sided_quantiles_take_the_confidence_level)
{
	check_near(special_normal_two_sided(0.95), 1.95996398454005, 1e-14);
	check_near(special_t_two_sided(0.95, 24), 2.06389856162803, 1e-14);
}

Test(special, arguments_outside_are_undefined_and_print_nothing)
{
	check_undefined(special_normal_quantile(0));
	check_undefined(special_normal_quantile(1));
	check_undefined(special_normal_quantile(NAN));
	check_undefined(special_normal_below(NAN));
	check_undefined(special_normal_density(NAN));
	check_undefined(special_t_quantile(0.975, 0));
	check_undefined(special_t_quantile(1.5, 3));
	check_undefined(special_t_below(NAN, 3));
	check_undefined(special_t_below(1, -1));
	check_undefined(special_f_quantile(0.5, 0, 3));
	check_undefined(special_f_above(1, 3, NAN));
	check_undefined(special_beta_quantile(0.5, 0, 1));
	check_undefined(special_beta_quantile(0.5, 1, INFINITY));
	check_undefined(special_range_above(NAN, 3, 10));
	check_undefined(special_range_above(3, 1, 10));
	check_undefined(special_range_above(3, 3, 1.5));
}

Test(special, two_means_make_the_range_a_t_test)
{
	double t = 2.16642003025, df = 34.3892533525;
	check_near(special_range_above(t * sqrt(2), 2, df), 2 * special_t_below(-t, df), 1e-8);
}

Test(special, degrees_of_freedom_may_be_infinite)
{
	check_near(special_range_above(1.95996398454005 * sqrt(2), 2, INFINITY), 0.05, 1e-8);
}
