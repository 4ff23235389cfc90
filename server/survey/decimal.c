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

static size_t count_digits(struct slice text)
{
	size_t len = 0;
	while (len < text.len && is_digit(text.at[len]))
		len++;
	return len;
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
	*value = 0;
	text = slice_from(text, negative ? 1 : 0);
	size_t whole = count_digits(text), part = 0;
	for (size_t i = 0; i < whole; i++)
		append_digit(value, text.at[i] - '0');
	struct slice rest = slice_from(text, whole);
	if (rest.len > 0 && rest.at[0] == '.') {
		rest = slice_from(rest, 1);
		part = count_digits(rest);
	}
	if (whole == 0 || part < rest.len || (part == 0 && whole < text.len))
		return DECIMAL_NO_NUMBER;
	for (size_t i = 0; i < (size_t)decimals; i++)
		append_digit(value, i < part ? rest.at[i] - '0' : 0);
	if (negative)
		*value = -*value;
	return part > (size_t)decimals ? DECIMAL_TOO_LONG : DECIMAL_READ;
}
