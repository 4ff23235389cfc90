/** NDJSON: one JSON object a line, each a record.
 *
 * Lines end in LF; a CR before it is white space to JSON. Lines of white space
 * alone are passed over and not counted. A newline cannot stand within JSON's
 * strings, so the next line is always certain: only a line over the limit breaks
 * the file.
 */
#pragma once

#include "decode/cutter.h"
#include "decode/json_record.h"

struct ndjson_decoder {
	struct json_reader reader;
	uint64_t row;
};

void ndjson_decoder_init(struct ndjson_decoder *d);
void ndjson_decoder_fini(struct ndjson_decoder *d);
enum decoded ndjson_decoder_next(struct ndjson_decoder *d, struct cutter *cutter,
				 struct arena *arena, struct record *record,
				 struct decode_fault *fault) NODISCARD;
