#include "tabular/xlsx_rows.h"

enum { ROW_BYTES = 2 * DECODE_RECORD_BYTES /* so that the writer sees what is too long */ };

void xlsx_rows_init(struct xlsx_rows *r, struct table_csv *out, const struct table_options *options,
		    struct table_report *report, struct decode_fault *fault)
{
	must(options->limits.columns <= DECODE_FIELDS);
	*r = (struct xlsx_rows){.out = out, .options = options, .report = report, .fault = fault};
	buf_init(&r->now.text, ROW_BYTES);
	for (size_t i = 0; i < HEADER_ROWS_LIMIT; i++)
		buf_init(&r->first[i].text, ROW_BYTES);
}

void xlsx_rows_fini(struct xlsx_rows *r)
{
	buf_fini(&r->now.text);
	for (size_t i = 0; i < HEADER_ROWS_LIMIT; i++)
		buf_fini(&r->first[i].text);
}

uint64_t xlsx_rows_number(const struct xlsx_rows *r)
{
	return r->report->header_row > 0 ? r->now.number - r->report->header_row : 0;
}

/* Cells */

/** The cell begun last ends where the text does now; empty, it is as if it were not there. */
static void settle_cell(struct xlsx_row *row)
{
	if (row->cells == 0)
		return;
	row->ends[row->cells - 1] = (uint32_t)row->text.len;
	while (row->cells > 0 &&
	       row->ends[row->cells - 1] == (row->cells > 1 ? row->ends[row->cells - 2] : 0))
		row->cells--;
}

struct buf *xlsx_rows_cell(struct xlsx_rows *r, uint32_t column)
{
	struct xlsx_row *row = &r->now;
	uint32_t most = r->options->limits.columns;
	settle_cell(row);
	column = column < most ? column : most;
	while (row->cells <= column)
		row->ends[row->cells++] = (uint32_t)row->text.len;
	return &row->text;
}

/* Rows */

static enum status write_row(struct xlsx_rows *r, const struct xlsx_row *row)
{
	enum status st = OK;
	uint32_t width = row->cells > r->width ? row->cells : r->width, from = 0;
	for (; st == OK && r->next < row->number; r->next++)
		st = table_csv_end_row(r->out, r->fault);
	for (uint32_t i = 0; st == OK && i < width; i++) {
		uint32_t end = i < row->cells ? row->ends[i] : from;
		table_csv_text(r->out, (struct slice){row->text.at + from, end - from});
		from = end;
	}
	r->next++;
	return st == OK ? table_csv_end_row(r->out, r->fault) : st;
}

/** The width is known: what was held is written. */
static enum status begin_table(struct xlsx_rows *r)
{
	enum status st = OK;
	r->begun = true;
	r->next = r->report->header_row;
	r->report->columns = r->width;
	for (int i = 0; st == OK && i < r->held; i++)
		st = write_row(r, &r->first[i]);
	return st;
}

static enum status hold(struct xlsx_rows *r)
{
	if (r->now.cells > r->options->limits.columns)
		return table_fault(r->fault, E_LIMIT, xlsx_rows_number(r), "too_many_columns",
				   SLICE_NONE, "at most %u columns", r->options->limits.columns);
	if (r->now.cells > r->width)
		r->width = r->now.cells;
	struct xlsx_row free_one = r->first[r->held];
	free_one.number = r->now.number; /* faults name it until the next row begins */
	r->first[r->held++] = r->now;
	r->now = free_one;
	return r->held == HEADER_ROWS_LIMIT ? begin_table(r) : OK;
}

enum status xlsx_rows_begin(struct xlsx_rows *r, uint64_t number)
{
	if (table_stopped(r->options))
		return E_GONE;
	r->now.number = number;
	r->now.cells = 0;
	buf_clear(&r->now.text);
	if (number > r->options->limits.rows)
		return table_fault(r->fault, E_LIMIT, xlsx_rows_number(r), "too_many_rows",
				   SLICE_NONE, "at most %llu rows",
				   (unsigned long long)r->options->limits.rows);
	return OK;
}

enum status xlsx_rows_end(struct xlsx_rows *r)
{
	settle_cell(&r->now);
	if (r->now.cells == 0)
		return OK;
	if (r->report->header_row == 0)
		r->report->header_row = r->now.number;
	if (buf_over(&r->now.text))
		return table_fault(r->fault, E_LIMIT, xlsx_rows_number(r), "record_too_long",
				   SLICE_NONE, "at most %d bytes in a row", DECODE_RECORD_BYTES);
	return r->begun ? write_row(r, &r->now) : hold(r);
}

enum status xlsx_rows_finish(struct xlsx_rows *r)
{
	enum status st = r->begun ? OK : begin_table(r);
	if (st < 0)
		return st;
	if (r->report->header_row == 0)
		return table_fault(r->fault, E_INPUT, 0, "empty_table", SLICE_NONE,
				   "a row with the names of the columns");
	r->report->rows = r->next - 1 - r->report->header_row;
	if (r->report->header_row > 1)
		table_note(r->report, "the names of the columns are in row %llu of the sheet",
			   (unsigned long long)r->report->header_row);
	return table_csv_finish(r->out, r->fault);
}
