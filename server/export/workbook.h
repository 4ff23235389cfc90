/** Results as a workbook for spreadsheets: one sheet, a bold header that stays in sight, numbers
 * that are numbers, the contact's local time as a date.
 *
 * Text is text here, so nothing is guarded against formulas; but what an upload would take for a
 * guard (sheet/csv_out.h) gets its apostrophe, because sheets are uploaded, too.
 * Blocking: every function is for a pool thread, one at a time. Rows go to the disk as they come.
 * Limits: WORKBOOK_ROWS_MOST, what a sheet holds below its header (E_LIMIT, too_many_rows).
 */
#pragma once

#include "export/columns.h"
#include "export/temporary.h"

enum { WORKBOOK_ROWS_MOST = 1048575 };

struct workbook;

/** Borrows the columns; temporary files are made in the folder. */
enum status workbook_open(const struct export_columns *columns, const char *folder,
			  struct workbook **made, struct trouble *why) NODISCARD;
enum status workbook_add(struct workbook *w, const struct stored_result *stored,
			 struct trouble *why) NODISCARD;
int64_t workbook_rows(const struct workbook *w);
/** The finished file, measured, which the caller closes. Nulls the pointer, also where it fails. */
enum status workbook_finish(struct workbook **w, struct temporary *file,
			    struct trouble *why) NODISCARD;
/** Nothing is kept. NULL inside is allowed. */
void workbook_drop(struct workbook **w);
