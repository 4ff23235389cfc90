/* Figures of server/stats for numbers on standard input, for tests with published data.
 *
 *	data_stats alpha METRIC    rows of whole numbers, "-" where not scored; nominal, ordinal,
 *interval data_stats icc             rows of whole numbers data_stats ranks           rows "mean
 *se": rank, simultaneous and marginal 95 % rank intervals data_stats severity        rows "company
 *shopper score", small numbers from 0
 *
 * One line of names and figures, or a line a row. Exit status 2 for input that is not of this form.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/must.h"
#include "base/slice.h"
#include "stats/agreement.h"
#include "stats/ranks.h"
#include "stats/severity.h"

enum { LINE_BYTES = 4096, WORDS = 64, MANY_ANSWERS = 1000000000 };

/** A table of numbers; NAN where there is none. */
struct table {
	double *at;
	size_t rows, columns, room;
};

static void refuse(const char *what)
{
	fprintf(stderr, "data_stats: %s\n", what);
	exit(2);
}

static double number_of(const char *word)
{
	char *end;
	double number = strtod(word, &end);
	if (strcmp(word, "-") == 0)
		return NAN;
	if (*end != '\0' || end == word)
		refuse("not a number");
	return number;
}

static size_t split(char *line, double *numbers)
{
	size_t len = 0;
	struct slice rest = slice_of(line), word;
	while (slice_next_part(&rest, ' ', &word)) {
		char text[64];
		if (len == WORDS || word.len == 0 || word.len >= sizeof(text))
			refuse("not words with a space between");
		memcpy(text, word.at, word.len);
		text[word.len] = '\0';
		numbers[len++] = number_of(text);
	}
	return len;
}

static void add_row(struct table *t, const double *numbers, size_t len)
{
	if (t->rows > 0 && len != t->columns)
		refuse("rows of different lengths");
	t->columns = len;
	if (t->rows == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 64;
		t->at = memory_resize(t->at, t->room * len, sizeof(*t->at));
	}
	memcpy(t->at + t->rows++ * len, numbers, len * sizeof(*numbers));
}

static struct table read_table(void)
{
	struct table t = {0};
	char line[LINE_BYTES];
	double numbers[WORDS];
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		add_row(&t, numbers, split(line, numbers));
	}
	if (t.rows == 0)
		refuse("no rows");
	return t;
}

static const double *row_of(const struct table *t, size_t row)
{
	return t->at + row * t->columns;
}

static int32_t *scores_of(const struct table *t)
{
	int32_t *scores = memory_new(t->rows * t->columns * sizeof(*scores));
	for (size_t i = 0; i < t->rows * t->columns; i++)
		scores[i] = isnan(t->at[i]) ? AGREEMENT_NOT_SCORED : (int32_t)t->at[i];
	return scores;
}

static void answer_alpha(const struct table *t, const char *metric)
{
	static const char *const names[] = {"nominal", "ordinal", "interval"};
	int32_t *scores = scores_of(t);
	size_t at = 0;
	while (at < COUNT_OF(names) && strcmp(metric, names[at]) != 0)
		at++;
	if (at == COUNT_OF(names))
		refuse("no such metric");
	struct krippendorff k = agreement_krippendorff(scores, t->rows, t->columns,
						       (enum agreement_metric)at);
	printf("alpha %.17g pairable %lld\n", k.alpha, (long long)k.pairable);
	memory_free(scores);
}

static void answer_icc(const struct table *t)
{
	int32_t *scores = scores_of(t);
	struct icc_two_way i = agreement_icc(scores, t->rows, t->columns, 1, 0.95);
	printf("a1 %.17g ak %.17g c1 %.17g ck %.17g a1_lower %.17g a1_upper %.17g\n", i.icc_a1,
	       i.icc_ak, i.icc_c1, i.icc_ck, i.icc_a1_ci.lower, i.icc_a1_ci.upper);
	memory_free(scores);
}

