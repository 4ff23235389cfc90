/** A workbook: which sheets it has, in which parts they are, and what they share.
 *
 * Source: ECMA-376 part 1, 18.2 (workbook), part 2, 9.3 (relationships). Parts are found by the
 *   last word of a relationship's type: what stands before it differs between the transitional
 *   and the strict form.
 * Limits: XLSX_SHEETS sheets and as many relationships a part; names of 1 MiB together.
 */
#pragma once

#include "base/arena.h"
#include "tabular/package.h"

enum { XLSX_SHEETS = 1024, XLSX_NAMES_BYTES = 1 << 20 };

/** One relationship: its id, the last word of its type, and the part it leads to. */
struct xlsx_relation {
	struct slice id, type, part;
};

struct xlsx_relations {
	struct xlsx_relation all[XLSX_SHEETS];
	size_t count;
	struct arena *arena;
	struct slice folder; /**< that targets are relative to */
	struct decode_fault *fault;
};

struct xlsx_sheet_name {
	struct slice name, id;
	bool is_hidden;
};

struct xlsx_book {
	struct package *package;
	struct arena names;
	struct xlsx_relations *relations;
	struct xlsx_sheet_name sheets[XLSX_SHEETS];
	size_t sheets_len;
	bool from_1904;
	struct decode_fault *fault;
};

/** Reads it as far as it is needed to choose a sheet. xlsx_book_fini() also after a failure. */
enum status xlsx_book_read(struct xlsx_book *b, struct package *p,
			   struct decode_fault *fault) NODISCARD;
void xlsx_book_fini(struct xlsx_book *b);

/** The part of a thing that the sheets share ("sharedStrings"); NULL: there is none. */
const char *xlsx_book_part(const struct xlsx_book *b, const char *type);
/** The part of the sheet asked for, or of the first that is visible; tells the report. */
enum status xlsx_book_choose(struct xlsx_book *b, struct slice asked, struct table_report *report,
			     const char **part) NODISCARD;
