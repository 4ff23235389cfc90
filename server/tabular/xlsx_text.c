#include "tabular/xlsx_text.h"

#include "decode/decoder.h"

enum { ESCAPE_LEN = 7 /* _x000A_ */, HIGH_SURROGATE = 0xD800, LOW_SURROGATE = 0xDC00 };

void xlsx_text_init(struct xlsx_text *t)
{
	*t = (struct xlsx_text){0};
	buf_init(&t->buf, XLSX_TEXT_BYTES);
}

void xlsx_text_fini(struct xlsx_text *t)
{
	buf_fini(&t->buf);
}

void xlsx_text_clear(struct xlsx_text *t)
{
	buf_clear(&t->buf);
	t->has_escape = false;
}

void xlsx_text_add(struct xlsx_text *t, struct slice piece)
{
	size_t room = XLSX_TEXT_BYTES - t->buf.len;
	buf_add(&t->buf, (struct slice){piece.at, piece.len < room ? piece.len : room});
	t->has_escape = t->has_escape || memchr(piece.at, '_', piece.len) != NULL;
}

/* Escapes: _x000A_ is the character U+000A, as UTF-16 has it. */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char upper = (char)(c & ~0x20);
	return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

static bool read_unit(struct slice at, unsigned *unit)
{
	const unsigned bits = 4;
	if (at.len < ESCAPE_LEN || at.at[0] != '_' || at.at[1] != 'x' ||
	    at.at[ESCAPE_LEN - 1] != '_')
		return false;
	*unit = 0;
	for (size_t i = 2; i < ESCAPE_LEN - 1; i++) {
		int digit = hex_digit(at.at[i]);
		if (digit < 0)
			return false;
		*unit = *unit << bits | (unsigned)digit;
	}
	return true;
}

/** 0: what stands here is no escape, or half a pair, and stays as it is. */
static size_t read_escape(struct slice at, unsigned *character)
{
	unsigned low;
	if (!read_unit(at, character) || *character >> 10 == LOW_SURROGATE >> 10)
		return 0;
	if (*character >> 10 != HIGH_SURROGATE >> 10)
		return ESCAPE_LEN;
	if (!read_unit(slice_from(at, ESCAPE_LEN), &low) || low >> 10 != LOW_SURROGATE >> 10)
		return 0;
	*character = 0x10000 + ((*character - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
	return 2 * (size_t)ESCAPE_LEN;
}

static size_t put_utf8(char *to, unsigned c)
{
	const unsigned tail = 0x80, bits = 0x3F;
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = len; --i > 0; c >>= 6)
		to[i] = (char)(tail | (c & bits));
	to[0] = (char)(lead[len] | c);
	return len;
}

static void undo_escapes(struct buf *b)
{
	size_t to = 0, from = 0;
	while (from < b->len) {
		unsigned character;
		struct slice rest = {b->at + from, b->len - from};
		size_t len = b->at[from] == '_' ? read_escape(rest, &character) : 0;
		if (len > 0) {
			to += put_utf8(b->at + to, character);
			from += len;
		} else {
			b->at[to++] = b->at[from++];
		}
	}
	b->len = to;
}

struct slice xlsx_text_whole(struct xlsx_text *t)
{
	const size_t most = DECODE_FIELD_BYTES + 4; /* too long even where a character is cut off */
	if (t->has_escape)
		undo_escapes(&t->buf);
	return slice_cut(buf_slice(&t->buf), most);
}