/** Scores with known errors are groups of very many answers. */
static struct group *groups_of(const struct table *t)
{
	struct group *groups = memory_new(t->rows * sizeof(*groups));
	if (t->columns != 2)
		refuse("a row is: mean se");
	for (size_t i = 0; i < t->rows; i++) {
		double mean = row_of(t, i)[0], se = row_of(t, i)[1];
		groups[i] = (struct group){MANY_ANSWERS, mean, se * se * MANY_ANSWERS};
	}
	return groups;
}

static void answer_ranks(const struct table *t)
{
	size_t k = t->rows;
	struct group *groups = groups_of(t);
	double *means = memory_new(k * sizeof(*means));
	size_t *ranks = memory_new(k * sizeof(*ranks));
	struct pair *pairs = memory_new(pairs_count(k) * sizeof(*pairs));
	struct rank_interval *intervals = memory_new(k * sizeof(*intervals));
	for (size_t i = 0; i < k; i++)
		means[i] = groups[i].mean;
	ranks_of_means(means, k, ranks);
	pairs_compare(groups, k, 0.05, pairs);
	ranks_simultaneous(pairs, k, intervals);
	for (size_t i = 0; i < k; i++) {
		struct rank_interval marginal = ranks_marginal(groups, k, i, 0.05);
		printf("rank %zu lower %zu upper %zu marginal_lower %zu marginal_upper %zu\n",
		       ranks[i], intervals[i].lower, intervals[i].upper, marginal.lower,
		       marginal.upper);
	}
	memory_free(groups);
	memory_free(means);
	memory_free(ranks);
	memory_free(pairs);
	memory_free(intervals);
}

static size_t index_of(double number, size_t *len)
{
	if (!(number >= 0 && number < 100000))
		refuse("not an index");
	if ((size_t)number >= *len)
		*len = (size_t)number + 1;
	return (size_t)number;
}

static struct severity_input severity_input_of(const struct table *t, struct severity_cell *cells)
{
	struct severity_input in = {.cells = cells, .cells_len = t->rows, .per_unit = 1};
	if (t->columns != 3)
		refuse("a row is: company shopper score");
	for (size_t i = 0; i < t->rows; i++) {
		const double *row = row_of(t, i);
		cells[i] = (struct severity_cell){.company = index_of(row[0], &in.companies),
						  .shopper = index_of(row[1], &in.shoppers),
						  .n = 1,
						  .sum = (int64_t)row[2]};
		in.sum_of_squares += (__int128)row[2] * (__int128)row[2];
	}
	return in;
}

static void answer_severity(const struct table *t)
{
	struct severity_cell *cells = memory_new(t->rows * sizeof(*cells));
	struct severity_input in = severity_input_of(t, cells);
	struct severity_result result = {
		.companies = memory_new(in.companies * sizeof(*result.companies)),
		.shoppers = memory_new(in.shoppers * sizeof(double))};
	struct trouble why;
	if (severity_estimate(&in, &result, &why) < 0)
		refuse(why.words);
	printf("shopper_sd %.17g residual_sd %.17g\n", result.shopper_sd, result.residual_sd);
	for (size_t s = 0; s < in.shoppers; s++)
		printf("effect %.17g\n", result.shoppers[s]);
	for (size_t c = 0; c < in.companies; c++)
		printf("adjusted %.17g se %.17g\n", result.companies[c].adjusted_mean,
		       result.companies[c].se);
	memory_free(cells);
	memory_free(result.companies);
	memory_free(result.shoppers);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct table t = read_table();
	if (strcmp(what, "alpha") == 0 && argc == 3)
		answer_alpha(&t, argv[2]);
	else if (strcmp(what, "icc") == 0)
		answer_icc(&t);
	else if (strcmp(what, "ranks") == 0)
		answer_ranks(&t);
	else if (strcmp(what, "severity") == 0)
		answer_severity(&t);
	else
		refuse("alpha METRIC, icc, ranks or severity");
	memory_free(t.at);
	return 0;
}
