#include "standings/support.h"

#include <math.h>

struct support support_of(const struct board *b)
{
	double reliability = b->level.metric.reliability;

	if (b->ranking.len < 2)
		return (struct support){false, "too_few_ranked"};
	/* Undefined where nothing varies at all: then all are tied, which says it better. */
	if (reliability < LEVEL_RELIABILITY_WANTED)
		return (struct support){false, "low_reliability"};
	if (2 * b->ranking.tied_with_best > b->ranking.len)
		return (struct support){false, "most_tied_with_best"};
	return (struct support){true, "supported"};
}

void support_sentence(const struct board *b, struct buf *to)
{
	double reliability = b->level.metric.reliability;

	if (b->ranking.len < 2) {
		buf_print(to, "Fewer than two companies have the contacts a rank needs.");
		return;
	}
	if (b->ranking.pairs != NULL)
		buf_print(to, "%zu of %zu ranked companies cannot be told from the best.",
			  b->ranking.tied_with_best, b->ranking.len);
	if (isfinite(reliability))
		buf_print(to,
			  "%s%.0f %% of the spread between companies is real; a ranking should "
			  "have %.0f %%.",
			  b->ranking.pairs != NULL ? " " : "", 100 * reliability,
			  100 * LEVEL_RELIABILITY_WANTED);
}
