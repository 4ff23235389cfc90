/** The column of a table that shows each row as a dot with its whisker, under an axis for all.
 *
 * Lifetime: hangs on the table's arena; the table stays where it is.
 * Promise: a row given twice is drawn once, as given last; a row never given stays empty.
 */
#pragma once

#include "cli/answer.h"
#include "cli/plot.h"
#include "cli/table.h"

enum { PLOT_HEADING_ROWS = 2 /* of the table: the labels of the axis, its rule */ };

struct plot_line {
	struct whisker whisker;
	enum plot_dot dot;
	bool is_given;
};

struct plot_column {
	struct table *table;
	size_t column;
	struct plot_line *lines; /**< per row of the table */
};

struct plot_scale {
	double floor, ceiling; /**< what the metric can reach */
	bool is_whole;	       /**< the axis shows all of it, not only where the whiskers are */
	double reference;      /**< NAN: no reference line */
};

/** E_LIMIT where the table's arena has no room for its rows. */
enum status plot_column_init(struct plot_column *p, struct table *table, size_t column) NODISCARD;

/** The named figure with its interval. */
struct whisker plot_column_whisker(const cJSON *figures, const char *value);

void plot_column_add(struct plot_column *p, size_t row, struct whisker whisker, enum plot_dot dot);

/** Makes room by the steps, in their order, and takes what the line then leaves, up to `most`. */
void plot_column_share(struct plot_column *p, size_t room, const struct table_step *steps,
		       size_t steps_len, size_t most);

/** Draws axis and rows into the table, unless the column was dropped; `scratch` is left empty. */
void plot_column_draw(const struct plot_column *p, const struct plot_scale *scale, bool ascii,
		      struct buf *scratch);
