#include "fuzz_table.h"
#include "tabular/sav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must_be_table_or_fault(table_read_sav, (struct slice){(const char *)data, size},
			       SLICE_NONE);
	return 0;
}
