/** What the whole wave says about one metric: variance within and between companies, and
 * every company's score shrunk by it.
 *
 * One pair of variances a wave, companies within sectors, over all published companies
 * that have answers, in byte order of their codes.
 */
#pragma once

#include "standings/metric.h"
#include "stats/components.h"

struct shrinkage {
	struct components components;
	struct shrunken *of; /**< by place in the roster; all NAN where a company has none */
};

enum status shrinkage_make(const struct roster *r, const struct metric *m, int channel,
			   struct arena *arena, struct shrinkage *shrinkage) NODISCARD;
