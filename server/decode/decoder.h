/** What every decoder offers: bytes in, records out, no memory of its own beyond its limits.
 *
 *	decoder_feed(d, part);                     // borrowed until the loop below has ended
 *	while ((st = decoder_next(d, arena, &record, &fault)) == DECODE_RECORD ||
 *	       st == DECODE_BAD_ROW)
 *		...
 *	// DECODE_MORE: feed the next part, or decoder_finish() and run the loop once more
 *	// DECODE_END:  after decoder_finish(): everything was given
 *	// DECODE_BROKEN: the rest of the file cannot be read; fault says where and why
 *
 * CSV is given out when its first 64 KiB have been looked at or have ended (reading.h).
 * Promise: the same bytes cut anywhere give the same records and faults. What
 * is broken stays broken: every later call gives the same fault again.
 * Rows: 1 is the first data row, line or element. CSV: every row behind the
 * header counts, blank ones too, as a spreadsheet numbers them; a row whose fields are
 * all empty is passed over. NDJSON: lines of white space alone are passed
 * over and not counted. A JSON array: every element counts.
 * Lifetime: a record is valid until the next call on the decoder, or until the
 * arena is rewound. The names of CSV fields are the same pointers in every row.
 * Limits: below; memory is bounded by about four times the record limit, whatever is fed.
 */
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "decode/reading.h"
#include "decode/record.h"

enum {
	DECODE_RECORD_BYTES = 65536, /**< of one row, line or element, its newline not counted */
	DECODE_FIELD_BYTES = 32768,  /**< of one value, unescaped */
	DECODE_FIELDS = 512	     /**< of one record */
};

enum decode_format { DECODE_CSV, DECODE_NDJSON, DECODE_JSON_ARRAY };

enum decoded {
	DECODE_RECORD,	/**< *record is filled */
	DECODE_BAD_ROW, /**< this row is no record (not JSON, too few fields): a reject; go on */
	DECODE_MORE,	/**< all that was fed is used up */
	DECODE_END,	/**< finished, and everything was given */
	DECODE_BROKEN	/**< the file cannot be read on (bad header, row too long, ...) */
};

/** Why a row or the file could not be read. Every text is UTF-8 without control
 * characters: what was sent otherwise shows as '?'.
 *
 * Codes, CSV: missing_header empty_column_name duplicate_column too_many_columns
 *   too_few_fields too_many_fields quote_inside_field text_after_quote
 *   unclosed_quote bare_carriage_return control_character nul_byte not_text
 *   not_in_encoding encoding_clash.
 * JSON: not_json not_an_object nested_value duplicate_key too_many_keys
 *   too_many_fields too_deep nul_character lone_surrogate not_an_array
 *   unclosed_array missing_comma trailing_bytes.
 * All: not_utf8 field_too_long record_too_long.
 */
struct decode_fault {
	uint64_t row;	  /**< 0 = the file or its header */
	const char *code; /**< stable, one of the above */
	char column[64];  /**< "" where none applies */
	char value[64];	  /**< the start of the offending text, cut at a character */
	char expected[160];
};

struct decoder;

/** CSV: everything about how it is written is found out. */
struct decoder *decoder_new(enum decode_format format);
struct decoder *decoder_new_csv(const struct csv_options *options);
void decoder_free(struct decoder *d);

/** Only when the part before is used up (DECODE_MORE), and never after decoder_finish(). */
void decoder_feed(struct decoder *d, struct slice part);
/** No more parts will come. */
void decoder_finish(struct decoder *d);
/** `arena` holds unescaped text of this one record: DECODE_RECORD_BYTES of room are always enough,
 * but for text that grows when it is normalised;
 * a record that does not fit the arena is a bad row ("record_too_long"). */
enum decoded decoder_next(struct decoder *d, struct arena *arena, struct record *record,
			  struct decode_fault *fault) NODISCARD;

/** The row that was given last, a bad one too, as it stands in the file, CSV in UTF-8: a carriage
 * return at its end is part of it. Valid until the next call. */
struct slice decoder_row_text(const struct decoder *d);
/** CSV: the header rows are added to `header`, each with a NUL behind it. Before the first
 * part; `header` outlives the decoder. */
void decoder_keep_header(struct decoder *d, struct buf *header);

/** What was understood of a CSV file so far; NULL for JSON, and as long as nothing is. */
const struct csv_reading *decoder_reading(const struct decoder *d);

/** Bytes on the heap now, for tests of the bound. */
size_t decoder_held_bytes(const struct decoder *d);
