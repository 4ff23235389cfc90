/* Any bytes, cut anywhere, say the same to FastAGI's machine, or break it in the same place. The
 * first byte says how they are cut. */
#include <stddef.h>
#include <stdint.h>

#include "base/must.h"
#include "unit/channel/fastagi_told.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t piece(void *arg)
{
	const uint8_t *how = arg;
	return (size_t)*how % 61 + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size > 0 ? data[0] : 0;
	struct slice bytes = {(const char *)data + 1, size - 1};
	struct buf whole, cut;
	if (size == 0)
		return 0;
	buf_init(&whole, 1 << 20);
	buf_init(&cut, 1 << 20);
	fastagi_told(bytes, NULL, NULL, &whole);
	fastagi_told(bytes, piece, &how, &cut);
	must(slice_equal(buf_slice(&whole), buf_slice(&cut)));
	buf_fini(&whole);
	buf_fini(&cut);
	return 0;
}
