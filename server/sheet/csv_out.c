#include "sheet/csv_out.h"

#include <math.h>

bool csv_dialect_from(struct slice word, enum csv_dialect *dialect)
{
	if (slice_is(word, "rfc4180"))
		*dialect = CSV_RFC4180;
	else if (slice_is(word, "excel-nb"))
		*dialect = CSV_EXCEL_NB;
	else
		return false;
	return true;
}

struct csv_out csv_out_on(struct buf *to)
{
	return (struct csv_out){.to = to, .first = true};
}

struct csv_out csv_out_as(struct buf *to, const struct csv_form *form)
{
	return (struct csv_out){.to = to, .form = *form, .first = true};
}

void csv_begin(struct csv_out *c)
{
	if (c->form.dialect == CSV_EXCEL_NB)
		buf_add_text(c->to, "\xEF\xBB\xBF");
}

static char separator_of(const struct csv_out *c)
{
	return c->form.dialect == CSV_EXCEL_NB ? ';' : ',';
}

static void separate(struct csv_out *c)
{
	if (!c->first)
		buf_add_byte(c->to, separator_of(c));
	c->first = false;
}

static bool starts_formula(struct slice text)
{
	return text.len > 0 && text.at[0] != '\0' && strchr("=+-@\t\r", text.at[0]) != NULL;
}

/** How many apostrophes stand before what starts a formula; 0 where nothing does. */
static size_t guards_before_formula(struct slice text)
{
	size_t guards = 0;
	while (guards < text.len && text.at[guards] == '\'')
		guards++;
	return starts_formula(slice_from(text, guards)) ? guards : 0;
}

struct slice csv_unguarded(struct slice text)
{
	return guards_before_formula(text) > 0 ? slice_from(text, 1) : text;
}

static bool wants_guard(const struct csv_out *c, struct slice text)
{
	return (!c->form.formulas_kept && starts_formula(text)) || guards_before_formula(text) > 0;
}

/** A fraction, or what has only its bytes: a reader must not take it for a number. */
static bool could_be_fraction(struct slice text)
{
	bool has_point = false;
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.at[i];
		has_point = has_point || byte == '.';
		if ((byte < '0' || byte > '9') && byte != '.' && byte != '-' && byte != '+' &&
		    byte != 'e' && byte != 'E')
			return false;
	}
	return has_point && text.at[0] >= '0' && text.at[0] <= '9';
}

static bool wants_quotes(const struct csv_out *c, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.at[i];
		if (byte == '"' || byte == '\r' || byte == '\n' || byte == separator_of(c))
			return true;
	}
	return could_be_fraction(text);
}

static void add_quoted(struct buf *to, struct slice text)
{
	struct slice part;
	bool more = false;
	while (slice_next_part(&text, '"', &part)) {
		if (more)
			buf_add_text(to, "\"\"");
		buf_add(to, part);
		more = true;
	}
}

void csv_text(struct csv_out *c, struct slice text)
{
	bool guard = wants_guard(c, text);

	separate(c);
	if (!guard && !wants_quotes(c, text)) {
		buf_add(c->to, text);
		return;
	}
	buf_add_text(c->to, guard ? "\"'" : "\"");
	add_quoted(c->to, text);
	buf_add_byte(c->to, '"');
}

/** The number at the end of the buffer, with the dialect's decimal mark. */
static void mark_decimals(struct csv_out *c, size_t start)
{
	if (c->form.dialect != CSV_EXCEL_NB || buf_over(c->to))
		return;
	char *point = memchr(c->to->at + start, '.', c->to->len - start);
	if (point != NULL)
		*point = ',';
}

void csv_double(struct csv_out *c, double number)
{
	separate(c);
	size_t start = c->to->len;
	if (!isfinite(number))
		return;
	buf_add_double(c->to, number);
	mark_decimals(c, start);
}

void csv_int(struct csv_out *c, int64_t number)
{
	separate(c);
	buf_add_int(c->to, number);
}

void csv_decimal(struct csv_out *c, struct slice number)
{
	separate(c);
	size_t start = c->to->len;
	buf_add(c->to, number);
	mark_decimals(c, start);
}

void csv_empty(struct csv_out *c)
{
	separate(c);
}

void csv_end_row(struct csv_out *c)
{
	buf_add_text(c->to, "\r\n");
	c->first = true;
}

/* ---- the same in another form ---- */

/** A cell in quotes, the first of which is read already, with its quotes undoubled. */
static struct slice take_quoted(struct slice *rest, struct buf *cell)
{
	struct slice part;
	buf_clear(cell);
	while (slice_next_part(rest, '"', &part)) {
		buf_add(cell, part);
		if (rest->len == 0 || rest->at[0] != '"')
			break;
		buf_add_byte(cell, '"');
		*rest = slice_from(*rest, 1);
	}
	return buf_slice(cell);
}

static struct slice take_plain(struct slice *rest)
{
	struct slice cell = *rest;
	for (cell.len = 0; cell.len < rest->len; cell.len++) {
		char byte = rest->at[cell.len];
		if (byte == ',' || byte == '\r')
			break;
	}
	*rest = slice_from(*rest, cell.len);
	return cell;
}

static bool is_number(struct slice cell)
{
	return (cell.len > 0 && cell.at[0] == '-') || could_be_fraction(cell);
}

static void recast_cell(struct csv_out *c, struct slice *rest, struct buf *cell)
{
	if (rest->len > 0 && rest->at[0] == '"') {
		*rest = slice_from(*rest, 1);
		csv_text(c, csv_unguarded(take_quoted(rest, cell)));
		return;
	}
	struct slice plain = take_plain(rest);
	if (is_number(plain))
		csv_decimal(c, plain);
	else
		csv_text(c, plain);
}

void csv_recast(struct slice file, const struct csv_form *form, struct buf *to)
{
	struct csv_out c = csv_out_as(to, form);
	struct buf cell;
	buf_init(&cell, file.len + 1);
	csv_begin(&c);
	while (file.len > 0) {
		recast_cell(&c, &file, &cell);
		if (file.len > 0 && file.at[0] == ',') {
			file = slice_from(file, 1);
		} else {
			csv_end_row(&c);
			file = slice_from(file, 2);
		}
	}
	buf_fini(&cell);
}
