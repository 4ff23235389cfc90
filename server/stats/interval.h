/** Two ends of an interval, and how it was made.
 *
 * Undefined intervals have NAN at both ends and the method "none".
 */
#pragma once

#include <math.h>

struct interval {
	double lower, upper;
};

#define INTERVAL_NONE ((struct interval){NAN, NAN})

enum ci_method { CI_NONE, CI_T, CI_ZERO_VARIANCE_BOUND, CI_WILSON, CI_ADJUSTED_WALD, CI_TWO_PART };

/** "none", "t", "zero_variance_bound", "wilson", "adjusted_wald", "two_part". */
const char *ci_method_name(enum ci_method method);

struct interval interval_clip(struct interval ci, double lo, double hi);
struct interval interval_times(struct interval ci, double factor); /**< factor > 0 */
