#include "base/buf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *b, size_t limit_bytes)
{
	*b = (struct buf){.limit_bytes = limit_bytes};
}

void buf_fini(struct buf *b)
{
	memory_free(b->at);
	*b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = false;
}

static bool grow(struct buf *b, size_t need)
{
	size_t room = b->room > 0 ? b->room : FIRST_ROOM;
	while (room < need)
		room *= 2;
	if (room > b->limit_bytes)
		room = b->limit_bytes;
	b->at = memory_resize(b->at, room, 1);
	b->room = room;
	return true;
}

char *buf_extend(struct buf *b, size_t size)
{
	if (b->over || size > b->limit_bytes - b->len) {
		b->over = true;
		return NULL;
	}
	if (size > b->room - b->len)
		grow(b, b->len + size);
	char *start = b->at + b->len;
	b->len += size;
	return start;
}

void buf_add(struct buf *b, struct slice bytes)
{
	if (bytes.len == 0)
		return;
	char *to = buf_extend(b, bytes.len);
	if (to != NULL)
		memcpy(to, bytes.at, bytes.len);
}

void buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, slice_of(text));
}

void buf_add_byte(struct buf *b, char byte)
{
	if (!b->over && b->len < b->room)
		b->at[b->len++] = byte;
	else
		buf_add(b, (struct slice){&byte, 1});
}

void buf_add_int(struct buf *b, int64_t number)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--p = '-';
	buf_add(b, (struct slice){p, (size_t)(digits + sizeof(digits) - p)});
}

void buf_print(struct buf *b, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(len >= 0);
	/* vsnprintf ends with a NUL, which is asked for and given back. */
	char *to = buf_extend(b, (size_t)len + 1);
	if (to == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(to, (size_t)len + 1, format, arguments);
	va_end(arguments);
	b->len--;
}

void buf_add_double(struct buf *b, double number)
{
	char text[40];
	if (!isfinite(number)) {
		buf_add_text(b, "null");
		return;
	}
	if (number == 0)
		number = 0; /* minus zero is zero to a reader */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_add_text(b, text);
}

static void add_big_endian(struct buf *b, uint64_t number, size_t bytes)
{
	char *to = buf_extend(b, bytes);
	if (to == NULL)
		return;
	for (size_t i = bytes; i > 0; i--, number >>= 8)
		to[i - 1] = (char)(number & 0xFF);
}

void buf_add_be16(struct buf *b, uint16_t number)
{
	add_big_endian(b, number, 2);
}

void buf_add_be32(struct buf *b, uint32_t number)
{
	add_big_endian(b, number, 4);
}

void buf_add_be64(struct buf *b, uint64_t number)
{
	add_big_endian(b, number, 8);
}

void buf_drop_front(struct buf *b, size_t count)
{
	must(count <= b->len);
	b->len -= count;
	if (b->len > 0 && count > 0)
		memmove(b->at, b->at + count, b->len);
}
