#include "fuzz_cuts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transcript whole = must_be_told_alike(DECODE_CSV, data, size);
	transcript_fini(&whole);
	return 0;
}
