/** The tokens of JSON: where each ends, and what is doubtful in it.
 *
 * Lifetime: slices point into the text.
 * Errors: false = not JSON by RFC 8259, and *at stands where it went wrong.
 *   What the grammar allows but readers disagree about is a doubt, not an error.
 */
#pragma once

#include <endian.h>

#include "decode/record.h"

enum json_doubt {
	JSON_ESCAPED = 1, /**< not doubtful, but the raw text is not the value */
	JSON_NUL = 2,	  /**< \u0000 */
	JSON_LONE = 4	  /**< half of a surrogate pair */
};

/** A value that is neither object nor array; a string still has its escapes. */
struct json_scalar {
	struct slice raw;
	enum field_kind kind;
	unsigned doubts;
};

static inline bool json_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline const char *json_skip_space(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at <= ' ' && json_is_space(*at))
		at++;
	return at;
}

static inline uint64_t json_zero_bytes(uint64_t x)
{
	return (x - UINT64_C(0x0101010101010101)) & ~x;
}

/** Eight bytes at a time to the first that does not stand for itself in a string:
 * a quote, a backslash, a control character; `end` where there is none. A borrow
 * may mark bytes above a true hit, never below it, so the lowest mark is exact. */
static inline const char *json_plain_end(const char *at, const char *end)
{
	for (; end - at >= 8; at += 8) {
		uint64_t x;
		memcpy(&x, at, sizeof(x));
		x = le64toh(x);
		uint64_t quote = json_zero_bytes(x ^ UINT64_C(0x2222222222222222));
		uint64_t slash = json_zero_bytes(x ^ UINT64_C(0x5C5C5C5C5C5C5C5C));
		uint64_t control = (x - UINT64_C(0x2020202020202020)) & ~x;
		uint64_t hit = (quote | slash | control) & UINT64_C(0x8080808080808080);
		if (hit != 0)
			return at + (__builtin_ctzll(hit) >> 3);
	}
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
		at++;
	return at;
}

/** From a backslash to behind its escape. */
bool json_lex_escape(const char **at, const char *end, unsigned *doubts);

/** From behind the opening quote to behind the closing one. */
static inline bool json_lex_string(const char **at, const char *end, struct slice *raw,
				   unsigned *doubts)
{
	const char *start = *at;
	const char *p = json_plain_end(start, end);
	while (p < end && *p == '\\') {
		if (!json_lex_escape(&p, end, doubts)) {
			*at = p;
			return false;
		}
		p = json_plain_end(p, end);
	}
	*at = p;
	if (p == end || *p != '"')
		return false;
	*raw = (struct slice){start, (size_t)(p - start)};
	*at = p + 1;
	return true;
}

bool json_lex_number(const char **at, const char *end, struct slice *raw);
/** A string, a number, true, false or null: whatever begins at *at. */
bool json_lex_scalar(const char **at, const char *end, struct json_scalar *scalar);

/** The value of a raw string without doubts but JSON_ESCAPED; `to` has room for raw.len
 * bytes, which always suffice. Gives the length. */
size_t json_unescape(struct slice raw, char *to);

/** UTF-8, and fast where it begins and ends with ASCII, as most rows do. */
bool json_is_utf8(struct slice text);
