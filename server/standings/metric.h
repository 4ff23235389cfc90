/** The metric a board ranks by: its words, its scale and its exact sums.
 *
 * NPS answers count as -100, 0, +100 and CSAT answers as 0 or 100 (below or in the
 * top box), so every metric is a mean and one code ranks them all.
 */
#pragma once

#include "standings/answers.h"
#include "stats/sums.h"

struct metric {
	enum board_metric kind;
	int area;	       /**< ANSWERS_NO_AREA but for BOARD_AREA */
	const char *word;      /**< "score": first part of the names of its figures */
	const char *ranked_by; /**< "csat_top2_percent" */
	unsigned wanted;       /**< of answers_gather() */
	struct scale scale;
	const struct question *question; /**< NULL for score and area */
	bool asked;			 /**< false: the instrument has no such question */
};

struct metric metric_of(const struct roster *r, const struct board_query *query);
struct sums metric_sums(const struct metric *m, const struct answers *a);
/** "score", "nps", "area:welcome" as in the query. */
void metric_print(const struct metric *m, const struct instrument *i, struct buf *to);
