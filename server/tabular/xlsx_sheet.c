#include "tabular/xlsx_sheet.h"

#include "tabular/xlsx_value.h"

enum place {
	WORKSHEET = 1,
	DATA,
	ROW,
	CELL,
	VALUE,
	FORMULA,
	INLINE,
	INLINE_TEXT,
	RUN,
	RUN_TEXT,
	MERGES,
	MERGE
};

/* Phonetic guides (rPh) have no place, so they are passed over with the text in them. */
static const struct xml_place places[] = {
	{"worksheet", 0},
	{"sheetData", WORKSHEET},
	{"row", DATA},
	{"c", ROW},
	{"v", CELL},
	{"f", CELL},
	{"is", CELL},
	{"t", INLINE},
	{"r", INLINE},
	{"t", RUN},
	{"mergeCells", WORKSHEET},
	{"mergeCell", MERGES},
};

static const struct {
	const char *word;
	enum xlsx_type type;
} types[] = {
	{"n", CELL_NUMBER}, {"s", CELL_SHARED}, {"str", CELL_TEXT}, {"inlineStr", CELL_TEXT},
	{"b", CELL_BOOL},   {"e", CELL_ERROR},	{"d", CELL_DATE},
};

static enum status refuse(const struct xlsx_sheet *s, const char *code, const char *value,
			  const char *expected)
{
	return table_fault(s->rows->fault, E_INPUT, xlsx_rows_number(s->rows), code,
			   slice_of(value), "%s", expected);
}

/* Where a row and a cell are */

static bool read_count(const char *text, uint64_t *count)
{
	int64_t number;
	if (!slice_to_int64(slice_of(text), &number) || number < 0)
		return false;
	*count = (uint64_t)number;
	return true;
}

static enum status start_row(struct xlsx_sheet *s, const char *const *attributes)
{
	const char *number = xml_attribute(attributes, "r");
	const char *hidden = xml_attribute(attributes, "hidden");
	uint64_t row = s->row + 1;
	if (number != NULL && !read_count(number, &row))
		return refuse(s, "bad_cell", number, "the number of a row");
	if (row <= s->row)
		return refuse(s, "rows_out_of_order", number, "rows in ascending order");
	s->row = row;
	s->column = 0;
	s->hidden_rows += hidden != NULL && strcmp(hidden, "0") != 0 &&
			  strcmp(hidden, "false") != 0;
	return xlsx_rows_begin(s->rows, row);
}

/** "BC12": column 55 and row 12. */
static bool read_reference(const char *text, uint32_t *column, uint64_t *row)
{
	enum { LETTERS = 26, MOST_LETTERS = 3 };
	size_t i = 0;
	*column = 0;
	for (; text[i] >= 'A' && text[i] <= 'Z' && i < MOST_LETTERS; i++)
		*column = *column * LETTERS + (uint32_t)(text[i] - 'A') + 1;
	return i > 0 && read_count(text + i, row);
}

static enum status place_cell(struct xlsx_sheet *s, const char *reference)
{
	uint64_t row = s->row;
	s->cell.column = s->column + 1;
	if (reference != NULL && !read_reference(reference, &s->cell.column, &row))
		return refuse(s, "bad_cell", reference, "the place of a cell, such as B7");
	if (row != s->row || s->cell.column <= s->column)
		return refuse(s, "cells_out_of_order", reference,
			      "the cells of a row in ascending order, and in their row");
	s->column = s->cell.column;
	return OK;
}

static enum xlsx_type type_of(const char *word)
{
	if (word == NULL)
		return CELL_NUMBER;
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].word, word) == 0)
			return types[i].type;
	return CELL_TEXT;
}

static enum status start_cell(struct xlsx_sheet *s, const char *const *attributes)
{
	uint64_t style = 0;
	const char *number = xml_attribute(attributes, "s");
	if (number != NULL && (!read_count(number, &style) || style >= FORMAT_NUMBERS))
		style = FORMAT_NUMBERS; /* one that is not known */
	s->cell = (struct xlsx_cell){.type = type_of(xml_attribute(attributes, "t")),
				     .style = (uint32_t)style};
	xlsx_text_clear(&s->text);
	return place_cell(s, xml_attribute(attributes, "r"));
}

/* What it holds */

static enum status start_value(struct xlsx_sheet *s)
{
	s->cell.has_value = true;
	xlsx_text_clear(&s->text);
	return OK;
}

static void meet(const struct xlsx_sheet *s, struct xlsx_count *count)
{
	if (count->times++ > 0)
		return;
	count->row = xlsx_rows_number(s->rows);
	count->column = s->cell.column;
}

