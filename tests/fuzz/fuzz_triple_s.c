#include "fuzz_table.h"
#include "tabular/triple_s.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A line %% parts the metadata from the data; without one it is an archive. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char border[] = "\n%%\n";
	enum { BORDER_BYTES = sizeof(border) - 1 };
	struct slice all = {(const char *)data, size}, metadata = SLICE_NONE;
	const char *at = memmem(all.at, all.len, border, BORDER_BYTES);
	if (at != NULL) {
		metadata = (struct slice){all.at, (size_t)(at - all.at)};
		all = slice_from(all, metadata.len + BORDER_BYTES);
	}
	must_be_table_or_fault(table_read_triple_s, all, metadata);
	return 0;
}
