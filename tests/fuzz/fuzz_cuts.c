#include "fuzz_cuts.h"

#include <stdio.h>

enum { MOST_HELD_BYTES = 4 * DECODE_RECORD_BYTES };

struct transcript must_be_told_alike(enum decode_format format, const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	size_t part_len = size > 0 ? 1 + data[0] % 64u : 1;
	bytes = slice_from(bytes, 1);
	struct transcript whole = transcribe(format, bytes, bytes.len, SIZE_MAX);
	struct transcript parts = transcribe(format, bytes, part_len, part_len);
	if (!transcripts_equal(&whole, &parts)) {
		fprintf(stderr, "whole:\n%s\nin parts of %zu:\n%s\n", whole.text.at, part_len,
			parts.text.at);
		never("the same bytes are told otherwise in parts");
	}
	must(parts.most_held_bytes <= MOST_HELD_BYTES);
	transcript_fini(&parts);
	return whole;
}
