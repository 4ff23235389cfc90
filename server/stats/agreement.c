#include "stats/agreement.h"

#include <math.h>
#include <stdlib.h>

#include "base/must.h"
#include "stats/special.h"

/** A value that was given, how often, and where it stands for the metric. */
struct given {
	int32_t value;
	int64_t count;
	int64_t place;
};

static int ascending(const void *left, const void *right)
{
	const struct given *a = left, *b = right;
	return (a->value > b->value) - (a->value < b->value);
}

static size_t scored(const int32_t *row, size_t shoppers)
{
	size_t count = 0;
	for (size_t j = 0; j < shoppers; j++)
		count += row[j] != AGREEMENT_NOT_SCORED;
	return count;
}

/** Every value of contacts scored at least twice, ascending, each once. */
static struct given *distinct_values(const int32_t *scores, size_t contacts, size_t shoppers,
				     size_t *len)
{
	struct given *given = memory_new((contacts * shoppers + 1) * sizeof(*given));
	size_t all = 0;
	for (size_t i = 0; i < contacts; i++) {
		const int32_t *row = &scores[i * shoppers];
		if (scored(row, shoppers) < 2)
			continue;
		for (size_t j = 0; j < shoppers; j++)
			if (row[j] != AGREEMENT_NOT_SCORED)
				given[all++] = (struct given){.value = row[j], .count = 1};
	}
	qsort(given, all, sizeof(*given), ascending);
	*len = 0;
	for (size_t i = 0; i < all; i++) {
		if (*len > 0 && given[*len - 1].value == given[i].value)
			given[*len - 1].count++;
		else
			given[(*len)++] = given[i];
	}
	return given;
}

/** The ordinal metric is the interval metric of mid-ranks (here doubled, whole numbers):
 * the sum of counts between two values less half of both ends is their difference. */
static void place_values(struct given *given, size_t len, enum agreement_metric metric)
{
	int64_t before = 0;
	for (size_t i = 0; i < len; i++) {
		if (metric == AGREEMENT_ORDINAL)
			given[i].place = 2 * before + given[i].count;
		else
			given[i].place = given[i].value;
		before += given[i].count;
	}
}

/** Sums over ordered pairs of different answers; `squares` of each value's count for the
 * nominal metric, whose distance is 1 or 0. */
struct disagreement {
	__int128 n, sum, sum_of_squares, squares;
};

static void count_value(struct disagreement *d, const struct given *g, int64_t count)
{
	d->n += count;
	d->sum += (__int128)g->place * count;
	d->sum_of_squares += (__int128)g->place * g->place * count;
	d->squares += (__int128)count * count;
}

static double distance_of_pairs(const struct disagreement *d, enum agreement_metric metric)
{
	if (metric == AGREEMENT_NOMINAL)
		return (double)(d->n * d->n - d->squares);
	return 2 * (double)(d->n * d->sum_of_squares - d->sum * d->sum);
}

static int64_t times_in(const int32_t *row, size_t shoppers, int32_t value)
{
	int64_t times = 0;
	for (size_t j = 0; j < shoppers; j++)
		times += row[j] == value;
	return times;
}

/** Disagreement within one contact, each value of it counted once. */
static double distance_within(const int32_t *row, size_t shoppers, const struct given *given,
			      size_t len, enum agreement_metric metric)
{
	struct disagreement d = {0};
	for (size_t j = 0; j < shoppers; j++) {
		if (row[j] == AGREEMENT_NOT_SCORED || times_in(row, j, row[j]) > 0)
			continue;
		struct given key = {.value = row[j]};
		const struct given *g = bsearch(&key, given, len, sizeof(*given), ascending);
		must(g != NULL);
		count_value(&d, g, times_in(row, shoppers, row[j]));
	}
	return distance_of_pairs(&d, metric) / (double)(d.n - 1);
}

struct krippendorff agreement_krippendorff(const int32_t *scores, size_t contacts, size_t shoppers,
					   enum agreement_metric metric)
{
	size_t len;
	struct given *given = distinct_values(scores, contacts, shoppers, &len);
	struct disagreement all = {0};
	double observed = 0;
	place_values(given, len, metric);
	for (size_t i = 0; i < len; i++)
		count_value(&all, &given[i], given[i].count);
	for (size_t i = 0; i < contacts && len > 1; i++) {
		const int32_t *row = &scores[i * shoppers];
		if (scored(row, shoppers) >= 2)
			observed += distance_within(row, shoppers, given, len, metric);
	}
	memory_free(given);
	struct krippendorff k = {.alpha = NAN, .pairable = (int64_t)all.n};
	if (len == 1)
		k.alpha = 1;
	if (len > 1)
		k.alpha = 1 - (double)(all.n - 1) * observed / distance_of_pairs(&all, metric);
	return k;
}

