/* Any bytes, cut anywhere, give the same requests or the same refusal: guard, llhttp and framing
 * together, without a socket. The first byte says how they are cut. */
#include <stddef.h>
#include <stdint.h>

#include "base/must.h"
#include "unit/http/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct slice bytes = {(const char *)data + 1, size - 1};
	struct buf whole, cut;
	buf_init(&whole, 1 << 20);
	buf_init(&cut, 1 << 20);
	events_of(bytes, 0, &whole);
	events_of(bytes, (size_t)data[0] % 61 + 1, &cut);
	must(slice_equal(buf_slice(&whole), buf_slice(&cut)));
	buf_fini(&whole);
	buf_fini(&cut);
	return 0;
}
