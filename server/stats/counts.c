#include "stats/counts.h"

#include <math.h>
#include <stdbool.h>

#include "base/must.h"

int64_t counts_total(struct counts c)
{
	int64_t n = 0;
	for (size_t i = 0; i < c.len; i++) {
		must(c.bins[i].count >= 0);
		must(i == 0 || c.bins[i - 1].value < c.bins[i].value);
		n += c.bins[i].count;
	}
	return n;
}

struct sums counts_sums(struct counts c)
{
	struct sums s = {0};
	for (size_t i = 0; i < c.len; i++)
		sums_add(&s, c.bins[i].value, c.bins[i].count);
	return s;
}

int64_t counts_from(struct counts c, int32_t from)
{
	return counts_between(c, from, INT32_MAX);
}

int64_t counts_between(struct counts c, int32_t from, int32_t to)
{
	int64_t n = 0;
	for (size_t i = 0; i < c.len; i++)
		if (c.bins[i].value >= from && c.bins[i].value <= to)
			n += c.bins[i].count;
	return n;
}

struct counts counts_recoded(struct counts from, int32_t lo, int32_t hi, struct stats_bin *to)
{
	for (size_t i = 0; i < from.len; i++) {
		struct stats_bin bin = from.bins[from.len - 1 - i];
		to[i] = (struct stats_bin){.value = lo + hi - bin.value, .count = bin.count};
	}
	return counts_over(to, from.len);
}

/** The answer at `place`, 0 the smallest; place < n. */
static int32_t answer_at(struct counts c, int64_t place)
{
	for (size_t i = 0; i < c.len; i++) {
		if (place < c.bins[i].count)
			return c.bins[i].value;
		place -= c.bins[i].count;
	}
	never("fewer answers than asked for");
}

double counts_min(struct counts c, int32_t per_unit)
{
	return counts_quantile(c, 0, 1, per_unit);
}

double counts_max(struct counts c, int32_t per_unit)
{
	return counts_quantile(c, 1, 1, per_unit);
}

double counts_quantile(struct counts c, int32_t num, int32_t den, int32_t per_unit)
{
	int64_t n = counts_total(c);
	must(den > 0 && den <= 1000000 && num >= 0 && num <= den);
	if (n == 0)
		return NAN;
	__int128 reach = (__int128)(n - 1) * num;
	int64_t place = (int64_t)(reach / den), rest = (int64_t)(reach % den);
	int64_t low = answer_at(c, place);
	int64_t high = rest == 0 ? low : answer_at(c, place + 1);
	return (double)(low * den + (high - low) * rest) / ((double)den * (double)per_unit);
}

/** Twice the median: a whole number of grid units. */
static int64_t twice_median(struct counts c, int64_t n)
{
	return (int64_t)answer_at(c, (n - 1) / 2) + answer_at(c, n / 2);
}

/** Walks outward from the median, nearest answers first. */
struct outward {
	struct counts c;
	int64_t centre;	 /**< twice the median */
	size_t below;	 /**< bins still to the left */
	size_t above;	 /**< the next bin to the right */
	int64_t reached; /**< answers passed */
	int64_t distance;
};

static void outward_step(struct outward *o)
{
	const struct stats_bin *bins = o->c.bins;
	bool left = o->below > 0;
	if (left && o->above < o->c.len)
		left = o->centre - 2 * (int64_t)bins[o->below - 1].value <=
		       2 * (int64_t)bins[o->above].value - o->centre;
	const struct stats_bin *next = left ? &bins[--o->below] : &bins[o->above++];
	int64_t distance = 2 * (int64_t)next->value - o->centre;
	o->distance = distance < 0 ? -distance : distance;
	o->reached += next->count;
}

static int64_t deviation_at(struct outward *o, int64_t place)
{
	while (o->reached <= place)
		outward_step(o);
	return o->distance;
}

double counts_mad(struct counts c, int32_t per_unit)
{
	int64_t n = counts_total(c);
	if (n == 0)
		return NAN;
	struct outward o = {.c = c, .centre = twice_median(c, n)};
	while (o.below < c.len && 2 * (int64_t)c.bins[o.below].value < o.centre)
		o.below++;
	o.above = o.below;
	int64_t low = deviation_at(&o, (n - 1) / 2);
	int64_t high = deviation_at(&o, n / 2);
	return (double)(low + high) / (4.0 * (double)per_unit);
}

/** The answers at places from .. to - 1. */
static struct sums sums_of_places(struct counts c, int64_t from, int64_t to)
{
	struct sums s = {0};
	int64_t start = 0;
	for (size_t i = 0; i < c.len; i++) {
		int64_t end = start + c.bins[i].count;
		int64_t first = start > from ? start : from, last = end < to ? end : to;
		if (last > first)
			sums_add(&s, c.bins[i].value, last - first);
		start = end;
	}
	return s;
}

double counts_trimmed_mean(struct counts c, int32_t num, int32_t den, int32_t per_unit)
{
	int64_t n = counts_total(c);
	must(den > 0 && num >= 0);
	if (n == 0)
		return NAN;
	int64_t drop = (int64_t)((__int128)n * num / den);
	if (2 * drop >= n)
		return counts_quantile(c, 1, 2, per_unit);
	struct sums kept = sums_of_places(c, drop, n - drop);
	return sums_mean(&kept, per_unit);
}

double counts_gini(struct counts c, int32_t per_unit)
{
	int64_t n = counts_total(c), before = 0;
	__int128 sum = 0;
	if (n < 2)
		return NAN;
	for (size_t i = 0; i < c.len; i++) {
		int64_t count = c.bins[i].count;
		sum += (__int128)c.bins[i].value * count * (2 * before + count - n);
		before += count;
	}
	return 2.0 * (double)sum / ((double)((__int128)n * (n - 1)) * (double)per_unit);
}
