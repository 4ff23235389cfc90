#include "standings/csv_out.h"

#include <math.h>

struct csv_out csv_out_on(struct buf *to)
{
	return (struct csv_out){.to = to, .first = true};
}

static void comma(struct csv_out *c)
{
	if (!c->first)
		buf_add_byte(c->to, ',');
	c->first = false;
}

static bool is_one_of(char byte, const char *bytes)
{
	return byte != '\0' && strchr(bytes, byte) != NULL;
}

static bool starts_formula(struct slice text)
{
	return text.len > 0 && is_one_of(text.at[0], "=+-@\t\r");
}

static bool wants_quotes(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_one_of(text.at[i], ",\"\r\n"))
			return true;
	return false;
}

void csv_text(struct csv_out *c, struct slice text)
{
	bool formula = starts_formula(text);

	comma(c);
	if (!formula && !wants_quotes(text)) {
		buf_add(c->to, text);
		return;
	}
	buf_add_text(c->to, formula ? "\"'" : "\"");
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_add_byte(c->to, '"');
		buf_add_byte(c->to, text.at[i]);
	}
	buf_add_byte(c->to, '"');
}

void csv_double(struct csv_out *c, double number)
{
	comma(c);
	if (isfinite(number))
		buf_add_double(c->to, number);
}

void csv_int(struct csv_out *c, int64_t number)
{
	comma(c);
	buf_add_int(c->to, number);
}

void csv_empty(struct csv_out *c)
{
	comma(c);
}

void csv_end_row(struct csv_out *c)
{
	buf_add_text(c->to, "\r\n");
	c->first = true;
}
