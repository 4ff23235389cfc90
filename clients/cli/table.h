/** Cells in columns, each as wide as its widest text.
 *
 * Lifetime: everything hangs on the arena given to table_init().
 * Promise: cells hold safe text (width.h); a column that was dropped is
 * not drawn, nor is a row that shows nothing.
 * Limits: TABLE_COLUMNS columns; rows as given at the start.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "cli/width.h"

enum { TABLE_COLUMNS = 12, TABLE_GAP = 2 };

struct table_cell {
	struct slice text;
	bool spans; /**< runs to the end of the line and widens nothing */
};

/** One way of making room: the column narrows to `width`; at 0 it is dropped. */
struct table_step {
	size_t column, width;
};

struct table {
	struct arena *arena;
	size_t columns, rows;
	struct table_cell *cells;
	const char **colours; /**< per row: an SGR sequence or NULL */
	size_t widths[TABLE_COLUMNS];
	enum text_side sides[TABLE_COLUMNS];
	bool dropped[TABLE_COLUMNS];
	enum text_set set;
};

/** E_LIMIT where the arena has no room for rows x columns cells. */
enum status table_init(struct table *t, struct arena *arena, size_t columns, size_t rows,
		       enum text_set set) NODISCARD;
/** Copies the text; what the arena cannot hold stays empty. */
void table_put(struct table *t, size_t row, size_t column, struct slice text);
/** Puts what the buffer holds, and empties it. */
void table_take(struct table *t, size_t row, size_t column, struct buf *text);
/** A text over this and all later columns of the row. */
void table_span(struct table *t, size_t row, size_t column, struct slice text);
/** Columns of one line, gaps included. */
size_t table_line_width(const struct table *t);
void table_limit(struct table *t, size_t column, size_t most);
/** Takes the steps in their order for as long as a line is wider than `room`. */
void table_fit(struct table *t, size_t room, const struct table_step *steps, size_t len);
/** Widens the column, if it is drawn, by what a line leaves of `room`; to `most` at most. */
void table_fill(struct table *t, size_t room, size_t column, size_t most);
void table_add(struct buf *to, const struct table *t, size_t indent);
