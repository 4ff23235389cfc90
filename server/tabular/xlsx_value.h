/** What a cell holds, as text of our dialect (table_csv.h).
 *
 * Dates: days since 1899-12-30, or since 1904-01-01 where the workbook says so. In the first
 *   system day 60 is 1900-02-29, which never was: it is written so (and no date to a reader), and
 *   days before it are one later than counted. Seconds are rounded to thousandths.
 * Source: ECMA-376 part 1, 18.17.4.1; 15 digits are what spreadsheets keep of a number.
 */
#pragma once

#include "base/buf.h"
#include "tabular/xlsx_formats.h"

/** A number as its cell stores it; text that is none stays as it is. Whether that is a number with
 * a fraction. */
bool xlsx_print_number(struct buf *to, struct slice stored, struct xlsx_format format,
		       bool from_1904);
/** A date of t="d", which is written in ISO 8601. */
void xlsx_print_iso(struct buf *to, struct slice stored);
