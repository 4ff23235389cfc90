/** How the answers of a group of rows go together, in sums that add and do not care for order.
 *
 * Two questions are asked of the sums. Does one column run against the others of the same rows?
 * Then its correlation with their sum is below 0. Do all columns lie as far on the other side of
 * the middle as those of everybody else? Then the whole group is mirrored; inside it all agree.
 * Units: positions (scales.h). A column without an answer adds 0 to the total of its row.
 * Errors: none. What the rows cannot tell is NAN.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a row with an answer in this column adds to, and, being fewer, one without. */
struct column_sums {
	int64_t y, yy, y_total;
	int64_t missing, missing_total, missing_total_total;
};

/** `total` is that of a row, all its columns in it. */
struct group_sums {
	int64_t rows, total, total_total;
	struct column_sums *columns;
};

/** One row, POSITION_NONE where there is no answer. A row with fewer than two says nothing. */
void group_add(struct group_sums *g, const int16_t *positions, size_t len);
void group_merge(struct group_sums *into, const struct group_sums *from, size_t len);
void group_subtract(struct group_sums *from, const struct group_sums *what, size_t len);

/** Rows with an answer in this column. */
static inline int64_t column_rows(const struct group_sums *g, size_t column)
{
	return g->rows - g->columns[column].missing;
}

/** Pearson's correlation of the column with the sum of the others; NAN below three rows or where
 * one of them does not vary. */
double column_correlation(const struct group_sums *g, size_t column);
/** How often independent answers give a correlation as low: Fisher's z. */
double correlation_below(double correlation, int64_t n);

struct mirroring {
	double slope;  /**< of the group's means on the others', through the middle: 1 where they
			  agree, -1 where they are mirrored */
	double chance; /**< of row totals as far beyond the middle where theirs is not there */
	bool fits;     /**< the means are about those mirrored, and not only lower ones in the same
			  order */
};

/** `others`: all rows but the group's. */
struct mirroring group_mirroring(const struct group_sums *g, const struct group_sums *others,
				 size_t len);
