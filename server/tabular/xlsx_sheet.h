/** One sheet, read cell by cell into rows (xlsx_rows.h).
 *
 * Source: ECMA-376 part 1, 18.3.1.
 */
#pragma once

#include "tabular/xlsx_formats.h"
#include "tabular/xlsx_rows.h"
#include "tabular/xlsx_strings.h"
#include "tabular/xlsx_text.h"

enum xlsx_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL, CELL_ERROR, CELL_DATE };

struct xlsx_cell {
	enum xlsx_type type;
	uint32_t column; /**< from 1 */
	uint32_t style;
	bool has_value, has_formula;
};

/** How often something was met, and where first. */
struct xlsx_count {
	uint64_t times, row;
	uint32_t column;
};

struct xlsx_sheet {
	struct xlsx_strings *strings;
	const struct xlsx_formats *formats;
	struct xlsx_rows *rows;
	bool from_1904;
	uint64_t row;	 /**< of the sheet, from 1; 0 before the first */
	uint32_t column; /**< of the last cell, from 1; 0 before the first */
	struct xlsx_cell cell;
	struct xlsx_text text;
	struct xlsx_count unstored, errors;
	uint64_t merged, hidden_rows;
};

/** Notes what is worth knowing in the report of s->rows. */
enum status xlsx_sheet_read(struct xlsx_sheet *s, struct package *p, const char *part) NODISCARD;
