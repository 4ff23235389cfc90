/** Rows of a sheet, of any width and with any gaps, as rows of CSV.
 *
 * The first row with a value is the header. The first HEADER_ROWS_LIMIT rows with values are held
 * back until it is known how wide they are; every row is written at least as wide.
 * A value beyond the last column that may be is moved next to it: its row then has too many
 * fields for the decoder, which names it. In the rows held back it refuses the file.
 */
#pragma once

#include "tabular/table_csv.h"

struct xlsx_row {
	uint64_t number; /**< in the sheet, from 1 */
	struct buf text; /**< of all its cells, one after the other */
	uint32_t cells;	 /**< up to the last that has a value */
	uint32_t ends[DECODE_FIELDS + 1];
};

struct xlsx_rows {
	struct table_csv *out;
	const struct table_options *options;
	struct table_report *report;
	struct decode_fault *fault;
	struct xlsx_row now, first[HEADER_ROWS_LIMIT];
	int held;
	bool begun;	/**< the header is written */
	uint64_t next;	/**< row of the sheet that would be written next */
	uint32_t width; /**< of the widest row held */
};

/** `out`, `options`, `report` and `fault` must outlive it. */
void xlsx_rows_init(struct xlsx_rows *r, struct table_csv *out, const struct table_options *options,
		    struct table_report *report, struct decode_fault *fault);
void xlsx_rows_fini(struct xlsx_rows *r);

/** Numbers ascend. E_GONE: stopped. */
enum status xlsx_rows_begin(struct xlsx_rows *r, uint64_t number) NODISCARD;
/** The row's cell in `column`, from 0; columns ascend. The caller appends its text to what is
 * returned before the next call. */
struct buf *xlsx_rows_cell(struct xlsx_rows *r, uint32_t column);
enum status xlsx_rows_end(struct xlsx_rows *r) NODISCARD;
/** Row of the table, from 1 below the header: what faults and notes name. */
uint64_t xlsx_rows_number(const struct xlsx_rows *r);
/** No more rows will come. */
enum status xlsx_rows_finish(struct xlsx_rows *r) NODISCARD;
