#include "stats/ranks.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/must.h"
#include "stats/adjust.h"
#include "stats/special.h"

struct entry {
	const struct sums *sums;
	size_t company;
};

static int best_first(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int by_mean = sums_compare_means(b->sums, a->sums);
	return by_mean != 0 ? by_mean : (a->company > b->company) - (a->company < b->company);
}

void ranks_of_sums(const struct sums *companies, size_t k, size_t *rank)
{
	struct entry *entries = memory_new((k + 1) * sizeof(*entries));
	for (size_t i = 0; i < k; i++)
		entries[i] = (struct entry){.sums = &companies[i], .company = i};
	qsort(entries, k, sizeof(*entries), best_first);
	size_t current = 1;
	for (size_t place = 0; place < k; place++) {
		if (place > 0 &&
		    sums_compare_means(entries[place - 1].sums, entries[place].sums) != 0)
			current = place + 1;
		rank[entries[place].company] = current;
	}
	memory_free(entries);
}

void ranks_of_means(const double *means, size_t k, size_t *rank)
{
	for (size_t i = 0; i < k; i++) {
		double beyond = means[i] + 1e-9 * fmax(1, fabs(means[i]));
		rank[i] = 1;
		for (size_t j = 0; j < k; j++)
			rank[i] += means[j] > beyond;
	}
}

void ranks_order(const size_t *rank, size_t k, size_t *order)
{
	size_t *next = memory_new((k + 2) * sizeof(*next)); /* by rank: where its next one goes */
	for (size_t i = 0; i < k; i++) {
		must(rank[i] >= 1 && rank[i] <= k);
		order[rank[i] - 1 + next[rank[i]]++] = i;
	}
	memory_free(next);
}

void ranks_simultaneous(const struct pair *pairs, size_t k, struct rank_interval *intervals)
{
	size_t at = 0;
	for (size_t i = 0; i < k; i++)
		intervals[i] = (struct rank_interval){1, k};
	for (size_t i = 0; i < k; i++) {
		for (size_t j = i + 1; j < k; j++, at++) {
			if (!pairs[at].significant)
				continue;
			bool first_better = pairs[at].difference > 0;
			intervals[first_better ? j : i].lower++;
			intervals[first_better ? i : j].upper--;
		}
	}
}

/** One-sided p values of Welch's test: that the other is better, that it is worse. */
static void welch_one_sided(const struct group *one, const struct group *other, double *better,
			    double *worse)
{
	double vi = one->variance / (double)one->n, vj = other->variance / (double)other->n;
	double sum = vi + vj, difference = other->mean - one->mean;
	if (sum == 0) {
		*better = difference > 0 ? 0 : 1;
		*worse = difference < 0 ? 0 : 1;
		return;
	}
	double df = sum * sum / (vi * vi / (double)(one->n - 1) + vj * vj / (double)(other->n - 1));
	double t = difference / sqrt(sum);
	*better = special_t_below(-t, df);
	*worse = special_t_below(t, df);
}

struct rank_interval ranks_marginal(const struct group *groups, size_t k, size_t one, double alpha)
{
	must(one < k);
	struct rank_interval interval = {1, k};
	double *p = memory_new((2 * k + 1) * sizeof(*p)); /* better, worse of each other company */
	size_t tests = 0;
	for (size_t j = 0; j < k; j++) {
		if (j == one)
			continue;
		welch_one_sided(&groups[one], &groups[j], &p[tests], &p[tests + 1]);
		tests += 2;
	}
	adjust_holm(p, tests, p);
	for (size_t i = 0; i < tests; i += 2) {
		interval.lower += p[i] < alpha;
		interval.upper -= p[i + 1] < alpha;
	}
	memory_free(p);
	return interval;
}

void ranks_tied_with_best(const struct pair *pairs, const size_t *rank, size_t k, bool *tied)
{
	size_t at = 0;
	for (size_t i = 0; i < k; i++)
		tied[i] = rank[i] == 1;
	for (size_t i = 0; i < k; i++) {
		for (size_t j = i + 1; j < k; j++, at++) {
			if (pairs[at].significant)
				continue;
			if (rank[i] == 1)
				tied[j] = true;
			if (rank[j] == 1)
				tied[i] = true;
		}
	}
}
