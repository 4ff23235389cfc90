#include "survey/tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Bytes are refused and change nothing, or are exactly what the tally packs to. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct tally *t = tally_new(2, 3, 1), *empty = tally_new(2, 3, 1);
	if (tally_unpack(t, bytes, NULL) == OK) {
		struct buf again;
		buf_init(&again, size);
		tally_pack(t, &again);
		must(!buf_over(&again) && slice_equal(buf_slice(&again), bytes));
		buf_fini(&again);
	} else {
		must(tally_equal(t, empty));
	}
	tally_free(t);
	tally_free(empty);
	return 0;
}
