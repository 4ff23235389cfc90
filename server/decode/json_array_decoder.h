/** A JSON array of objects, each a record, of any length.
 *
 * An element that is JSON but no record is a bad row. Behind one that is not
 * JSON no comma can be trusted: that breaks the file, as anything between the
 * elements does that has no place there.
 */
#pragma once

#include "decode/cutter.h"
#include "decode/json_frame.h"
#include "decode/json_record.h"

struct json_array_decoder {
	struct json_reader reader;
	struct json_frame frame;
	uint64_t row;
};

void json_array_decoder_init(struct json_array_decoder *d);
void json_array_decoder_fini(struct json_array_decoder *d);
enum decoded json_array_decoder_next(struct json_array_decoder *d, struct cutter *cutter,
				     struct arena *arena, struct record *record,
				     struct decode_fault *fault) NODISCARD;
