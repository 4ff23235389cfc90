#include "stats/rating.h"

struct rating rating_of(struct counts answers, struct scale scale, int32_t box_from, double level)
{
	struct sums s = counts_sums(answers);
	struct rating r = {
		.mean = mean_of(&s, scale, level),
		.box = share_of(counts_from(answers, box_from), s.n, level),
	};
	r.score_0_100 = mean_percent_of_scale(r.mean.mean, scale);
	return r;
}
