#include "export/workbook.h"

#include <string.h>
#include <xlsxwriter.h>

#include "base/clock.h"
#include "base/must.h"
#include "export/undated.h"
#include "sheet/csv_out.h"

enum { TEXT_BYTES = 256 * 1024, ESCAPE_LEN = 7, DAY_OF_2000 = 36526 };

struct workbook {
	const struct export_columns *columns;
	struct temporary file;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *date;
	lxw_row_t row;
	struct buf text; /* a cell's, with its NUL */
};

static double width_of(enum export_kind kind)
{
	switch (kind) {
	case EXPORT_RESULT_ID:
	case EXPORT_LOCAL_TIME:
	case EXPORT_STATUS:
		return 19;
	case EXPORT_CONTACTED_AT:
		return 28;
	case EXPORT_COMMENT:
		return 50;
	default:
		return 11;
	}
}

static void write_head(struct workbook *w)
{
	lxw_format *bold = workbook_add_format(w->book);
	format_set_bold(bold);
	for (size_t i = 0; i < w->columns->len; i++) {
		const struct export_column *at = &w->columns->at[i];
		lxw_col_t column = (lxw_col_t)i;
		buf_clear(&w->text);
		buf_add(&w->text, at->name);
		buf_add_byte(&w->text, '\0');
		worksheet_set_column(w->sheet, column, column, width_of(at->kind), NULL);
		worksheet_write_string(w->sheet, 0, column, w->text.at, bold);
	}
	worksheet_freeze_panes(w->sheet, 1, 1);
}

enum status workbook_open(const struct export_columns *columns, const char *folder,
			  struct workbook **made, struct trouble *why)
{
	struct temporary file;
	enum status st = temporary_open(folder, &file, why);
	*made = NULL;
	if (st < 0)
		return st;
	/* The library takes the folder's name without promising not to change it. */
	char tmpdir[256];
	snprintf(tmpdir, sizeof(tmpdir), "%s", folder);
	lxw_workbook_options options = {
		.constant_memory = LXW_TRUE, .tmpdir = tmpdir, .use_zip64 = LXW_TRUE};
	struct workbook *w = memory_new(sizeof(*w));
	w->columns = columns;
	w->file = file;
	w->book = workbook_new_opt(w->file.path, &options);
	must(w->book != NULL);
	undated_make(w->book);
	buf_init(&w->text, TEXT_BYTES);
	w->sheet = workbook_add_worksheet(w->book, "results");
	w->date = workbook_add_format(w->book);
	format_set_num_format(w->date, "yyyy-mm-dd hh:mm:ss");
	if (w->sheet == NULL) {
		workbook_drop(&w);
		return trouble(why, E_BUSY, "a temporary file cannot be made");
	}
	write_head(w);
	*made = w;
	return OK;
}

static bool is_escape(struct slice text)
{
	bool is = text.len >= ESCAPE_LEN && text.at[1] == 'x' && text.at[6] == '_';
	for (size_t i = 2; is && i < 6; i++)
		is = strchr("0123456789abcdefABCDEF", text.at[i]) != NULL && text.at[i] != '\0';
	return is;
}

/** Text that says "_x000D_" itself must not be read as a carriage return. */
static void add_text(struct buf *to, struct slice text)
{
	for (const char *found; text.len > 0 && (found = memchr(text.at, '_', text.len)) != NULL;) {
		size_t before = (size_t)(found - text.at);
		buf_add(to, (struct slice){text.at, before});
		text = slice_from(text, before);
		buf_add_text(to, is_escape(text) ? "_x005F_" : "_");
		text = slice_from(text, 1);
	}
	buf_add(to, text);
}

/** As an upload reads it again. */
static lxw_error write_text(struct workbook *w, lxw_col_t column, struct slice text)
{
	bool doubled = csv_unguarded(text).len != text.len;
	buf_clear(&w->text);
	if (doubled)
		buf_add_byte(&w->text, '\'');
	add_text(&w->text, text);
	buf_add_byte(&w->text, '\0');
	must(!buf_over(&w->text));
	return worksheet_write_string(w->sheet, w->row, column, w->text.at, NULL);
}

static double scaled(const struct export_cell *cell)
{
	double scale = 1;
	for (int i = 0; cell->kind == CELL_DECIMAL && i < cell->decimals; i++)
		scale *= 10;
	return (double)cell->number / scale;
}

static lxw_error write_cell(struct workbook *w, lxw_col_t column, const struct export_cell *cell)
{
	switch (cell->kind) {
	case CELL_NONE:
		return LXW_NO_ERROR;
	case CELL_TEXT:
		return write_text(w, column, cell->text);
	case CELL_WHOLE:
	case CELL_DECIMAL:
	case CELL_BOOL:
		return worksheet_write_number(w->sheet, w->row, column, scaled(cell), NULL);
	case CELL_DATE:
		return worksheet_write_number(w->sheet, w->row, column,
					      DAY_OF_2000 + (double)cell->number / 86400e6,
					      w->date);
	}
	never("a cell outside its list");
}

enum status workbook_add(struct workbook *w, const struct stored_result *stored,
			 struct trouble *why)
{
	struct export_cell cell;
	if (w->row == WORKBOOK_ROWS_MOST)
		return trouble_code(why, E_LIMIT, "too_many_rows",
				    "a sheet holds 1048575 results: choose fewer, or ask for CSV");
	w->row++;
	for (size_t i = 0; i < w->columns->len; i++) {
		export_cell_read(w->columns, i, stored, &cell);
		if (write_cell(w, (lxw_col_t)i, &cell) != LXW_NO_ERROR)
			return trouble(why, E_INTERNAL, "a cell cannot be written");
	}
	return OK;
}

int64_t workbook_rows(const struct workbook *w)
{
	return (int64_t)w->row;
}

enum status workbook_finish(struct workbook **w, struct temporary *file, struct trouble *why)
{
	struct workbook *mine = *w;
	*w = NULL;
	*file = mine->file;
	lxw_error error = workbook_close(mine->book);
	buf_fini(&mine->text);
	memory_free(mine);
	enum status st = OK;
	if (error != LXW_NO_ERROR)
		st = trouble(why, E_BUSY, "the workbook cannot be written: %s",
			     lxw_strerror(error));
	else
		st = temporary_measure(file, why);
	if (st < 0)
		temporary_close(file);
	return st;
}

void workbook_drop(struct workbook **w)
{
	struct workbook *mine = *w;
	*w = NULL;
	if (mine == NULL)
		return;
	lxw_workbook_free(mine->book);
	temporary_close(&mine->file);
	buf_fini(&mine->text);
	memory_free(mine);
}
