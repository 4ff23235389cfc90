/** CSV of our own dialect: UTF-8, comma, point, RFC 4180, lines end in LF.
 *
 * The decoder reads it with these declared. Dates are written "2020-05-04", times of day
 * "10:15:00", both "2020-05-04 10:15:00"; truth TRUE and FALSE; what is missing is an empty
 * field. A row in which nothing stands is an empty line.
 * Errors: of the row or the file, given when it is ended; fields are plain calls.
 * Limits: csv_bytes in all; DECODE_RECORD_BYTES a row, more than which no decoder takes.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "tabular/table.h"

struct table_csv {
	FILE *to;
	struct buf row;
	uint64_t written_bytes, limit_bytes;
	uint64_t row_number; /**< of the row being written, 0 = the first (the header) */
	uint32_t fields;     /**< of it so far */
	bool is_blank;	     /**< all of these are empty */
};

void table_csv_init(struct table_csv *o, FILE *to, uint64_t limit_bytes);
void table_csv_fini(struct table_csv *o);

/** The next field of the row. */
void table_csv_text(struct table_csv *o, struct slice value);
/** The shortest decimal of at most 15 significant digits: 73.90000000000001 is 73.9. Empty where
 * it is not finite. */
void table_csv_number(struct table_csv *o, double number);
void table_csv_bool(struct table_csv *o, bool yes);
void table_csv_empty(struct table_csv *o);

enum status table_csv_end_row(struct table_csv *o, struct decode_fault *fault) NODISCARD;
/** Once, behind the last row: all of it is in the FILE's hands and flushed. */
enum status table_csv_finish(struct table_csv *o, struct decode_fault *fault) NODISCARD;

/** The text table_csv_number() writes, for other uses of it; adds nothing for what is not finite.
 */
void table_csv_print_number(struct buf *to, double number);
