#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>

#include "base/must.h"

struct test {
	double p;
	size_t place;
};

static int smallest_first(const void *left, const void *right)
{
	const struct test *a = left, *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/** The defined p values in ascending order; the others are copied as they are. */
static struct test *sorted_tests(const double *p, size_t len, double *adjusted, size_t *count)
{
	struct test *tests = memory_new((len + 1) * sizeof(*tests));
	*count = 0;
	for (size_t i = 0; i < len; i++) {
		if (isnan(p[i]))
			adjusted[i] = NAN;
		else
			tests[(*count)++] = (struct test){.p = p[i], .place = i};
	}
	qsort(tests, *count, sizeof(*tests), smallest_first);
	return tests;
}

void adjust_benjamini_hochberg(const double *p, size_t len, double *adjusted)
{
	size_t count;
	struct test *tests = sorted_tests(p, len, adjusted, &count);
	double least = 1;
	for (size_t i = count; i-- > 0;) {
		least = fmin(least, (double)count / (double)(i + 1) * tests[i].p);
		adjusted[tests[i].place] = least;
	}
	memory_free(tests);
}

void adjust_holm(const double *p, size_t len, double *adjusted)
{
	size_t count;
	struct test *tests = sorted_tests(p, len, adjusted, &count);
	double most = 0;
	for (size_t i = 0; i < count; i++) {
		most = fmax(most, (double)(count - i) * tests[i].p);
		adjusted[tests[i].place] = fmin(1, most);
	}
	memory_free(tests);
}
