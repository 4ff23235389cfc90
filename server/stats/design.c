#include "stats/design.h"

#include <math.h>

#include "base/must.h"

struct kish design_kish(const double *weights, size_t len)
{
	double sum = 0, squares = 0;
	for (size_t i = 0; i < len; i++) {
		sum += weights[i];
		squares += weights[i] * weights[i];
	}
	struct kish k = {.n = len, .n_effective = NAN, .design_effect = NAN};
	if (squares > 0) {
		k.n_effective = sum * sum / squares;
		k.design_effect = (double)len / k.n_effective;
	}
	return k;
}

struct cluster_design design_clusters(const int64_t *sizes, size_t len, double icc)
{
	double sum = 0, squares = 0;
	for (size_t i = 0; i < len; i++) {
		sum += (double)sizes[i];
		squares += (double)sizes[i] * (double)sizes[i];
	}
	if (!(sum > 0))
		return (struct cluster_design){NAN, NAN, NAN};
	double size = squares / sum, effect = 1 + (size - 1) * icc;
	return (struct cluster_design){
		.mean_cluster_size = size,
		.design_effect = effect,
		.n_effective = sum / effect,
	};
}

enum base_status base_status_of(int64_t n, int64_t min_publish, int64_t min_rank)
{
	if (n < min_publish)
		return BASE_SUPPRESSED;
	return n < min_rank ? BASE_PUBLISHED_UNRANKED : BASE_RANKED;
}

const char *base_status_name(enum base_status status)
{
	static const char *const names[] = {
		[BASE_SUPPRESSED] = "suppressed",
		[BASE_PUBLISHED_UNRANKED] = "published_unranked",
		[BASE_RANKED] = "ranked",
	};
	must((size_t)status < COUNT_OF(names));
	return names[status];
}
