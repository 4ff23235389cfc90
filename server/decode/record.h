/** One row, line or message as named raw fields: nothing is understood yet.
 *
 * Lifetime: a record and all it points to is valid until the decoder is asked
 * for the next one, or the arena it was made in is rewound.
 * Promise: every name and text value is UTF-8 without NUL. A JSON number keeps
 * its own text ("4", "73.90"), never a double.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum field_kind {
	FIELD_TEXT,   /**< a CSV field or a JSON string, unescaped */
	FIELD_NUMBER, /**< a JSON number, its text as sent */
	FIELD_BOOL,   /**< "true" or "false" */
	FIELD_NULL    /**< JSON null; the value is empty */
};

struct field {
	struct slice group; /**< the enclosing key ("answers") of a nested JSON object; empty at the
			       top */
	struct slice name;
	struct slice value;
	enum field_kind kind;
};

struct csv_reading;

struct record {
	uint64_t row; /**< 1 = the first data row, line or array element */
	const struct field *fields;
	size_t fields_len;
	struct csv_reading *reading; /**< how the file is written (reading.h); NULL: JSON, where
					numbers and dates have one form. Whoever reads a number
					notes its decimal mark there. */
	const struct field *sent;    /**< where a mapping made the fields (mapping/mapping.h): what
					each was made of, as the file has it; NULL: they are that */
};
