#include "decode/json_scan.h"
#include "fuzz_cuts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A stream that is read to its end without a fault is one JSON text, and the other way round
 * one that is no JSON text is never read to its end. (A key that stands twice, or an element
 * that is no object, are faults of rows and leave the text JSON.) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transcript whole = must_be_told_alike(DECODE_JSON_ARRAY, data, size);
	struct slice text = slice_from((struct slice){(const char *)data, size}, 1);
	struct json_verdict verdict = json_judge(text, JSON_DEPTH + 1, JSON_KEYS);
	if (whole.ended)
		must(json_is_whole(verdict));
	if (whole.ended && whole.code[0] == '\0')
		must(verdict.code == NULL);
	transcript_fini(&whole);
	return 0;
}
