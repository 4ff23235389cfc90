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
/** A text over this and all later columns of the row. */
void table_span(struct table *t, size_t row, size_t column, struct slice text);
/** Columns of one line, gaps included. */
size_t table_line_width(const struct table *t);
void table_add(struct buf *to, const struct table *t, size_t indent);
