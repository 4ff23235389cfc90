#include "cli/table.h"

enum status table_init(struct table *t, struct arena *arena, size_t columns, size_t rows,
		       enum text_set set)
{
	must(columns > 0 && columns <= TABLE_COLUMNS);
	*t = (struct table){.arena = arena, .columns = columns, .rows = rows, .set = set};
	t->cells = arena_take_array(arena, rows * columns, sizeof(*t->cells));
	t->colours = arena_take_array(arena, rows, sizeof(*t->colours));
	return rows > 0 && (t->cells == NULL || t->colours == NULL) ? E_LIMIT : OK;
}

static struct table_cell *cell_at(const struct table *t, size_t row, size_t column)
{
	must(row < t->rows && column < t->columns);
	return &t->cells[row * t->columns + column];
}

void table_put(struct table *t, size_t row, size_t column, struct slice text)
{
	struct table_cell *cell = cell_at(t, row, column);
	cell->text = arena_copy(t->arena, text);
	if (cell->text.at == NULL)
		cell->text = SLICE("");
	size_t width = text_width(cell->text);
	if (width > t->widths[column])
		t->widths[column] = width;
}

void table_take(struct table *t, size_t row, size_t column, struct buf *text)
{
	table_put(t, row, column, buf_slice(text));
	buf_clear(text);
}

void table_span(struct table *t, size_t row, size_t column, struct slice text)
{
	struct table_cell *cell = cell_at(t, row, column);
	cell->text = arena_copy(t->arena, text);
	cell->spans = true;
}

size_t table_line_width(const struct table *t)
{
	size_t width = 0, shown = 0;
	for (size_t c = 0; c < t->columns; c++) {
		if (t->dropped[c])
			continue;
		width += t->widths[c];
		shown++;
	}
	return shown > 0 ? width + (shown - 1) * TABLE_GAP : 0;
}

void table_limit(struct table *t, size_t column, size_t most)
{
	if (t->widths[column] > most)
		t->widths[column] = most;
}

void table_fit(struct table *t, size_t room, const struct table_step *steps, size_t len)
{
	for (size_t i = 0; i < len && table_line_width(t) > room; i++) {
		if (steps[i].width == 0)
			t->dropped[steps[i].column] = true;
		else
			table_limit(t, steps[i].column, steps[i].width);
	}
}

void table_fill(struct table *t, size_t room, size_t column, size_t most)
{
	size_t used = table_line_width(t);
	if (!t->dropped[column] && used < room)
		t->widths[column] += room - used;
	table_limit(t, column, most);
}

static void add_row(struct buf *to, const struct table *t, size_t row)
{
	bool first = true;
	for (size_t c = 0; c < t->columns; c++) {
		const struct table_cell *cell = cell_at(t, row, c);
		if (t->dropped[c] && !cell->spans)
			continue;
		if (!first)
			text_add_spaces(to, TABLE_GAP);
		first = false;
		if (cell->spans) {
			buf_add(to, cell->text);
			return;
		}
		text_add_cell(to, cell->text, t->widths[c], t->sides[c], t->set);
	}
}

static bool shows_anything(const struct table *t, size_t row)
{
	for (size_t c = 0; c < t->columns; c++) {
		const struct table_cell *cell = cell_at(t, row, c);
		if (cell->text.len > 0 && (cell->spans || !t->dropped[c]))
			return true;
	}
	return false;
}

static void trim_end(struct buf *to, size_t from)
{
	while (to->len > from && to->at[to->len - 1] == ' ')
		to->len--;
}

void table_add(struct buf *to, const struct table *t, size_t indent)
{
	for (size_t r = 0; r < t->rows; r++) {
		if (!shows_anything(t, r))
			continue;
		text_add_spaces(to, indent);
		if (t->colours[r] != NULL)
			buf_add_text(to, t->colours[r]);
		size_t from = to->len;
		add_row(to, t, r);
		trim_end(to, from);
		if (t->colours[r] != NULL)
			buf_add_text(to, "\033[0m");
		buf_add_byte(to, '\n');
	}
}
