#include "pg/copy_row.h"

#include <endian.h>
#include <string.h>

#include "base/clock.h"

enum { OID_INT2 = 21, OID_INT4 = 23, ARRAY_HEAD_BYTES = 20 };

static char *put16(char *to, uint16_t number)
{
	number = htobe16(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

static char *put32(char *to, uint32_t number)
{
	number = htobe32(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

static char *put64(char *to, uint64_t number)
{
	number = htobe64(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

/** The length word of a field and room for its bytes. */
static char *field(struct buf *b, size_t len)
{
	char *to = len > INT32_MAX ? NULL : buf_extend(b, len + 4);
	if (to == NULL) {
		b->over = true;
		return NULL;
	}
	return put32(to, (uint32_t)len);
}

void copy_start(struct buf *b)
{
	static const char signature[11] = "PGCOPY\n\377\r\n";
	buf_add(b, (struct slice){signature, sizeof(signature)});
	buf_add_be32(b, 0); /* flags */
	buf_add_be32(b, 0); /* header extension */
}

void copy_finish(struct buf *b)
{
	buf_add_be16(b, UINT16_MAX);
}

void copy_row(struct buf *b, uint16_t fields)
{
	must(fields < INT16_MAX);
	char *to = buf_extend(b, 2);
	if (to != NULL)
		put16(to, fields);
}

void copy_null(struct buf *b)
{
	char *to = buf_extend(b, 4);
	if (to != NULL)
		put32(to, UINT32_MAX);
}

void copy_bool(struct buf *b, bool yes)
{
	char *to = field(b, 1);
	if (to != NULL)
		*to = yes ? 1 : 0;
}

void copy_int2(struct buf *b, int16_t number)
{
	char *to = field(b, 2);
	if (to != NULL)
		put16(to, (uint16_t)number);
}

void copy_int4(struct buf *b, int32_t number)
{
	char *to = field(b, 4);
	if (to != NULL)
		put32(to, (uint32_t)number);
}

void copy_int8(struct buf *b, int64_t number)
{
	char *to = field(b, 8);
	if (to != NULL)
		put64(to, (uint64_t)number);
}

void copy_float8(struct buf *b, double number)
{
	int64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	copy_int8(b, bits);
}

void copy_date(struct buf *b, int32_t days)
{
	copy_int4(b, days);
}

void copy_timestamptz(struct buf *b, int64_t instant)
{
	if (instant == CLOCK_NO_INSTANT)
		copy_null(b);
	else
		copy_int8(b, instant);
}

void copy_text(struct buf *b, struct slice text)
{
	if (text.at == NULL) {
		copy_null(b);
		return;
	}
	char *to = field(b, text.len);
	if (to != NULL && text.len > 0)
		memcpy(to, text.at, text.len);
}

void copy_jsonb(struct buf *b, struct slice json)
{
	if (json.at == NULL) {
		copy_null(b);
		return;
	}
	char *to = field(b, json.len + 1);
	if (to == NULL)
		return;
	*to++ = 1; /* version of the format */
	memcpy(to, json.at, json.len);
}

void copy_uuid(struct buf *b, const unsigned char bytes[16])
{
	char *to = field(b, 16);
	if (to != NULL)
		memcpy(to, bytes, 16);
}

/** Dimensions, no nulls, element type, count, lower bound; an empty array has no dimension. */
static char *array(struct buf *b, uint32_t oid, size_t count, size_t element_bytes)
{
	if (count > INT32_MAX / (element_bytes + 4)) {
		b->over = true;
		return NULL;
	}
	size_t head = count > 0 ? ARRAY_HEAD_BYTES : 12;
	char *to = field(b, head + count * (element_bytes + 4));
	if (to == NULL)
		return NULL;
	to = put32(to, count > 0 ? 1 : 0);
	to = put32(to, 0);
	to = put32(to, oid);
	if (count > 0) {
		to = put32(to, (uint32_t)count);
		to = put32(to, 1);
	}
	return to;
}

void copy_int2_array(struct buf *b, const int16_t *numbers, size_t count)
{
	char *to = array(b, OID_INT2, count, 2);
	for (size_t i = 0; to != NULL && i < count; i++) {
		to = put32(to, 2);
		to = put16(to, (uint16_t)numbers[i]);
	}
}

void copy_int4_array(struct buf *b, const int32_t *numbers, size_t count)
{
	char *to = array(b, OID_INT4, count, 4);
	for (size_t i = 0; to != NULL && i < count; i++) {
		to = put32(to, 4);
		to = put32(to, (uint32_t)numbers[i]);
	}
}