static enum status put_shared(struct xlsx_sheet *s)
{
	int64_t value;
	struct slice text = xlsx_text_whole(&s->text);
	if (!slice_to_int64(text, &value) || value < 0 || (uint64_t)value >= s->strings->count)
		return table_fault(s->rows->fault, E_INPUT, xlsx_rows_number(s->rows),
				   "no_such_string", text, "one of the %llu shared strings",
				   (unsigned long long)s->strings->count);
	struct buf *to = xlsx_rows_cell(s->rows, s->cell.column - 1);
	enum status st = xlsx_strings_get(s->strings, (uint64_t)value, to);
	return st == E_INTERNAL ? table_disk_fault(s->rows->fault, "reading shared strings") : OK;
}

static void put_number(struct xlsx_sheet *s)
{
	struct xlsx_format format = xlsx_format_of(s->formats, s->cell.style);
	struct buf *to = xlsx_rows_cell(s->rows, s->cell.column - 1);
	if (xlsx_print_number(to, buf_slice(&s->text.buf), format, s->from_1904))
		s->rows->report->decimal = '.';
}

static void put_text(struct xlsx_sheet *s)
{
	struct slice text = xlsx_text_whole(&s->text);
	struct buf *to = xlsx_rows_cell(s->rows, s->cell.column - 1);
	if (s->cell.type == CELL_BOOL && (slice_is(text, "1") || slice_is(text, "true")))
		text = SLICE("TRUE");
	else if (s->cell.type == CELL_BOOL && (slice_is(text, "0") || slice_is(text, "false")))
		text = SLICE("FALSE");
	if (s->cell.type == CELL_DATE)
		xlsx_print_iso(to, text);
	else
		buf_add(to, text);
}

static enum status end_cell(struct xlsx_sheet *s)
{
	bool is_number = s->cell.type == CELL_NUMBER;
	if (s->cell.has_formula && (!s->cell.has_value || (is_number && s->text.buf.len == 0)))
		meet(s, &s->unstored);
	if (!s->cell.has_value)
		return OK;
	if (s->cell.type == CELL_ERROR)
		meet(s, &s->errors);
	if (s->cell.type == CELL_SHARED)
		return put_shared(s);
	if (is_number)
		put_number(s);
	else
		put_text(s);
	return OK;
}

/* The places */

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct xlsx_sheet *s = self;
	switch ((enum place)place) {
	case ROW:
		return start_row(s, attributes);
	case CELL:
		return start_cell(s, attributes);
	case FORMULA:
		s->cell.has_formula = true;
		return OK;
	case INLINE:
		s->cell.type = CELL_TEXT;
		return start_value(s);
	case VALUE:
		return start_value(s);
	case MERGE:
		s->merged++;
		return OK;
	default:
		return OK;
	}
}

static enum status on_text(void *self, unsigned place, struct slice text)
{
	struct xlsx_sheet *s = self;
	if (place == VALUE || place == INLINE_TEXT || place == RUN_TEXT)
		xlsx_text_add(&s->text, text);
	return OK;
}

static enum status on_end(void *self, unsigned place)
{
	struct xlsx_sheet *s = self;
	if (place == CELL)
		return end_cell(s);
	return place == ROW ? xlsx_rows_end(s->rows) : OK;
}

static void tell(const struct xlsx_sheet *s)
{
	struct table_report *report = s->rows->report;
	if (s->unstored.times > 0)
		table_note(report,
			   "%llu formulas have no stored result and were read as empty, the first "
			   "in row %llu, column %u: save the file in a spreadsheet program",
			   (unsigned long long)s->unstored.times,
			   (unsigned long long)s->unstored.row, s->unstored.column);
	if (s->errors.times > 0)
		table_note(
			report,
			"%llu cells hold an error such as #N/A, the first in row %llu, column %u",
			(unsigned long long)s->errors.times, (unsigned long long)s->errors.row,
			s->errors.column);
	if (s->merged > 0)
		table_note(report, "%llu merged ranges: their value stands in their first cell",
			   (unsigned long long)s->merged);
	if (s->hidden_rows > 0)
		table_note(report, "%llu hidden rows were read like the others",
			   (unsigned long long)s->hidden_rows);
}

enum status xlsx_sheet_read(struct xlsx_sheet *s, struct package *p, const char *part)
{
	static const struct xml_shape shape = {.places = places,
					       .count = COUNT_OF(places),
					       .start = on_start,
					       .text = on_text,
					       .end = on_end};
	xlsx_text_init(&s->text);
	enum status st = package_read(p, part, &shape, s, s->rows->fault);
	if (st == OK)
		st = xlsx_rows_finish(s->rows);
	if (st == OK)
		tell(s);
	xlsx_text_fini(&s->text);
	return st;
}
