#include "stats/sums.h"

#include <math.h>

#include "base/must.h"

void sums_add(struct sums *into, int32_t value, int64_t count)
{
	into->n += count;
	into->s1 += (__int128)value * count;
	into->s2 += (__int128)((int64_t)value * value) * count;
}

void sums_merge(struct sums *into, const struct sums *from)
{
	into->n += from->n;
	into->s1 += from->s1;
	into->s2 += from->s2;
}

struct sums sums_with_zeros(struct sums s, int64_t count)
{
	s.n += count;
	return s;
}

struct sums sums_of_nps(int64_t promoters, int64_t passives, int64_t detractors)
{
	return (struct sums){
		.n = promoters + passives + detractors,
		.s1 = (__int128)100 * (promoters - detractors),
		.s2 = (__int128)10000 * (promoters + detractors),
	};
}

struct sums sums_of_share(int64_t count, int64_t n)
{
	return (struct sums){
		.n = n,
		.s1 = (__int128)100 * count,
		.s2 = (__int128)10000 * count,
	};
}

__int128 sums_spread(const struct sums *s)
{
	__int128 ns2, square;
	must(!__builtin_mul_overflow((__int128)s->n, s->s2, &ns2));
	must(!__builtin_mul_overflow(s->s1, s->s1, &square));
	must(ns2 >= square); /* Cauchy-Schwarz: anything else is not a set of answers */
	return ns2 - square;
}

double sums_mean(const struct sums *s, int32_t per_unit)
{
	if (s->n == 0)
		return NAN;
	return (double)s->s1 / (double)((__int128)s->n * per_unit);
}

double sums_variance(const struct sums *s, int32_t per_unit)
{
	if (s->n < 2)
		return NAN;
	double unit = (double)per_unit;
	return (double)sums_spread(s) / ((double)((__int128)s->n * (s->n - 1)) * unit * unit);
}

double sums_squares_within(const struct sums *s, int32_t per_unit)
{
	if (s->n == 0)
		return NAN;
	double unit = (double)per_unit;
	return (double)sums_spread(s) / ((double)s->n * unit * unit);
}

int sums_compare_means(const struct sums *a, const struct sums *b)
{
	__int128 left, right;
	must(a->n > 0 && b->n > 0);
	must(!__builtin_mul_overflow(a->s1, (__int128)b->n, &left));
	must(!__builtin_mul_overflow(b->s1, (__int128)a->n, &right));
	return (left > right) - (left < right);
}
