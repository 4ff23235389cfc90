#include "stats/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/must.h"

static double dot(const double *x, const double *y, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static void add_times(double *to, double factor, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += factor * x[i];
}

/** Fills v so that I - v v' turns x into (length, 0, .. 0) and hands back that length with
 * its sign. v is all 0 where x already has that form. */
static double reflector_of(const double *x, size_t n, double *v)
{
	double rest = dot(x + 1, x + 1, n - 1);
	memset(v, 0, n * sizeof(*v));
	if (rest == 0)
		return x[0];
	double length = -copysign(sqrt(x[0] * x[0] + rest), x[0]);
	memcpy(v, x, n * sizeof(*v));
	v[0] -= length;
	double scale = sqrt(2 / (v[0] * v[0] + rest));
	for (size_t i = 0; i < n; i++)
		v[i] *= scale;
	return length;
}

/** Both sides of the trailing block of `a` (from `from` on) reflected by v: a rank two
 * change. `w` is room for n numbers. */
static void reflect_block(double *a, size_t n, size_t from, const double *v, double *w)
{
	size_t len = n - from;
	for (size_t i = 0; i < len; i++)
		w[i] = dot(&a[(from + i) * n + from], v, len);
	add_times(w, -dot(v, w, len) / 2, v, len);
	for (size_t i = 0; i < len; i++) {
		double *row = &a[(from + i) * n + from];
		add_times(row, -v[i], w, len);
		add_times(row, -w[i], v, len);
	}
}

/** Turns `a` into a tridiagonal matrix (diagonal d, below it e) and then `a` itself into
 * the rotation that did it, by rows. */
static void make_tridiagonal(double *a, size_t n, double *d, double *e)
{
	double *reflectors = memory_new(n * n * sizeof(*reflectors));
	double *room = memory_new(n * sizeof(*room));
	for (size_t k = 0; k + 1 < n; k++) {
		double *v = &reflectors[k * n];
		e[k] = reflector_of(&a[k * n + k + 1], n - k - 1, v);
		reflect_block(a, n, k + 1, v, room);
	}
	for (size_t i = 0; i < n; i++)
		d[i] = a[i * n + i];
	memset(a, 0, n * n * sizeof(*a));
	for (size_t i = 0; i < n; i++)
		a[i * n + i] = 1;
	for (size_t k = n - 1; k-- > 0;) {
		const double *v = &reflectors[k * n];
		for (size_t i = k + 1; i < n; i++) {
			double *row = &a[i * n + k + 1];
			add_times(row, -dot(row, v, n - k - 1), v, n - k - 1);
		}
	}
	memory_free(room);
	memory_free(reflectors);
}

static void rotate_rows(double *upper, double *lower, size_t n, double c, double s)
{
	for (size_t k = 0; k < n; k++) {
		double below = lower[k];
		lower[k] = s * upper[k] + c * below;
		upper[k] = c * upper[k] - s * below;
	}
}

struct tridiagonal {
	double *d, *e, *vectors;
	size_t n;
	double negligible;
};

/** One implicit QL turn on the block l .. m, with Wilkinson's shift. */
static void ql_turn(struct tridiagonal *t, size_t l, size_t m)
{
	double *d = t->d, *e = t->e, s = 1, c = 1, p = 0;
	double half = (d[l + 1] - d[l]) / (2 * e[l]), r = hypot(half, 1);
	double g = d[m] - d[l] + e[l] / (half + copysign(r, half));
	for (size_t i = m; i-- > l;) {
		double f = s * e[i], b = c * e[i];
		r = hypot(f, g);
		e[i + 1] = r;
		if (r == 0) { /* the block falls apart here */
			d[i + 1] -= p;
			e[m] = 0;
			return;
		}
		s = f / r;
		c = g / r;
		g = d[i + 1] - p;
		r = (d[i] - g) * s + 2 * c * b;
		p = s * r;
		d[i + 1] = g + p;
		g = c * r - b;
		rotate_rows(&t->vectors[i * t->n], &t->vectors[(i + 1) * t->n], t->n, c, s);
	}
	d[l] -= p;
	e[l] = g;
	e[m] = 0;
}

static size_t end_of_block(const struct tridiagonal *t, size_t l)
{
	while (l + 1 < t->n && fabs(t->e[l]) > t->negligible)
		l++;
	return l;
}

bool eigen_symmetric(double *a, size_t n, double *value)
{
	enum { TURNS_LIMIT = 60 };
	bool settled = true;
	if (n == 0)
		return true;
	double *e = memory_new((n + 1) * sizeof(*e));
	struct tridiagonal t = {.d = value, .e = e, .vectors = a, .n = n};
	make_tridiagonal(a, n, value, e);
	for (size_t i = 0; i < n; i++)
		t.negligible = fmax(t.negligible, DBL_EPSILON * (fabs(value[i]) + fabs(e[i])));
	for (size_t l = 0; l < n && settled; l++) {
		int turns = 0;
		size_t m;
		while ((m = end_of_block(&t, l)) != l && turns++ < TURNS_LIMIT)
			ql_turn(&t, l, m);
		settled = m == l && isfinite(value[l]);
	}
	memory_free(e);
	return settled;
}
