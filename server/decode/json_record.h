/** One JSON object as a record: its members, and those of objects one level below.
 *
 * The inner loop of ingest. A string without escapes is a slice of the text; one
 * with escapes is unescaped into the arena. {"a":1,"answers":{"q1":4}} gives
 * a=1 and q1=4 in the group "answers"; an empty object gives nothing.
 * Promise: a text is a record only if json_check() passes it.
 * Lifetime: fields are valid until the next read, texts as long as text and arena.
 */
#pragma once

#include "decode/decoder.h"
#include "decode/json_keys.h"

struct json_reader {
	struct json_keys keys;
	struct field fields[DECODE_FIELDS];
};

enum json_read {
	JSON_READ_RECORD,
	JSON_READ_BAD, /**< JSON to its last byte, but no record */
	JSON_READ_TORN /**< not JSON: where it ends is a guess */
};

void json_reader_init(struct json_reader *r);
void json_reader_fini(struct json_reader *r);

/** Fills *record (its row is the caller's, given), or *fault. */
enum json_read json_record_read(struct json_reader *r, struct slice text, struct arena *arena,
				struct record *record, struct decode_fault *fault) NODISCARD;
