#include "tabular/sav_cases.h"

#include <byteswap.h>

enum { ZLIB_HEADER_BYTES = 24, RATIO_FREE_BYTES = 1024 * 1024 };

/** What a byte of the bytecode stands for; others are numbers, less the bias. */
enum code {
	CODE_NOTHING = 0,
	CODE_END = 252,
	CODE_VERBATIM = 253,
	CODE_BLANKS = 254,
	CODE_MISSING
};

static void store_double(const struct sav_input *in, double number, char element[SAV_ELEMENT])
{
	uint64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	if (in->swapped)
		bits = bswap_64(bits);
	memcpy(element, &bits, sizeof(bits));
}

/** Where the header of the compressed part stands, where its trailer does, how long that is. */
static enum status begin_zlib(struct sav_cases *c, struct decode_fault *fault)
{
	char header[ZLIB_HEADER_BYTES];
	uint64_t here = c->in->offset;
	enum status st = sav_input_read(c->in, header, sizeof(header), fault);
	if (st < 0)
		return st;
	int64_t trailer = sav_int64(c->in, header + 8);
	if (sav_int64(c->in, header) != (int64_t)here ||
	    trailer < (int64_t)(here + ZLIB_HEADER_BYTES))
		return table_fault(fault, E_INPUT, 0, "not_readable", SLICE_NONE,
				   "the places of compressed blocks behind byte %llu",
				   (unsigned long long)here);
	c->packed_bytes = trailer - (int64_t)here - ZLIB_HEADER_BYTES;
	must(inflateInit(&c->zlib) == Z_OK);
	return OK;
}

enum status sav_cases_begin(struct sav_cases *c, struct sav_input *in,
			    const struct sav_dictionary *d, const struct table_limits *limits,
			    struct decode_fault *fault)
{
	*c = (struct sav_cases){.in = in,
				.limits = limits,
				.compression = d->compression,
				.bias = d->bias,
				.code = SAV_ELEMENT};
	store_double(in, d->system_missing, c->system_missing);
	if (d->compression != SAV_ZLIB)
		return OK;
	c->compression = SAV_PLAIN; /* as long as there is nothing for sav_cases_end() to do */
	enum status st = begin_zlib(c, fault);
	if (st == OK)
		c->compression = SAV_ZLIB;
	return st;
}

void sav_cases_end(struct sav_cases *c)
{
	if (c->compression == SAV_ZLIB)
		inflateEnd(&c->zlib);
}

/* Bytes */

static enum status ends_early(struct decode_fault *fault)
{
	return table_fault(fault, E_INPUT, 0, "truncated", SLICE_NONE,
			   "the file ends before its last case does");
}

static enum status bad_block(const struct sav_cases *c, struct decode_fault *fault)
{
	return table_fault(fault, E_INPUT, 0, "not_readable", SLICE_NONE,
			   "a compressed block that zlib can unpack before byte %llu",
			   (unsigned long long)c->in->offset);
}

/** More packed bytes for zlib, where there are any. */
static enum status feed_zlib(struct sav_cases *c, struct decode_fault *fault)
{
	struct slice part;
	size_t most = c->packed_bytes < SAV_INPUT_BYTES ? (size_t)c->packed_bytes : SAV_INPUT_BYTES;
	if (c->zlib.avail_in > 0 || most == 0)
		return OK;
	enum status st = sav_input_part(c->in, most, &part, fault);
	if (st < 0)
		return st;
	if (part.len == 0)
		return ends_early(fault);
	c->zlib.next_in = (z_const Bytef *)c->in->bytes + (c->in->at - part.len);
	c->zlib.avail_in = (uInt)part.len;
	c->packed_bytes -= (int64_t)part.len;
	c->packed += part.len;
	return OK;
}

