#include "channel/digest_text.h"

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int sextet_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static bool decode_hex(struct slice text, unsigned char *to, size_t room, size_t *len)
{
	if (text.len % 2 != 0 || text.len / 2 > room)
		return false;
	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_of(text.at[i]), low = hex_of(text.at[i + 1]);
		if (high < 0 || low < 0)
			return false;
		to[i / 2] = (unsigned char)(high * 16 + low);
	}
	*len = text.len / 2;
	return true;
}

static size_t padding_of(struct slice text)
{
	if (text.len == 0 || text.at[text.len - 1] != '=')
		return 0;
	return text.at[text.len - 2] == '=' ? 2 : 1;
}

/** Bits behind the last byte must be zero, or several texts would be one digest. */
static bool decode_base64(struct slice text, unsigned char *to, size_t room, size_t *len)
{
	if (text.len % 4 != 0)
		return false;
	size_t padding = padding_of(text), written = 0;
	unsigned bits = 0, held = 0;
	if (text.len / 4 * 3 - padding > room)
		return false;
	for (size_t i = 0; i < text.len - padding; i++) {
		int sextet = sextet_of(text.at[i]);
		if (sextet < 0)
			return false;
		bits = (bits << 6 | (unsigned)sextet) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			to[written++] = (unsigned char)(bits >> held & 0xff);
		}
	}
	*len = written;
	return (bits & ((1u << held) - 1)) == 0;
}

bool digest_decode(enum digest_encoding encoding, struct slice text, unsigned char *to, size_t room,
		   size_t *len)
{
	if (encoding == DIGEST_HEX)
		return decode_hex(text, to, room, len);
	return decode_base64(text, to, room, len);
}

void digest_print_hex(const unsigned char *digest, size_t len, char *to)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		to[2 * i] = digits[digest[i] >> 4];
		to[2 * i + 1] = digits[digest[i] & 15];
	}
}
