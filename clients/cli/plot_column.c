#include "cli/plot_column.h"

#include <math.h>

enum status plot_column_init(struct plot_column *p, struct table *table, size_t column)
{
	*p = (struct plot_column){.table = table, .column = column};
	p->lines = arena_take_array(table->arena, table->rows, sizeof(*p->lines));
	return p->lines == NULL ? E_LIMIT : OK;
}

struct whisker plot_column_whisker(const cJSON *figures, const char *value)
{
	return (struct whisker){answer_number(figures, value), answer_number(figures, "ci_lower"),
				answer_number(figures, "ci_upper")};
}

void plot_column_add(struct plot_column *p, size_t row, struct whisker whisker, enum plot_dot dot)
{
	must(row < p->table->rows);
	p->lines[row] = (struct plot_line){whisker, dot, true};
}

void plot_column_share(struct plot_column *p, size_t room, const struct table_step *steps,
		       size_t steps_len, size_t most)
{
	p->table->widths[p->column] = PLOT_WIDTH_WANTED;
	table_fit(p->table, room, steps, steps_len);
	table_fill(p->table, room, p->column, most);
}

static struct axis axis_for(const struct plot_column *p, const struct plot_scale *scale)
{
	size_t width = p->table->widths[p->column];
	double lower = NAN, upper = NAN;
	if (scale->is_whole)
		return axis_whole(scale->floor, scale->ceiling, width);
	for (size_t row = 0; row < p->table->rows; row++) {
		const struct whisker *w = &p->lines[row].whisker;
		if (!p->lines[row].is_given)
			continue;
		lower = fmin(lower, fmin(w->value, w->lower));
		upper = fmax(upper, fmax(w->value, w->upper));
	}
	return axis_around(lower, upper, scale->floor, scale->ceiling, width);
}

void plot_column_draw(const struct plot_column *p, const struct plot_scale *scale, bool ascii,
		      struct buf *scratch)
{
	if (p->table->dropped[p->column])
		return;
	struct axis axis = axis_for(p, scale);
	axis_add_labels(scratch, &axis, ascii);
	table_take(p->table, 0, p->column, scratch);
	axis_add_rule(scratch, &axis, ascii);
	table_take(p->table, 1, p->column, scratch);
	for (size_t row = PLOT_HEADING_ROWS; row < p->table->rows; row++) {
		const struct plot_line *line = &p->lines[row];
		const struct plot_row drawn = {line->whisker, scale->reference, line->dot};
		if (!line->is_given)
			continue;
		plot_add_row(scratch, &axis, &drawn, ascii);
		table_take(p->table, row, p->column, scratch);
	}
}
