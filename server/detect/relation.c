#include "detect/relation.h"

#include <math.h>

#include "detect/scales.h"
#include "stats/special.h"

/* A mean of fewer answers says little about one column; with MIRROR_SHAPE columns the order of
 * their means is looked at, too. */
enum { COLUMN_ROWS = 5, MIRROR_COLUMNS = 2, MIRROR_SHAPE = 8 };

/** Mirrored means are at least this many times (squared) nearer than the means as they are. */
static const double mirror_nearer = 4;
/** A group that is only worse finds the same things easy: the means of its columns go with the
 * others' more than this. */
static const double mirror_shape = 0.5;

/** The sum of the row and how many answers it has. */
static int total_of(const int16_t *positions, size_t len, int64_t *total)
{
	int answers = 0, sum = 0;
	for (size_t c = 0; c < len; c++) {
		answers += positions[c] != POSITION_NONE;
		sum += positions[c] != POSITION_NONE ? positions[c] : 0;
	}
	*total = sum;
	return answers;
}

void group_add(struct group_sums *g, const int16_t *positions, size_t len)
{
	int64_t total;
	if (total_of(positions, len, &total) < 2)
		return;
	g->rows++;
	g->total += total;
	g->total_total += total * total;
	for (size_t c = 0; c < len; c++) {
		struct column_sums *s = &g->columns[c];
		int64_t y = positions[c];
		if (y != POSITION_NONE) {
			s->y += y;
			s->yy += y * y;
			s->y_total += y * total;
		} else {
			s->missing++;
			s->missing_total += total;
			s->missing_total_total += total * total;
		}
	}
}

static void merge(struct group_sums *into, const struct group_sums *from, size_t len, int sign)
{
	into->rows += sign * from->rows;
	into->total += sign * from->total;
	into->total_total += sign * from->total_total;
	for (size_t c = 0; c < len; c++) {
		struct column_sums *to = &into->columns[c];
		const struct column_sums *s = &from->columns[c];
		to->y += sign * s->y;
		to->yy += sign * s->yy;
		to->y_total += sign * s->y_total;
		to->missing += sign * s->missing;
		to->missing_total += sign * s->missing_total;
		to->missing_total_total += sign * s->missing_total_total;
	}
}

void group_merge(struct group_sums *into, const struct group_sums *from, size_t len)
{
	merge(into, from, len, 1);
}

void group_subtract(struct group_sums *from, const struct group_sums *what, size_t len)
{
	merge(from, what, len, -1);
}

double column_correlation(const struct group_sums *g, size_t column)
{
	const struct column_sums *c = &g->columns[column];
	int64_t total = g->total - c->missing_total;
	int64_t total_total = g->total_total - c->missing_total_total;
	double n = (double)column_rows(g, column), y = (double)c->y, yy = (double)c->yy;
	double rest = (double)(total - c->y);
	double rest_rest = (double)(total_total - 2 * c->y_total + c->yy);
	double y_rest = (double)(c->y_total - c->yy);
	double y_varies = n * yy - y * y, rest_varies = n * rest_rest - rest * rest;
	if (n < 3 || y_varies <= 0 || rest_varies <= 0)
		return NAN;
	double r = (n * y_rest - y * rest) / sqrt(y_varies) / sqrt(rest_varies);
	return fmax(-1, fmin(1, r));
}

double correlation_below(double correlation, int64_t n)
{
	return n > 3 ? special_normal_below(atanh(correlation) * sqrt((double)(n - 3))) : NAN;
}

/** P(a mean as far beyond 0 on the side of `sign`), where the true one is not beyond it. */
static double beyond_middle(const struct group_sums *g, double sign)
{
	double n = (double)g->rows, mean = (double)g->total / n;
	double squares = (double)g->total_total - n * mean * mean;
	double error = sqrt(fmax(squares, 0) / (n - 1) / n);
	if (sign * mean <= 0)
		return 1;
	return error > 0 ? special_t_below(-fabs(mean) / error, n - 1) : 0;
}

/** Sums over the columns both have enough answers in. */
struct means {
	size_t columns;
	double own, other, own_own, other_other, own_other;
};

static struct means compare_means(const struct group_sums *g, const struct group_sums *others,
				  size_t len)
{
	struct means m = {0};
	for (size_t c = 0; c < len; c++) {
		int64_t own_rows = column_rows(g, c), other_rows = column_rows(others, c);
		if (own_rows < COLUMN_ROWS || other_rows < COLUMN_ROWS)
			continue;
		double own = (double)g->columns[c].y / (double)own_rows;
		double other = (double)others->columns[c].y / (double)other_rows;
		m.columns++;
		m.own += own;
		m.other += other;
		m.own_own += own * own;
		m.other_other += other * other;
		m.own_other += own * other;
	}
	return m;
}

/** The correlation of the columns' means; 0 where one side has all alike. */
static double shape_of(const struct means *m)
{
	double k = (double)m->columns;
	double own = m->own_own - m->own * m->own / k;
	double other = m->other_other - m->other * m->other / k;
	double both = m->own_other - m->own * m->other / k;
	return own > 0 && other > 0 ? both / sqrt(own) / sqrt(other) : 0;
}

struct mirroring group_mirroring(const struct group_sums *g, const struct group_sums *others,
				 size_t len)
{
	struct mirroring found = {.slope = NAN, .chance = NAN};
	struct means m = compare_means(g, others, len);
	if (g->rows < 2 || others->rows < 2 || m.columns < MIRROR_COLUMNS || m.other_other <= 0)
		return found;
	double apart = m.own_own - 2 * m.own_other + m.other_other;
	double mirrored = m.own_own + 2 * m.own_other + m.other_other;
	found.slope = m.own_other / m.other_other;
	found.chance = beyond_middle(g, others->total > 0 ? -1 : 1);
	found.fits = mirror_nearer * mirrored <= apart &&
		     (m.columns < MIRROR_SHAPE || shape_of(&m) <= mirror_shape);
	return found;
}
