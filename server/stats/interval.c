#include "stats/interval.h"

#include "base/must.h"

const char *ci_method_name(enum ci_method method)
{
	static const char *const names[] = {
		[CI_NONE] = "none",
		[CI_T] = "t",
		[CI_ZERO_VARIANCE_BOUND] = "zero_variance_bound",
		[CI_WILSON] = "wilson",
		[CI_ADJUSTED_WALD] = "adjusted_wald",
		[CI_TWO_PART] = "two_part",
	};
	must((size_t)method < COUNT_OF(names));
	return names[method];
}

struct interval interval_clip(struct interval ci, double lo, double hi)
{
	if (ci.lower < lo)
		ci.lower = lo;
	if (ci.upper > hi)
		ci.upper = hi;
	return ci;
}

struct interval interval_times(struct interval ci, double factor)
{
	return (struct interval){ci.lower * factor, ci.upper * factor};
}