static double defined(double x)
{
	return isfinite(x) ? x : NAN;
}

/** Whole-number sums of a complete table. */
struct table {
	__int128 total, squares, row_squares, column_squares;
};

static struct table sum_table(const int32_t *scores, size_t rows, size_t columns)
{
	struct table t = {0};
	for (size_t i = 0; i < rows; i++) {
		__int128 row = 0;
		for (size_t j = 0; j < columns; j++) {
			__int128 score = scores[i * columns + j];
			row += score;
			t.squares += score * score;
		}
		t.total += row;
		t.row_squares += row * row;
	}
	for (size_t j = 0; j < columns; j++) {
		__int128 column = 0;
		for (size_t i = 0; i < rows; i++)
			column += scores[i * columns + j];
		t.column_squares += column * column;
	}
	return t;
}

static void mean_squares(struct icc_two_way *r, const int32_t *scores, size_t rows, size_t columns,
			 int32_t per_unit)
{
	struct table t = sum_table(scores, rows, columns);
	__int128 n = (__int128)rows, k = (__int128)columns, square = t.total * t.total;
	__int128 by_rows = n * t.row_squares - square, by_columns = k * t.column_squares - square;
	__int128 rest = n * k * t.squares - square - by_rows - by_columns;
	double cells = (double)(n * k) * per_unit * per_unit;
	double df_rows = (double)(n - 1), df_columns = (double)(k - 1);
	r->ms_rows = (double)by_rows / (cells * df_rows);
	r->ms_columns = (double)by_columns / (cells * df_columns);
	r->ms_error = (double)rest / (cells * df_rows * df_columns);
}

/** Satterthwaite's degrees of freedom for the columns and error that blur a single score. */
static double icc_df(const struct icc_two_way *r, double n, double k)
{
	double a = k * r->icc_a1 / (n * (1 - r->icc_a1));
	double b = 1 + k * r->icc_a1 * (n - 1) / (n * (1 - r->icc_a1));
	double columns = a * r->ms_columns, error = b * r->ms_error;
	return (columns + error) * (columns + error) /
	       (columns * columns / (k - 1) + error * error / ((n - 1) * (k - 1)));
}

static struct interval icc_interval(const struct icc_two_way *r, double n, double k, double level)
{
	double upper = 1 - (1 - level) / 2, df = defined(icc_df(r, n, k));
	double low = special_f_quantile(upper, n - 1, df);
	double high = special_f_quantile(upper, df, n - 1);
	double rows = r->ms_rows, error = r->ms_error;
	double noise = k * r->ms_columns + (k * n - k - n) * error;
	return (struct interval){
		.lower = defined(n * (rows - low * error) / (low * noise + n * rows)),
		.upper = defined(n * (high * rows - error) / (noise + n * high * rows)),
	};
}

struct icc_two_way agreement_icc(const int32_t *scores, size_t contacts, size_t shoppers,
				 int32_t per_unit, double level)
{
	struct icc_two_way r = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, INTERVAL_NONE, NAN, NAN};
	double n = (double)contacts, k = (double)shoppers;
	if (contacts < 2 || shoppers < 2)
		return r;
	mean_squares(&r, scores, contacts, shoppers, per_unit);
	double real = r.ms_rows - r.ms_error, columns = r.ms_columns - r.ms_error;
	r.icc_a1 = defined(real / (r.ms_rows + (k - 1) * r.ms_error + k * columns / n));
	r.icc_ak = defined(real / (r.ms_rows + columns / n));
	r.icc_c1 = defined(real / (r.ms_rows + (k - 1) * r.ms_error));
	r.icc_ck = defined(real / r.ms_rows);
	r.icc_a1_ci = icc_interval(&r, n, k, level);
	r.se_mean = sqrt(r.ms_error / k);
	r.se_difference = sqrt(2 * r.ms_error / k);
	return r;
}
