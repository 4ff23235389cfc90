/** A board as lines of text: the table, the plot, the summary, the footnotes.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Errors: E_INPUT where the document is not a board, E_LIMIT where it is too large.
 * Limits: BOARD_VIEW_ROWS standings.
 */
#pragma once

#include "cli/view.h"

enum { BOARD_VIEW_ROWS = 20000 };

/** What can be asked of a board, and how it is drawn. */
struct metric {
	const char *code;  /**< "score": the query's word and the member of a standing */
	const char *value; /**< the member of that which is shown */
	const char *title; /**< of the column */
	const char *words; /**< of the heading */
	double floor, ceiling;
	bool whole_axis; /**< drawn from floor to ceiling; else zoomed to the data */
};

const struct metric *metric_named(struct slice code); /**< NULL: no such metric */

enum status board_view_add(struct buf *to, const cJSON *board, const struct view *view,
			   struct trouble *why) NODISCARD;
