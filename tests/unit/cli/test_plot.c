#include <criterion/criterion.h>
#include <math.h>

#include "cli/plot.h"

static void expect(struct buf *made, const char *wanted)
{
	buf_add_byte(made, '\0');
	cr_expect_str_eq(made->at, wanted);
	buf_fini(made);
}

static void expect_row(struct plot_row row, bool ascii, const char *wanted)
{
	struct axis axis = {.lower = 0, .upper = 100, .step = 50, .width = 21};
	struct buf made;
	buf_init(&made, 1000);
	plot_add_row(&made, &axis, &row, ascii);
	expect(&made, wanted);
}

Test(plot, the_dot_stands_on_its_whisker_in_proportion)
{
	expect_row((struct plot_row){.whisker = {50, 25, 75}, .reference = NAN}, false,
		   "     ├────●────┤     ");
}

Test(plot, ascii_draws_the_same_places)
{
	expect_row((struct plot_row){.whisker = {50, 25, 75}, .reference = NAN}, true,
		   "     |----*----|     ");
}

Test(plot, an_undefined_value_leaves_the_reference_line_alone)
{
	expect_row((struct plot_row){.whisker = {NAN, NAN, NAN}, .reference = 100}, true,
		   "                    :");
}

Test(plot, a_value_without_interval_is_a_dot_alone)
{
	expect_row((struct plot_row){.whisker = {0, NAN, NAN}, .reference = NAN}, true,
		   "*                    ");
}

Test(plot, a_value_outside_the_axis_stands_at_its_edge)
{
	expect_row((struct plot_row){.whisker = {130, 110, 140}, .reference = NAN}, true,
		   "                    *");
}

Test(plot, behind_the_best_and_unranked_have_their_own_shapes)
{
	expect_row(
		(struct plot_row){.whisker = {0, NAN, NAN}, .reference = NAN, .dot = PLOT_HOLLOW},
		false, "○                    ");
	expect_row(
		(struct plot_row){.whisker = {0, NAN, NAN}, .reference = NAN, .dot = PLOT_DIAMOND},
		false, "◇                    ");
}

Test(plot, the_axis_zooms_to_round_numbers_around_the_data)
{
	struct axis a = axis_around(71.6, 90.5, 0, 100, 40);
	cr_expect_eq(a.lower, 70);
	cr_expect_eq(a.upper, 95);
	cr_expect_eq(a.step, 5);
}

Test(plot, the_axis_never_leaves_the_scale)
{
	struct axis a = axis_around(99.5, 100, 0, 100, 40);
	cr_expect_leq(a.upper, 100);
	cr_expect_lt(a.lower, a.upper);
	a = axis_around(0, 0, 0, 100, 40);
	cr_expect_geq(a.lower, 0);
	cr_expect_lt(a.lower, a.upper);
}

Test(plot, no_data_gives_the_whole_scale)
{
	struct axis a = axis_around(NAN, NAN, 0, 100, 40);
	cr_expect_eq(a.lower, 0);
	cr_expect_eq(a.upper, 100);
}

Test(plot, labels_of_nps_use_the_true_minus)
{
	struct axis axis = axis_whole(-100, 100, 40);
	struct buf made;
	buf_init(&made, 1000);
	axis_add_labels(&made, &axis, false);
	expect(&made, "−100     −50        0        50      100");
}

Test(plot, a_tick_stands_under_each_label)
{
	struct axis axis = axis_whole(0, 100, 21);
	struct buf made;
	buf_init(&made, 1000);
	axis_add_rule(&made, &axis, true);
	expect(&made, "+---------+---------+");
}

Test(plot, ticks_are_even_from_one_end_of_the_axis_to_the_other)
{
	struct axis axis = axis_around(59.3, 93.4, 0, 100, 20);
	for (double tick = axis.lower; tick < axis.upper; tick += axis.step)
		cr_assert(tick + axis.step <= axis.upper + 1e-9, "%g %g %g", axis.lower, axis.step,
			  axis.upper);
}
