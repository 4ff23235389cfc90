#include "tabular/table_csv.h"

#include <math.h>
#include <stdlib.h>

#include "tabular/table.h"

enum {
	ROW_ROOM = DECODE_RECORD_BYTES + 2, /**< its line end, and the byte that is one too many */
	DIGITS = 15,	    /**< significant ones of a double that are its writer's */
	PLAIN_EXPONENT = 20 /**< up to which a number is written without one */
};

void table_csv_init(struct table_csv *o, FILE *to, uint64_t limit_bytes)
{
	*o = (struct table_csv){.to = to, .limit_bytes = limit_bytes, .is_blank = true};
	buf_init(&o->row, ROW_ROOM);
}

void table_csv_fini(struct table_csv *o)
{
	buf_fini(&o->row);
}

/* Fields */

static bool needs_quotes(const struct table_csv *o, struct slice value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] == ',' || value.at[i] == '"' || value.at[i] == '\n' ||
		    value.at[i] == '\r')
			return true;
	/* What begins a file may be taken for a mark: of its encoding, of its separator. */
	return o->row_number == 0 && o->fields == 1 && value.len > 0;
}

static void add_quoted(struct buf *row, struct slice value)
{
	buf_add_byte(row, '"');
	while (value.len > 0) {
		const char *quote = memchr(value.at, '"', value.len);
		size_t len = quote != NULL ? (size_t)(quote - value.at) + 1 : value.len;
		buf_add(row, (struct slice){value.at, len});
		if (quote != NULL)
			buf_add_byte(row, '"');
		value = slice_from(value, len);
	}
	buf_add_byte(row, '"');
}

static void begin_field(struct table_csv *o, bool is_empty)
{
	if (o->fields++ > 0)
		buf_add_byte(&o->row, ',');
	o->is_blank = o->is_blank && is_empty;
}

void table_csv_text(struct table_csv *o, struct slice value)
{
	begin_field(o, value.len == 0);
	if (needs_quotes(o, value))
		add_quoted(&o->row, value);
	else
		buf_add(&o->row, value);
}

void table_csv_number(struct table_csv *o, double number)
{
	begin_field(o, !isfinite(number));
	table_csv_print_number(&o->row, number);
}

void table_csv_bool(struct table_csv *o, bool yes)
{
	table_csv_text(o, yes ? SLICE("TRUE") : SLICE("FALSE"));
}

void table_csv_empty(struct table_csv *o)
{
	begin_field(o, true);
}

/* Numbers */

static void add_zeros(struct buf *to, int count)
{
	while (count-- > 0)
		buf_add_byte(to, '0');
}

/** `digits` with a point behind the first 1 + exponent of them. */
static void print_plain(struct buf *to, struct slice digits, int exponent)
{
	size_t whole = exponent < 0 ? 0 : (size_t)exponent + 1;
	if (whole == 0) {
		buf_add_text(to, "0.");
		add_zeros(to, -exponent - 1);
		buf_add(to, digits);
	} else if (digits.len <= whole) {
		buf_add(to, digits);
		add_zeros(to, (int)(whole - digits.len));
	} else {
		buf_add(to, (struct slice){digits.at, whole});
		buf_add_byte(to, '.');
		buf_add(to, slice_from(digits, whole));
	}
}

void table_csv_print_number(struct buf *to, double number)
{
	char text[32];
	if (!isfinite(number))
		return;
	if (number == 0) {
		buf_add_byte(to, '0');
		return;
	}
	snprintf(text, sizeof(text), "%.*e", DIGITS - 1, fabs(number));
	int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	text[1] = text[0]; /* the point makes room: digits are in a row from text[1] on */
	size_t len = DIGITS;
	while (len > 1 && text[len] == '0')
		len--;
	if (number < 0)
		buf_add_byte(to, '-');
	if (exponent >= -DIGITS && exponent <= PLAIN_EXPONENT) {
		print_plain(to, (struct slice){text + 1, len}, exponent);
		return;
	}
	print_plain(to, (struct slice){text + 1, len}, 0);
	buf_print(to, "e%d", exponent);
}

/* Rows */

static enum status write_row(struct table_csv *o, struct decode_fault *fault)
{
	if (o->is_blank)
		buf_clear(&o->row);
	buf_add_byte(&o->row, '\n');
	if (buf_over(&o->row) || o->row.len > DECODE_RECORD_BYTES + 1)
		return table_fault(fault, E_LIMIT, o->row_number, "record_too_long", SLICE_NONE,
				   "at most %d bytes in a row", DECODE_RECORD_BYTES);
	if (o->row.len > o->limit_bytes - o->written_bytes)
		return table_fault(fault, E_LIMIT, o->row_number, "too_big_unpacked", SLICE_NONE,
				   "a table of at most %llu MiB of text",
				   (unsigned long long)(o->limit_bytes >> 20));
	if (fwrite(o->row.at, 1, o->row.len, o->to) != o->row.len)
		return table_disk_fault(fault, "writing the table");
	o->written_bytes += o->row.len;
	return OK;
}

enum status table_csv_end_row(struct table_csv *o, struct decode_fault *fault)
{
	enum status st = write_row(o, fault);
	buf_clear(&o->row);
	o->row_number++;
	o->fields = 0;
	o->is_blank = true;
	return st;
}

enum status table_csv_finish(struct table_csv *o, struct decode_fault *fault)
{
	must(o->fields == 0);
	return fflush(o->to) == 0 ? OK : table_disk_fault(fault, "writing the table");
}
