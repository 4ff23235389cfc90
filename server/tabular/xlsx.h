/** XLSX (ECMA-376 and ISO/IEC 29500, transitional and strict) as a table.
 *
 * The sheet is the one asked for, else the first that is visible. Its first row with a value is
 * the header; the CSV is as wide as the widest of the first HEADER_ROWS_LIMIT rows.
 * Cells: text as it is (rich text joined, phonetic guides left out, _x000A_ escapes undone,
 *   blanks kept);
 *   numbers at 15 significant digits, whole ones of any length as they are, padded where the
 *   format is of zeros alone ("00000"); numbers in a format of dates as dates; a formula's stored
 *   result; an error's name (#N/A), which its row is then rejected for. What is merged stands in
 *   its first cell.
 * Promise: rows must ascend, and so must the cells of a row. No DOCTYPE, so no entities.
 * Codes: not_an_xlsx encrypted_file xls_not_read xlsb_not_read ods_not_read macros_not_read
 *   broken_zip broken_xml doctype_refused too_complex bad_ratio no_such_sheet not_a_worksheet
 *   rows_out_of_order cells_out_of_order bad_cell no_such_string too_many_shared_strings; and
 *   those of table.h.
 */
#pragma once

#include "tabular/table.h"

table_reader table_read_xlsx NODISCARD;
