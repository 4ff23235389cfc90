#include "stats/two_part.h"

#include "base/must.h"

static double squared_log(double ratio)
{
	double l = log(ratio);
	return l * l;
}

/** MOVER on the log scale: rate and mean are independent, their logs add. */
static struct interval of_product(double rate, struct interval rate_ci, const struct mean *m,
				  double hi)
{
	double product = rate * m->mean;
	struct interval ci = {0, hi * rate_ci.upper};
	if (product == 0)
		return ci;
	if (m->ci.lower > 0) {
		double down = squared_log(rate / rate_ci.lower) +
			      squared_log(m->mean / m->ci.lower);
		ci.lower = product * exp(-sqrt(down));
	}
	double up = squared_log(rate_ci.upper / rate) + squared_log(m->ci.upper / m->mean);
	ci.upper = fmin(hi, product * exp(sqrt(up)));
	return ci;
}

struct two_part two_part_of(const struct sums *answered, int64_t contacts, struct scale scale,
			    double level)
{
	must(answered->n <= contacts);
	struct two_part r = {
		.n = contacts,
		.no_answer = share_of(contacts - answered->n, contacts, level),
		.answered = mean_of(answered, scale, level),
		.score = NAN,
		.ci = INTERVAL_NONE,
	};
	if (contacts == 0)
		return r;
	struct sums all = sums_with_zeros(*answered, contacts - answered->n);
	double hi = (double)scale.hi / scale.per_unit;
	struct interval rate_ci = proportion_wilson((double)answered->n, (double)contacts, level);
	r.score = sums_mean(&all, scale.per_unit);
	if (answered->n == 1)
		return r;
	r.method = CI_TWO_PART;
	if (answered->n == 0)
		r.ci = (struct interval){0, hi * rate_ci.upper};
	else
		r.ci = of_product((double)answered->n / (double)contacts, rate_ci, &r.answered, hi);
	return r;
}
