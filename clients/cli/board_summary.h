/** What stands above and under a board's table: the heading, the level, the spread, and
 * whether the order can bear publication.
 *
 * Promise: pure. A figure the server does not give has no line.
 */
#pragma once

#include "cli/board_view.h"

/** The sector's level of the metric, for the reference line; NAN where not given. */
double board_summary_level(const cJSON *board);

/** The ends of the metric's scale: those of the programme's question where the board's
 * definition tells (a CES of 1 to 5), the usual ones otherwise. */
void board_summary_scale(const cJSON *board, const struct metric *metric, double *least,
			 double *most);

/** The confidence level of its intervals, 95 where the board does not say. */
double board_level_percent(const cJSON *board);

void board_summary_add_heading(struct buf *to, const cJSON *board, const struct metric *metric,
			       const struct view *view);
void board_summary_add(struct buf *to, const cJSON *board, const struct view *view,
		       struct view_notes *notes);
