/* The same bytes, cut anywhere, are the same conversation. */
#include "unit/channel/lmtp_talk.h"

enum { TOLD_LIMIT_BYTES = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t everything(void *arg, size_t left)
{
	(void)arg;
	return left;
}

/** Cuts by the first byte of the input. */
static size_t by_stride(void *arg, size_t left)
{
	size_t stride = 1 + *(const uint8_t *)arg % 7;
	return stride < left ? stride : left;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, cut;
	struct slice client = {(const char *)data, size};
	if (size == 0)
		return 0;
	uint8_t first = data[0];
	buf_init(&whole, TOLD_LIMIT_BYTES);
	buf_init(&cut, TOLD_LIMIT_BYTES);
	lmtp_talk(client, everything, NULL, &whole);
	lmtp_talk(client, by_stride, &first, &cut);
	must(slice_equal(buf_slice(&whole), buf_slice(&cut)));
	buf_fini(&whole);
	buf_fini(&cut);
	return 0;
}
