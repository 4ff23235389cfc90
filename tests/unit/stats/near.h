/** Comparing figures: relative above 1, absolute below. */
#pragma once

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>

static inline bool near(double got, double expected, double tolerance)
{
	return fabs(got - expected) <= tolerance * fmax(1, fabs(expected));
}

#define check_near(got, expected, tolerance)                                                       \
	cr_expect(near(got, expected, tolerance), "%s is %.15g, not %.15g", #got, (double)(got),   \
		  (double)(expected))
#define check_undefined(got) cr_expect(isnan(got), "%s is %g, not undefined", #got, (double)(got))
