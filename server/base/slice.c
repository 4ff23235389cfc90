#include "base/slice.h"

int slice_compare(struct slice a, struct slice b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared > 0 ? memcmp(a.at, b.at, shared) : 0;
	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool slice_equal_ignoring_case(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

bool slice_starts_with(struct slice a, struct slice prefix)
{
	return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.at, prefix.at, prefix.len) == 0);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice a)
{
	while (a.len > 0 && is_blank(a.at[0]))
		a = (struct slice){a.at + 1, a.len - 1};
	while (a.len > 0 && is_blank(a.at[a.len - 1]))
		a.len--;
	return a;
}

struct slice slice_from(struct slice a, size_t skip)
{
	if (skip > a.len)
		skip = a.len;
	return (struct slice){a.at ? a.at + skip : NULL, a.len - skip};
}

bool slice_next_part(struct slice *rest, char separator, struct slice *part)
{
	if (rest->at == NULL)
		return false;
	const char *found = rest->len > 0 ? memchr(rest->at, separator, rest->len) : NULL;
	if (found == NULL) {
		*part = *rest;
		*rest = SLICE_NONE;
		return true;
	}
	*part = (struct slice){rest->at, (size_t)(found - rest->at)};
	*rest = (struct slice){found + 1, rest->len - part->len - 1};
	return true;
}

bool slice_to_int64(struct slice a, int64_t *number)
{
	bool negative = a.len > 0 && a.at[0] == '-';
	struct slice digits = slice_from(a, negative ? 1 : 0);
	int64_t sum = 0;
	if (digits.len == 0)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.at[i];
		if (c < '0' || c > '9')
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_sub_overflow(sum, c - '0', &sum))
			return false;
	}
	if (!negative && __builtin_mul_overflow(sum, -1, &sum))
		return false;
	*number = sum;
	return true;
}

/** Bytes that must follow this first byte, or -1; *low and *high bound the second
 * byte (Unicode 15, table 3-7). */
static int following(unsigned char first, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xBF;
	if (first >= 0xC2 && first <= 0xDF)
		return 1;
	if (first >= 0xE0 && first <= 0xEF) {
		*low = first == 0xE0 ? 0xA0 : 0x80;
		*high = first == 0xED ? 0x9F : 0xBF;
		return 2;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*low = first == 0xF0 ? 0x90 : 0x80;
		*high = first == 0xF4 ? 0x8F : 0xBF;
		return 3;
	}
	return -1;
}

bool slice_is_utf8(struct slice a)
{
	if (a.len == 0)
		return true; /* `at` may be NULL, to which nothing may be added */
	const unsigned char *p = (const unsigned char *)a.at;
	const unsigned char *end = p + a.len;
	while (p < end) {
		unsigned char low, high;
		if (*p < 0x80) {
			p++;
			continue;
		}
		int more = following(*p++, &low, &high);
		if (more < 0 || end - p < more || *p < low || *p > high)
			return false;
		for (p++, more--; more > 0; p++, more--)
			if ((*p & 0xC0) != 0x80)
				return false;
	}
	return true;
}

bool slice_is_text(struct slice a)
{
	for (size_t i = 0; i < a.len; i++)
		if ((unsigned char)a.at[i] < 0x20 || a.at[i] == 0x7f)
			return false;
	return slice_is_utf8(a);
}

struct slice slice_cut(struct slice a, size_t most)
{
	if (a.len <= most)
		return a;
	while (most > 0 && ((unsigned char)a.at[most] & 0xC0) == 0x80)
		most--;
	return (struct slice){a.at, most};
}
