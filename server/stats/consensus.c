#include "stats/consensus.h"

#include <math.h>
#include <stdbool.h>

#include "base/must.h"

static bool within(struct counts answers, int32_t lo, int32_t hi)
{
	return counts_between(answers, lo, hi) == counts_total(answers);
}

double consensus_of(struct counts answers, int32_t lo, int32_t hi)
{
	struct sums s = counts_sums(answers);
	must(lo < hi && within(answers, lo, hi));
	if (s.n == 0)
		return NAN;
	if (sums_spread(&s) == 0)
		return 1;
	double n = (double)s.n, width = (double)hi - lo, sum = 0;
	for (size_t i = 0; i < answers.len; i++) {
		struct stats_bin bin = answers.bins[i];
		if (bin.count == 0)
			continue;
		double away = fabs((double)((__int128)bin.value * s.n - s.s1)) / (n * width);
		sum += (double)bin.count / n * log2(1 - away);
	}
	return 1 + sum;
}

/** Which points of the scale have answers left. */
struct layer {
	size_t points, filled;
	bool at[CONSENSUS_POINTS_LIMIT];
};

static size_t filled_before(const struct layer *l, size_t point)
{
	size_t filled = 0;
	for (size_t i = 0; i < point; i++)
		filled += l->at[i];
	return filled;
}

/** Agreement of one layer: triples of points that look unimodal (110, 011) against those
 * that do not (101). */
static double agreement_of_layer(const struct layer *l)
{
	double unimodal = 0, divided = 0, points = (double)l->points;
	if (l->filled == 1)
		return 1;
	for (size_t i = 0; i < l->points; i++) {
		double ones_left = (double)filled_before(l, i);
		double ones_right = (double)l->filled - ones_left - (l->at[i] ? 1 : 0);
		double zeros_left = (double)i - ones_left;
		double zeros_right = points - 1 - (double)i - ones_right;
		if (l->at[i])
			unimodal += ones_left * zeros_right + zeros_left * ones_right;
		else
			divided += ones_left * ones_right;
	}
	if (unimodal + divided == 0)
		return 0;
	double u = ((points - 2) * unimodal - (points - 1) * divided) /
		   ((points - 2) * (unimodal + divided));
	return u * (1 - ((double)l->filled - 1) / (points - 1));
}

/** The layer on top of what is left; *height answers thick at each of its points. */
static struct layer layer_of(const int64_t *left, size_t points, int64_t *height)
{
	struct layer l = {.points = points};
	*height = INT64_MAX;
	for (size_t i = 0; i < points; i++) {
		l.at[i] = left[i] > 0;
		l.filled += l.at[i];
		if (l.at[i] && left[i] < *height)
			*height = left[i];
	}
	return l;
}

double consensus_agreement_a(struct counts answers, int32_t lo, int32_t hi)
{
	int64_t n = counts_total(answers), left[CONSENSUS_POINTS_LIMIT] = {0}, height;
	int64_t points = (int64_t)hi - lo + 1;
	must(within(answers, lo, hi));
	if (n == 0 || points < 3 || points > CONSENSUS_POINTS_LIMIT)
		return NAN;
	for (size_t i = 0; i < answers.len; i++)
		if (answers.bins[i].count > 0)
			left[answers.bins[i].value - lo] = answers.bins[i].count;
	double agreement = 0;
	for (;;) {
		struct layer l = layer_of(left, (size_t)points, &height);
		if (l.filled == 0)
			return agreement;
		agreement += (double)l.filled * (double)height / (double)n * agreement_of_layer(&l);
		for (size_t i = 0; i < l.points; i++)
			left[i] -= l.at[i] ? height : 0;
	}
}
