/** What weights, clusters and small bases do to a sample.
 *
 * Source: Kish (1965): n_eff = (sum w)^2 / sum w^2; clusters: 1 + (m - 1) * rho.
 * Errors: none. Undefined is NAN.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct kish {
	size_t n;
	double n_effective, design_effect;
};

struct kish design_kish(const double *weights, size_t len);

struct cluster_design {
	double mean_cluster_size; /**< weighted by size: sum m^2 / sum m */
	double design_effect, n_effective;
};

struct cluster_design design_clusters(const int64_t *sizes, size_t len, double icc);

enum base_status { BASE_SUPPRESSED, BASE_PUBLISHED_UNRANKED, BASE_RANKED };

enum base_status base_status_of(int64_t n, int64_t min_publish, int64_t min_rank);
/** "suppressed", "published_unranked", "ranked". */
const char *base_status_name(enum base_status status);
