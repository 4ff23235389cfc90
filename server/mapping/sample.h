/** The first rows of a file, kept to be looked at.
 *
 * Lifetime: everything hangs on the sample.
 * Limits: SAMPLE_ROWS rows, SAMPLE_BYTES of memory; what is beyond is not kept.
 */
#pragma once

#include "base/arena.h"
#include "decode/decoder.h"

enum { SAMPLE_ROWS = 200, SAMPLE_BYTES = 16 * 1024 * 1024, SAMPLE_FEED_BYTES = 1024 * 1024 };

struct sample_row {
	uint64_t row;
	const struct field *fields;
	size_t fields_len;
};

struct sample {
	struct arena arena;
	struct slice columns[DECODE_FIELDS]; /**< in the order they first stand in */
	size_t columns_len;
	struct sample_row rows[SAMPLE_ROWS];
	size_t rows_len;
	const struct field **cells; /**< by row, then column; NULL: not in this row */
	struct csv_reading reading;
	bool has_reading;	   /**< of CSV, as far as it got */
	uint64_t bad_rows;	   /**< that are no records */
	struct decode_fault fault; /**< the first of them; its code is NULL where there is none */
	bool broken;		   /**< by it the file ends */
};

/** `whole`: the file ends with `bytes`; otherwise what is cut off at their end is not looked at.
 * `csv` may be NULL for other formats. */
struct sample *sample_new(struct slice bytes, bool whole, enum decode_format format,
			  const struct csv_options *csv);
void sample_free(struct sample *s); /**< NULL is allowed */

/** What the row holds in the column; empty where nothing. */
struct slice sample_value(const struct sample *s, size_t row, size_t column);
/** The row as a record, to be read as if it came from the decoder. */
struct record sample_record(struct sample *s, size_t row);
