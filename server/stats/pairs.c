#include "stats/pairs.h"

#include <math.h>
#include <string.h>

#include "base/must.h"
#include "stats/special.h"

struct group group_of(const struct sums *s, int32_t per_unit)
{
	return (struct group){
		.n = s->n,
		.mean = sums_mean(s, per_unit),
		.variance = sums_variance(s, per_unit),
	};
}

size_t pairs_count(size_t k)
{
	return k < 2 ? 0 : k * (k - 1) / 2;
}

size_t pairs_index(size_t k, size_t i, size_t j)
{
	must(i < j && j < k);
	return i * k - i * (i + 1) / 2 + j - i - 1;
}

static struct pair welch(const struct group *a, const struct group *b)
{
	double va = a->variance / (double)a->n, vb = b->variance / (double)b->n, sum = va + vb;
	struct pair p = {
		.difference = a->mean - b->mean,
		.se = sqrt(sum),
		.t = NAN,
		.df = NAN,
		.verdict_p = NAN,
	};
	if (sum > 0) {
		p.t = p.difference / p.se;
		p.df = sum * sum / (va * va / (double)(a->n - 1) + vb * vb / (double)(b->n - 1));
	}
	return p;
}

/** What the studentized range is asked: |t| * sqrt(2). */
static double range_of(const struct pair *pair)
{
	return fabs(pair->t) * sqrt(2);
}

double pair_p_value(const struct pair *pair, size_t k)
{
	if (pair->se == 0)
		return pair->difference == 0 ? 1 : 0;
	if (!isnan(pair->verdict_p))
		return pair->verdict_p;
	return special_range_above(range_of(pair), k, pair->df);
}

/** Points (x, y) known to lie on the far side of a falling curve: whatever is as far to
 * the right of one and as high lies there too. Kept ascending in x, falling in y. */
struct staircase {
	struct corner {
		double x, y;
	} * corners;
	size_t len, room;
};

/** How many corners lie at or left of x. */
static size_t corners_up_to(const struct staircase *s, double x)
{
	size_t from = 0, to = s->len;
	while (from < to) {
		size_t middle = (from + to) / 2;
		if (s->corners[middle].x <= x)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool staircase_holds(const struct staircase *s, double x, double y)
{
	size_t left = corners_up_to(s, x);
	return left > 0 && y >= s->corners[left - 1].y;
}

/** Adds a point it does not hold yet, and drops the corners that this one makes needless. */
static void staircase_add(struct staircase *s, double x, double y)
{
	size_t at = corners_up_to(s, x), next = at;
	if (at > 0 && s->corners[at - 1].x == x)
		at--;
	while (next < s->len && s->corners[next].y >= y)
		next++;
	if (s->len == s->room) {
		s->room = s->room * 2 + 16;
		s->corners = memory_resize(s->corners, s->room, sizeof(*s->corners));
	}
	memmove(&s->corners[at + 1], &s->corners[next], (s->len - next) * sizeof(*s->corners));
	s->len = s->len - next + at + 1;
	s->corners[at] = (struct corner){x, y};
}

/** The tail of the studentized range falls in q and in df. A pair beyond one found
 * significant is so too, and a pair short of one that is not, is not: a few hundred
 * evaluations decide the 37,950 pairs of 276 companies. */
struct verdicts {
	struct staircase significant, not_significant; /**< the second with both signs turned */
	size_t k;
	double alpha;
};

/** Nearer to alpha than the range's own error a verdict says nothing about others. */
static const double DOUBTFUL = 1e-6;

static bool is_significant(struct verdicts *v, struct pair *pair)
{
	double q = range_of(pair);
	if (pair->se == 0)
		return pair->difference != 0 && v->alpha > 0;
	if (!(pair->df >= 2))
		return false;
	if (staircase_holds(&v->significant, pair->df, q))
		return true;
	if (staircase_holds(&v->not_significant, -pair->df, -q))
		return false;
	double p = special_range_above(q, v->k, pair->df);
	pair->verdict_p = p;
	if (p < v->alpha - DOUBTFUL)
		staircase_add(&v->significant, pair->df, q);
	if (p > v->alpha + DOUBTFUL)
		staircase_add(&v->not_significant, -pair->df, -q);
	return p < v->alpha;
}

static size_t common_divisor(size_t a, size_t b)
{
	while (b != 0) {
		size_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/** A step through `count` places that visits each once and is near the golden section,
 * so that pairs come in no order of size whatever order the companies have. */
static size_t scattered_step(size_t count)
{
	size_t step = (size_t)((double)count * 0.618) + 1;
	while (common_divisor(step, count) != 1)
		step++;
	return step;
}

void pairs_compare(const struct group *groups, size_t k, double alpha, struct pair *pairs)
{
	size_t count = pairs_count(k), at = 0;
	if (count == 0)
		return;
	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++)
			pairs[at++] = welch(&groups[i], &groups[j]);
	struct verdicts v = {.k = k, .alpha = alpha};
	size_t step = scattered_step(count);
	for (size_t turn = 0; turn < count; turn++) {
		at = (at + step) % count;
		pairs[at].significant = is_significant(&v, &pairs[at]);
	}
	memory_free(v.significant.corners);
	memory_free(v.not_significant.corners);
}