static enum status check_unpacked(const struct sav_cases *c, struct decode_fault *fault)
{
	if (c->unpacked > c->limits->unpacked_bytes)
		return table_fault(fault, E_LIMIT, 0, "too_big_unpacked", SLICE_NONE,
				   "at most %llu bytes when unpacked",
				   (unsigned long long)c->limits->unpacked_bytes);
	if (c->unpacked > RATIO_FREE_BYTES && c->unpacked / c->limits->ratio > c->packed)
		return table_fault(fault, E_LIMIT, 0, "bad_ratio", SLICE_NONE,
				   "at most %u bytes unpacked for each that is sent",
				   c->limits->ratio);
	return OK;
}

/** As many as zlib has in one go, 1 to `size`; 0: all blocks are spent. */
static enum status unpack(struct sav_cases *c, void *to, size_t size, size_t *got,
			  struct decode_fault *fault)
{
	*got = 0;
	c->zlib.next_out = to;
	c->zlib.avail_out = (uInt)size;
	while (c->zlib.avail_out == size) {
		enum status st = feed_zlib(c, fault);
		if (st < 0)
			return st;
		if (c->zlib.avail_in == 0 && c->zlib.total_in == 0)
			return OK; /* behind a block, and no other begins */
		int said = inflate(&c->zlib, Z_NO_FLUSH);
		if (said == Z_STREAM_END)
			inflateReset(&c->zlib);
		else if (said != Z_OK)
			return said == Z_BUF_ERROR ? ends_early(fault) : bad_block(c, fault);
	}
	*got = size - c->zlib.avail_out;
	c->unpacked += *got;
	return check_unpacked(c, fault);
}

/** Exactly `size` bytes; *ends: none were left. */
static enum status read_bytes(struct sav_cases *c, char *to, size_t size, bool *ends,
			      struct decode_fault *fault)
{
	size_t had = 0;
	*ends = false;
	while (had < size) {
		size_t got = 0;
		struct slice part = SLICE_NONE;
		enum status st = OK;
		if (c->compression == SAV_ZLIB) {
			st = unpack(c, to + had, size - had, &got, fault);
		} else {
			st = sav_input_part(c->in, size - had, &part, fault);
			if (st == OK && part.len > 0)
				memcpy(to + had, part.at, part.len);
			got = part.len;
		}
		if (st < 0)
			return st;
		if (got == 0 && had > 0)
			return ends_early(fault);
		if (got == 0) {
			*ends = true;
			return OK;
		}
		had += got;
	}
	return OK;
}

/* Elements */

static enum status next_code(struct sav_cases *c, enum code *code, bool *ends,
			     struct decode_fault *fault)
{
	*code = CODE_NOTHING;
	while (*code == CODE_NOTHING) {
		if (c->code == SAV_ELEMENT) {
			char codes[SAV_ELEMENT];
			enum status st = read_bytes(c, codes, sizeof(codes), ends, fault);
			if (st < 0 || *ends)
				return st;
			memcpy(c->codes, codes, sizeof(codes));
			c->code = 0;
		}
		*code = c->codes[c->code++];
	}
	*ends = *code == CODE_END;
	return OK;
}

static enum status next_of_bytecode(struct sav_cases *c, char element[SAV_ELEMENT], bool *ends,
				    struct decode_fault *fault)
{
	enum code code;
	enum status st = next_code(c, &code, ends, fault);
	if (st < 0 || *ends)
		return st;
	switch (code) {
	case CODE_VERBATIM:
		st = read_bytes(c, element, SAV_ELEMENT, ends, fault);
		return st == OK && *ends ? ends_early(fault) : st;
	case CODE_BLANKS:
		memset(element, ' ', SAV_ELEMENT);
		return OK;
	case CODE_MISSING:
		memcpy(element, c->system_missing, SAV_ELEMENT);
		return OK;
	default:
		store_double(c->in, (double)code - c->bias, element);
		return OK;
	}
}

enum status sav_cases_next(struct sav_cases *c, char element[SAV_ELEMENT], bool *ends,
			   struct decode_fault *fault)
{
	if (c->compression == SAV_PLAIN)
		return read_bytes(c, element, SAV_ELEMENT, ends, fault);
	return next_of_bytecode(c, element, ends, fault);
}
