#include "stats/posterior.h"

#include <stdbool.h>
#include <string.h>

#include "base/must.h"
#include "stats/special.h"

void posterior_expected_ranks(const double *mean, const double *sd, size_t k, double *expected)
{
	for (size_t i = 0; i < k; i++) {
		expected[i] = 1;
		for (size_t j = 0; j < k; j++) {
			if (j == i)
				continue;
			double apart = sqrt(sd[i] * sd[i] + sd[j] * sd[j]);
			expected[i] += special_normal_below((mean[j] - mean[i]) / apart);
		}
	}
}

/** The board as seen from one company. */
struct view {
	const double *mean, *sd;
	size_t k, own, top;
	double *ahead; /**< chance that 0 .. top - 1 others lie ahead, at one node */
	double *sum;   /**< of the nodes so far */
	double *chance;
};

/** Beyond this many sds a normal tail is below 1e-19: certain for our purposes. */
static const double CERTAIN = 9;

/** Takes one more other company into `ahead`; false once nothing is left of it. */
static bool convolve(struct view *v, double p)
{
	double left = 0;
	for (size_t r = v->top; r-- > 0;) {
		double from_below = r > 0 ? v->ahead[r - 1] * p : 0;
		v->ahead[r] = v->ahead[r] * (1 - p) + from_below;
		left += v->ahead[r];
	}
	return !(left < 1e-20);
}

static void add_node(struct view *v, double z, double weight)
{
	double own = v->mean[v->own] + v->sd[v->own] * z;
	bool any = true;
	memset(v->ahead, 0, v->top * sizeof(*v->ahead));
	v->ahead[0] = 1;
	for (size_t j = 0; j < v->k && any; j++) {
		double x = (v->mean[j] - own) / v->sd[j];
		if (j == v->own || x < -CERTAIN)
			continue;
		any = convolve(v, x > CERTAIN ? 1 : special_normal_below(x));
	}
	if (!any)
		return;
	for (size_t r = 0; r < v->top; r++)
		v->sum[r] += weight * v->ahead[r];
}

/** Updates the chances from the sums; how far the farthest of them moved. */
static double settle(struct view *v, double step)
{
	double moved = 0;
	for (size_t r = 0; r < v->top; r++) {
		double chance = v->sum[r] * step;
		double by = fabs(chance - v->chance[r]);
		moved = by > moved || isnan(by) ? by : moved;
		v->chance[r] = chance;
	}
	return moved;
}

/** The trapezoid rule on [-9, 9]; each halving only adds the nodes between. */
static void integrate(struct view *v)
{
	enum { NODES = 72, HALVINGS = 12 };
	double step = 2 * CERTAIN / NODES;
	memset(v->sum, 0, v->top * sizeof(*v->sum));
	for (int node = 0; node <= NODES; node++) {
		double z = -CERTAIN + node * step;
		add_node(v, z, special_normal_density(z));
	}
	settle(v, step);
	for (int halving = 0; halving < HALVINGS; halving++) {
		int between = NODES << halving;
		for (int node = 0; node < between; node++) {
			double z = -CERTAIN + (node + 0.5) * step;
			add_node(v, z, special_normal_density(z));
		}
		step /= 2;
		if (!(settle(v, step) > 1e-11)) /* still, or NAN */
			return;
	}
}

void posterior_rank_chances(const double *mean, const double *sd, size_t k, size_t top,
			    double *chance)
{
	must(top >= 1 && top <= k);
	double *scratch = memory_new(2 * top * sizeof(*scratch));
	struct view v = {
		.mean = mean,
		.sd = sd,
		.k = k,
		.top = top,
		.ahead = scratch,
		.sum = scratch + top,
	};
	memset(chance, 0, k * top * sizeof(*chance));
	for (size_t i = 0; i < k; i++) {
		v.own = i;
		v.chance = chance + i * top;
		integrate(&v);
	}
	memory_free(scratch);
}

double posterior_at_least(double mean, double sd, double threshold)
{
	return special_normal_below((mean - threshold) / sd);
}

enum verdict posterior_verdict(struct interval ci, double threshold)
{
	if (ci.lower >= threshold)
		return VERDICT_AT_OR_ABOVE;
	return ci.upper < threshold ? VERDICT_BELOW : VERDICT_UNDETERMINED;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNDETERMINED] = "undetermined",
		[VERDICT_AT_OR_ABOVE] = "at_or_above",
		[VERDICT_BELOW] = "below",
	};
	must((size_t)verdict < COUNT_OF(names));
	return names[verdict];
}
