#include "tabular/sav_input.h"

#include <byteswap.h>
#include <errno.h>
#include <unistd.h>

void sav_input_init(struct sav_input *in, int descriptor)
{
	in->descriptor = descriptor;
	in->swapped = false;
	in->offset = 0;
	in->at = in->len = 0;
}

static enum status fill(struct sav_input *in, struct decode_fault *fault)
{
	ssize_t got;
	if (in->at < in->len)
		return OK;
	do {
		got = read(in->descriptor, in->bytes, sizeof(in->bytes));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return table_disk_fault(fault, "reading");
	in->at = 0;
	in->len = (size_t)got;
	return OK;
}

enum status sav_input_part(struct sav_input *in, size_t most, struct slice *part,
			   struct decode_fault *fault)
{
	enum status st = fill(in, fault);
	if (st < 0)
		return st;
	size_t size = in->len - in->at < most ? in->len - in->at : most;
	*part = (struct slice){(const char *)in->bytes + in->at, size};
	in->at += size;
	in->offset += size;
	return OK;
}

static enum status ends_early(const struct sav_input *in, struct decode_fault *fault)
{
	return table_fault(fault, E_INPUT, 0, "truncated", SLICE_NONE,
			   "the file ends within its byte %llu", (unsigned long long)in->offset);
}

enum status sav_input_read(struct sav_input *in, void *to, size_t size, struct decode_fault *fault)
{
	char *at = to;
	while (size > 0) {
		struct slice part;
		enum status st = sav_input_part(in, size, &part, fault);
		if (st < 0)
			return st;
		if (part.len == 0)
			return ends_early(in, fault);
		memcpy(at, part.at, part.len);
		at += part.len;
		size -= part.len;
	}
	return OK;
}

enum status sav_input_skip(struct sav_input *in, uint64_t size, struct decode_fault *fault)
{
	while (size > 0) {
		struct slice part;
		size_t most = size < SAV_INPUT_BYTES ? (size_t)size : SAV_INPUT_BYTES;
		enum status st = sav_input_part(in, most, &part, fault);
		if (st < 0)
			return st;
		if (part.len == 0)
			return ends_early(in, fault);
		size -= part.len;
	}
	return OK;
}

enum status sav_input_int32(struct sav_input *in, int32_t *number, struct decode_fault *fault)
{
	char bytes[sizeof(*number)];
	enum status st = sav_input_read(in, bytes, sizeof(bytes), fault);
	if (st == OK)
		*number = sav_int32(in, bytes);
	return st;
}

enum status sav_input_count(struct sav_input *in, size_t most, size_t *count,
			    struct decode_fault *fault)
{
	int32_t number = 0;
	enum status st = sav_input_int32(in, &number, fault);
	if (st < 0)
		return st;
	if (number < 0 || (size_t)number > most)
		return table_fault(fault, E_INPUT, 0, "not_readable", SLICE_NONE,
				   "a count of %d before byte %llu, where 0 to %zu are possible",
				   number, (unsigned long long)in->offset, most);
	*count = (size_t)number;
	return OK;
}

int32_t sav_int32(const struct sav_input *in, const void *at)
{
	uint32_t bits;
	memcpy(&bits, at, sizeof(bits));
	return (int32_t)(in->swapped ? bswap_32(bits) : bits);
}

static uint64_t bits_of(const struct sav_input *in, const void *at)
{
	uint64_t bits;
	memcpy(&bits, at, sizeof(bits));
	return in->swapped ? bswap_64(bits) : bits;
}

int64_t sav_int64(const struct sav_input *in, const void *at)
{
	return (int64_t)bits_of(in, at);
}

double sav_double(const struct sav_input *in, const void *at)
{
	uint64_t bits = bits_of(in, at);
	double number;
	memcpy(&number, &bits, sizeof(number));
	return number;
}
