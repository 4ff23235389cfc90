/** What every decoder offers: bytes in, records out, no memory of its own beyond its limits.
 *
 *	decoder_feed(d, part);                     // borrowed until the loop below has ended
 *	while ((st = decoder_next(d, arena, &record, &fault)) == DECODE_RECORD || st ==
 *DECODE_BAD_ROW)
 *		...
 *	// DECODE_MORE: feed the next part, or decoder_finish() and run the loop once more
 *	// DECODE_END:  after decoder_finish(): everything was given
 *	// DECODE_BROKEN: the rest of the file cannot be read; fault says where and why
 *
 * Promise: the same bytes cut anywhere give the same records and faults.
 * Limits: a record <= 64 KiB, a field <= 32 KiB, <= 512 fields; memory is bounded by about
 * twice the record limit plus what the parser library holds for one record.
 */
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "decode/record.h"

enum decode_format { DECODE_CSV, DECODE_NDJSON, DECODE_JSON_ARRAY };

enum decoded {
	DECODE_RECORD,	/**< *record is filled */
	DECODE_BAD_ROW, /**< this row is no record (not JSON, too few fields, ...): a reject; go on
			 */
	DECODE_MORE,	/**< all that was fed is used up */
	DECODE_END,	/**< finished, and everything was given */
	DECODE_BROKEN /**< the file as a whole cannot be read on (bad header, row too long, ...) */
};

/** Why a row or the file could not be read. */
struct decode_fault {
	uint64_t row;	  /**< 0 = the file or its header */
	const char *code; /**< stable: "not_json", "duplicate_key", "too_few_fields", ... */
	char column[64];  /**< "" where none applies */
	char value[64];	  /**< the start of the offending text, cut at a character */
	char expected[160];
};

struct decoder;

struct decoder *decoder_new(enum decode_format format);
void decoder_free(struct decoder *d);

void decoder_feed(struct decoder *d, struct slice part);
/** No more parts will come. */
void decoder_finish(struct decoder *d);
/** `arena` holds unescaped text and the field table of this one record. */
enum decoded decoder_next(struct decoder *d, struct arena *arena, struct record *record,
			  struct decode_fault *fault) NODISCARD;
