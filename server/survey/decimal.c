#include "survey/decimal.h"

#include "base/must.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void append_digit(int64_t *value, int digit)
{
	*value = *value * 10 + digit;
	if (*value > DECIMAL_FAR)
		*value = DECIMAL_FAR;
}

int64_t decimal_scale(int decimals)
{
	static const int64_t scales[DECIMALS_LIMIT + 1] = {1, 10, 100, 1000};
	must(decimals >= 0 && decimals <= DECIMALS_LIMIT);
	return scales[decimals];
}

enum decimal decimal_read(struct slice text, int decimals, int64_t *value)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	size_t at = negative ? 1 : 0, whole = at;
	*value = 0;
	for (; at < text.len && is_digit(text.at[at]); at++)
		append_digit(value, text.at[at] - '0');
	if (at == whole)
		return DECIMAL_NO_NUMBER;
	size_t point = at++;
	if (point < text.len && (text.at[point] != '.' || at == text.len))
		return DECIMAL_NO_NUMBER;
	for (int given = 0; at < text.len; at++, given++) {
		if (!is_digit(text.at[at]))
			return DECIMAL_NO_NUMBER;
		if (given < decimals)
			append_digit(value, text.at[at] - '0');
	}
	int given = point < text.len ? (int)(text.len - point - 1) : 0;
	for (int i = given; i < decimals; i++)
		append_digit(value, 0);
	if (negative)
		*value = -*value;
	return given > decimals ? DECIMAL_TOO_LONG : DECIMAL_READ;
}
