#include "decode/json_lex.h"

#include "base/must.h"
#include "base/utf8.h"

static bool is_digit(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** The UTF-16 unit of "\uXXXX" at `at`, or -1 where there is no such escape. */
static int unit_at(const char *at, const char *end)
{
	int unit = 0;
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(at[i]);
		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

static bool is_high(int unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

static bool lex_unit(const char **at, const char *end, unsigned *doubts)
{
	int unit = unit_at(*at, end);
	if (unit < 0)
		return false;
	*at += 6;
	if (unit == 0)
		*doubts |= JSON_NUL;
	if (is_high(unit) && is_low(unit_at(*at, end)))
		*at += 6;
	else if (is_high(unit) || is_low(unit))
		*doubts |= JSON_LONE;
	return true;
}

bool json_lex_escape(const char **at, const char *end, unsigned *doubts)
{
	*doubts |= JSON_ESCAPED;
	if (end - *at < 2)
		return false;
	switch ((*at)[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		*at += 2;
		return true;
	case 'u':
		return lex_unit(at, end, doubts);
	default:
		return false;
	}
}

static const char *skip_digits(const char *at, const char *end)
{
	while (is_digit(at, end))
		at++;
	return at;
}

bool json_lex_number(const char **at, const char *end, struct slice *raw)
{
	const char *start = *at;
	const char *p = start + (*start == '-');
	bool ok = is_digit(p, end);
	if (ok)
		p = *p == '0' ? p + 1 : skip_digits(p, end);
	if (ok && p < end && *p == '.') {
		p++;
		ok = is_digit(p, end);
		p = skip_digits(p, end);
	}
	if (ok && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		ok = is_digit(p, end);
		p = skip_digits(p, end);
	}
	*at = p;
	*raw = (struct slice){start, (size_t)(p - start)};
	return ok;
}

static bool lex_word(const char **at, const char *end, struct slice word,
		     struct json_scalar *scalar, enum field_kind kind)
{
	if (!slice_starts_with((struct slice){*at, (size_t)(end - *at)}, word))
		return false;
	scalar->kind = kind;
	scalar->raw = (struct slice){*at, kind == FIELD_NULL ? 0 : word.len};
	*at += word.len;
	return true;
}

bool json_lex_scalar(const char **at, const char *end, struct json_scalar *scalar)
{
	scalar->doubts = 0;
	if (*at == end)
		return false;
	switch (**at) {
	case '"':
		(*at)++;
		scalar->kind = FIELD_TEXT;
		return json_lex_string(at, end, &scalar->raw, &scalar->doubts);
	case 't':
		return lex_word(at, end, SLICE("true"), scalar, FIELD_BOOL);
	case 'f':
		return lex_word(at, end, SLICE("false"), scalar, FIELD_BOOL);
	case 'n':
		return lex_word(at, end, SLICE("null"), scalar, FIELD_NULL);
	default:
		scalar->kind = FIELD_NUMBER;
		return json_lex_number(at, end, &scalar->raw);
	}
}

static char short_escape(char letter)
{
	switch (letter) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return letter;
	}
}

/** One escape at `at`, already checked; gives how many bytes it takes. */
static size_t unescape_one(const char *at, const char *end, char *to, size_t *len)
{
	if (at[1] != 'u') {
		to[(*len)++] = short_escape(at[1]);
		return 2;
	}
	int unit = unit_at(at, end);
	must(unit > 0 && !is_low(unit));
	if (!is_high(unit)) {
		*len += utf8_write(to + *len, (unsigned)unit);
		return 6;
	}
	int low = unit_at(at + 6, end);
	must(is_low(low));
	*len += utf8_write(to + *len, 0x10000u + (((unsigned)unit - 0xD800u) << 10) +
					      ((unsigned)low - 0xDC00u));
	return 12;
}

size_t json_unescape(struct slice raw, char *to)
{
	const char *at = raw.at;
	const char *end = raw.at + raw.len;
	size_t len = 0;
	while (at < end) {
		const char *plain = json_plain_end(at, end);
		memcpy(to + len, at, (size_t)(plain - at));
		len += (size_t)(plain - at);
		at = plain;
		if (at < end)
			at += unescape_one(at, end, to, &len);
	}
	return len;
}

static bool is_ascii8(const char *at)
{
	uint64_t x;
	memcpy(&x, at, sizeof(x));
	return (x & UINT64_C(0x8080808080808080)) == 0;
}

bool json_is_utf8(struct slice text)
{
	while (text.len >= 8 && is_ascii8(text.at))
		text = (struct slice){text.at + 8, text.len - 8};
	while (text.len >= 8 && is_ascii8(text.at + text.len - 8))
		text.len -= 8;
	return text.len == 0 || slice_is_utf8(text);
}
