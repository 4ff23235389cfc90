#include "cli/combined_view.h"

#include <math.h>

#include "cli/plot_column.h"

enum { PARTS_SHOWN = 3 };

enum column {
	RANK,
	IN_SECTOR,
	NAME,
	SECTOR,
	FIGURE,
	PLOT,
	INTERVAL,
	PART,
	COLUMNS = PART + PARTS_SHOWN
};

enum {
	NAME_ROOM = 28,
	SECTOR_ROOM = 20,
	LEAST_ROOM = 12,
	PLOT_ROOM = 2 * PLOT_WIDTH_WANTED,
	CELL_BYTES = 64 * 1024,
	COMBINED_ARENA_BYTES = 64 * 1024 * 1024
};

struct drawing {
	const struct view *view;
	const cJSON *of, *standings;
	struct table table;
	struct plot_column plot;
	struct view_notes notes;
	struct buf cell;
};

static void put_cell(struct drawing *d, size_t row, enum column column)
{
	table_take(&d->table, row, column, &d->cell);
}

static bool has_part(const struct drawing *d, int part)
{
	return part < cJSON_GetArraySize(d->of);
}

static void put_headings(struct drawing *d)
{
	static const char *const titles[PART] = {
		[RANK] = "Rank",	 [IN_SECTOR] = "In sector", [NAME] = "Company",
		[SECTOR] = "Sector",	 [FIGURE] = "Score",	    [PLOT] = "",
		[INTERVAL] = "Interval",
	};
	static const enum column right[] = {RANK, IN_SECTOR, FIGURE};
	for (size_t c = 0; c < PART; c++)
		table_put(&d->table, 0, c, slice_of(titles[c]));
	for (size_t i = 0; i < COUNT_OF(right); i++)
		d->table.sides[right[i]] = TEXT_RIGHT;
	for (int i = 0; i < PARTS_SHOWN; i++) {
		d->table.dropped[PART + i] = !has_part(d, i);
		d->table.sides[PART + i] = TEXT_RIGHT;
		text_add_safe(&d->cell, answer_text(cJSON_GetArrayItem(d->of, i), "wave"),
			      d->view->set);
		put_cell(d, 0, (enum column)(PART + i));
	}
}

static void put_parts(struct drawing *d, size_t row, const cJSON *standing)
{
	const cJSON *parts = answer_member(standing, "parts");
	for (int i = 0; i < PARTS_SHOWN; i++) {
		const cJSON *part = cJSON_GetArrayItem(parts, i);
		if (part == NULL || d->table.dropped[PART + i])
			continue;
		view_add_figure(&d->cell, d->view, answer_number(part, "mean"),
				answer_reason(part, "mean"), &d->notes);
		put_cell(d, row, (enum column)(PART + i));
	}
}

static void put_standing(struct drawing *d, size_t row, const cJSON *standing)
{
	struct whisker w = plot_column_whisker(answer_member(standing, "score"), "mean");
	view_add_whole(&d->cell, d->view, answer_number(standing, "rank"));
	put_cell(d, row, RANK);
	view_add_whole(&d->cell, d->view, answer_number(standing, "rank_in_sector"));
	put_cell(d, row, IN_SECTOR);
	view_add_name(&d->cell, d->view, answer_member(standing, "company"));
	put_cell(d, row, NAME);
	view_add_name(&d->cell, d->view, answer_member(standing, "sector"));
	put_cell(d, row, SECTOR);
	view_add_figure(&d->cell, d->view, w.value, answer_reason(standing, "score"), &d->notes);
	put_cell(d, row, FIGURE);
	view_add_interval(&d->cell, d->view, w.lower, w.upper);
	put_cell(d, row, INTERVAL);
	plot_column_add(&d->plot, row, w, PLOT_FULL);
	put_parts(d, row, standing);
}

static void put_standings(struct drawing *d)
{
	size_t row = PLOT_HEADING_ROWS;
	const cJSON *standing;
	d->notes.len = 0;
	cJSON_ArrayForEach(standing, d->standings)
	{
		put_standing(d, row++, standing);
	}
}

static void share_width(struct drawing *d)
{
	static const struct table_step steps[] = {
		{SECTOR, LEAST_ROOM}, {PART + 2, 0},  {PART + 1, 0},	  {PART, 0},
		{INTERVAL, 0},	      {IN_SECTOR, 0}, {NAME, LEAST_ROOM}, {PLOT, 0},
	};
	size_t room = d->view->columns;
	table_limit(&d->table, NAME, NAME_ROOM);
	table_limit(&d->table, SECTOR, SECTOR_ROOM);
	plot_column_share(&d->plot, room, steps, COUNT_OF(steps), PLOT_ROOM);
}

static enum status draw_table(struct drawing *d, struct arena *arena, struct trouble *why)
{
	static const struct plot_scale scale = {.ceiling = 100, .reference = NAN};
	size_t rows = (size_t)cJSON_GetArraySize(d->standings) + PLOT_HEADING_ROWS;
	enum status st = table_init(&d->table, arena, COLUMNS, rows, view_set(d->view));
	if (st == OK)
		st = plot_column_init(&d->plot, &d->table, PLOT);
	if (st < 0)
		return trouble(why, st, "the combined figure is too large to draw");
	put_headings(d);
	for (int pass = 0; pass < 2; pass++) { /* the second with the footnotes of what is left */
		put_standings(d);
		share_width(d);
	}
	plot_column_draw(&d->plot, &scale, d->view->ascii, &d->cell);
	return OK;
}

/** "Best of both: weighted mean of the scores in 2023-s (1) and 2023-c (2)" */
static void add_heading(struct buf *to, const cJSON *board, const struct drawing *d)
{
	const cJSON *wave;
	const char *before = "";
	view_add_name(to, d->view, answer_member(board, "combined"));
	buf_add_text(to, ": mean of the scores in ");
	cJSON_ArrayForEach(wave, d->of)
	{
		buf_add_text(to, before);
		text_add_safe(to, answer_text(wave, "wave"), d->view->set);
		buf_print(to, " (weight %.9g)", answer_number(wave, "weight"));
		before = ", ";
	}
	buf_add_text(to, "\n\n");
}

enum status combined_view_add(struct buf *to, const cJSON *board, const struct view *view,
			      struct trouble *why)
{
	struct drawing d = {.view = view,
			    .of = answer_member(board, "of"),
			    .standings = answer_member(board, "standings")};
	struct arena arena;
	if (!cJSON_IsArray(d.of) || !cJSON_IsArray(d.standings))
		return trouble(why, E_INPUT, "the server's answer is not a combined figure");
	if (cJSON_GetArraySize(d.standings) > COMBINED_VIEW_ROWS)
		return trouble(why, E_LIMIT, "the combined figure has more than %d companies",
			       COMBINED_VIEW_ROWS);
	buf_init(&d.cell, CELL_BYTES);
	arena_init(&arena, COMBINED_ARENA_BYTES);
	enum status st = draw_table(&d, &arena, why);
	if (st == OK) {
		add_heading(to, board, &d);
		table_add(to, &d.table, 0);
		if (d.notes.len > 0)
			buf_add_byte(to, '\n');
		view_add_notes(to, view, &d.notes);
	}
	arena_fini(&arena);
	buf_fini(&d.cell);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the combined figure is too large to draw");
	return st;
}
