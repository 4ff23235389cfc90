/** What a group of contacts answered: a company, a channel of it, or a whole field.
 *
 * Lifetime: the counts are copies in the arena; the tally may go.
 * Units: scores in hundredths, CX answers turned so that high is good.
 */
#pragma once

#include "standings/roster.h"
#include "stats/counts.h"

/** What is wanted; everything costs a merge of histograms. */
enum answers_wanted {
	ANSWERS_SCORE = 1,
	ANSWERS_NPS = 2,
	ANSWERS_CSAT = 4,
	ANSWERS_CES = 8,
	ANSWERS_ALL = 15,
	ANSWERS_NO_AREA = -1
};

struct answers {
	int64_t contacts, answered;
	struct counts answered_score; /**< of answered contacts */
	int64_t zeros;		      /**< contacts nobody answered that score 0 by the rule */
	struct counts score;	      /**< answered_score with the zeros */
	struct counts nps, csat, ces;
	struct counts area;
};

/** A list of cells, from any companies; they are merged in the order given. */
struct cell_list {
	const struct tally_cell **at;
	size_t len;
};

enum status answers_gather(const struct roster *r, struct cell_list cells, unsigned wanted,
			   int area, struct arena *arena, struct answers *answers) NODISCARD;
/** The same of `len` cells that lie in a row, as roster_cells() finds them. */
enum status answers_of_run(const struct roster *r, const struct tally_cell *first, size_t len,
			   unsigned wanted, int area, struct arena *arena,
			   struct answers *answers) NODISCARD;

/** One metric (survey/tally.h) of the cells. */
enum status answers_metric(const struct roster *r, struct cell_list cells, int metric,
			   struct arena *arena, struct counts *counts) NODISCARD;

/** Answers to a question, turned so that high is good, of `len` cells that lie in a row. */
enum status answers_question(const struct roster *r, const struct tally_cell *first, size_t len,
			     const struct question *q, struct arena *arena,
			     struct counts *counts) NODISCARD;

/** The scale of a question in grid units. */
struct scale answers_scale(const struct question *q);
