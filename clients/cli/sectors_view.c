#include "cli/sectors_view.h"

#include <math.h>

#include "cli/plot_column.h"

enum column { CODE, NAME, COMPANIES, BASE, LEVEL, PLOT, INTERVAL, RELIABILITY, COLUMNS };

enum { NAME_ROOM = 28, NAME_LEAST = 12, OVERVIEW_ARENA_BYTES = 16 * 1024 * 1024 };

struct drawing {
	const struct view *view;
	const cJSON *sectors;
	struct table table;
	struct plot_column plot;
	struct view_notes notes;
	struct buf cell;
};

/** A sector's figures: beside its name, or in a summary of their own. */
static const cJSON *figures_of(const cJSON *entry)
{
	const cJSON *summary = answer_member(entry, "summary");
	return summary != NULL ? summary : entry;
}

/** A sector's code and name: members of the entry, or of its "sector". */
static const cJSON *identity_of(const cJSON *entry)
{
	const cJSON *sector = answer_member(entry, "sector");
	return cJSON_IsObject(sector) ? sector : entry;
}

static void put_cell(struct drawing *d, size_t row, enum column column)
{
	table_take(&d->table, row, column, &d->cell);
}

static void put_headings(struct drawing *d)
{
	static const char *const titles[COLUMNS] = {
		[CODE] = "Code",	   [NAME] = "Sector",
		[COMPANIES] = "Companies", [BASE] = "n",
		[LEVEL] = "Score",	   [PLOT] = "",
		[INTERVAL] = "Interval",   [RELIABILITY] = "Reliability %",
	};
	for (size_t c = 0; c < COLUMNS; c++)
		table_put(&d->table, 0, c, slice_of(titles[c]));
	d->table.sides[COMPANIES] = TEXT_RIGHT;
	d->table.sides[BASE] = TEXT_RIGHT;
	d->table.sides[LEVEL] = TEXT_RIGHT;
	d->table.sides[RELIABILITY] = TEXT_RIGHT;
}

static void put_sector(struct drawing *d, size_t row, const cJSON *entry)
{
	const cJSON *figures = figures_of(entry);
	struct whisker w = plot_column_whisker(figures, "mean_of_companies");
	text_add_safe(&d->cell, answer_text(identity_of(entry), "code"), d->view->set);
	put_cell(d, row, CODE);
	view_add_name(&d->cell, d->view, identity_of(entry));
	put_cell(d, row, NAME);
	view_add_whole(&d->cell, d->view, answer_number(figures, "companies"));
	put_cell(d, row, COMPANIES);
	view_add_whole(&d->cell, d->view, answer_number(figures, "n"));
	put_cell(d, row, BASE);
	view_add_figure(&d->cell, d->view, w.value, answer_reason(figures, "mean_of_companies"),
			&d->notes);
	put_cell(d, row, LEVEL);
	view_add_interval(&d->cell, d->view, w.lower, w.upper);
	put_cell(d, row, INTERVAL);
	plot_column_add(&d->plot, row, w, PLOT_FULL);
	if (d->table.dropped[RELIABILITY])
		return; /* nor may it leave a footnote */
	view_add_figure(&d->cell, d->view, answer_number(figures, "reliability") * 100,
			answer_reason(figures, "reliability"), &d->notes);
	put_cell(d, row, RELIABILITY);
}

static void share_width(struct drawing *d)
{
	static const struct table_step steps[] = {
		{RELIABILITY, 0},	{INTERVAL, 0},	    {CODE, 0}, {COMPANIES, 0},
		{PLOT, PLOT_WIDTH_MIN}, {NAME, NAME_LEAST}, {PLOT, 0},
	};
	size_t room = d->view->columns;
	table_limit(&d->table, NAME, NAME_ROOM);
	plot_column_share(&d->plot, room, steps, COUNT_OF(steps), PLOT_WIDTH_MAX);
}

static void put_sectors(struct drawing *d)
{
	size_t row = PLOT_HEADING_ROWS;
	const cJSON *entry;
	d->notes.len = 0;
	cJSON_ArrayForEach(entry, d->sectors)
	{
		put_sector(d, row++, entry);
	}
}

static enum status draw_table(struct drawing *d, struct arena *arena, struct trouble *why)
{
	static const struct plot_scale scale = {.ceiling = 100, .reference = NAN};
	size_t rows = (size_t)cJSON_GetArraySize(d->sectors);
	enum status st = table_init(&d->table, arena, COLUMNS, rows + PLOT_HEADING_ROWS,
				    view_set(d->view));
	if (st == OK)
		st = plot_column_init(&d->plot, &d->table, PLOT);
	if (st < 0)
		return trouble(why, st, "the overview is too large to draw");
	put_headings(d);
	for (int pass = 0; pass < 2; pass++) { /* the second with the footnotes of what is left */
		put_sectors(d);
		share_width(d);
	}
	plot_column_draw(&d->plot, &scale, d->view->ascii, &d->cell);
	return OK;
}

static enum status add_overview(struct buf *to, const cJSON *overview, struct drawing *d,
				struct trouble *why)
{
	struct arena arena;
	arena_init(&arena, OVERVIEW_ARENA_BYTES);
	enum status st = draw_table(d, &arena, why);
	if (st == OK) {
		buf_add_text(to, "Sectors of ");
		text_add_safe(to, answer_text(overview, "programme"), d->view->set);
		buf_add_byte(to, ' ');
		text_add_safe(to, answer_text(overview, "wave"), d->view->set);
		buf_add_text(to, ": level of each with its interval, score 0 to 100\n\n");
		table_add(to, &d->table, 0);
		if (d->notes.len > 0)
			buf_add_byte(to, '\n');
		view_add_notes(to, d->view, &d->notes);
	}
	arena_fini(&arena);
	return st;
}

enum status sectors_view_add(struct buf *to, const cJSON *overview, const struct view *view,
			     struct trouble *why)
{
	struct drawing d = {.view = view, .sectors = answer_member(overview, "sectors")};
	if (!cJSON_IsArray(d.sectors))
		return trouble(why, E_INPUT, "the server's answer is not an overview of sectors");
	if (cJSON_GetArraySize(d.sectors) > SECTORS_VIEW_ROWS)
		return trouble(why, E_LIMIT, "the overview has more than %d sectors",
			       SECTORS_VIEW_ROWS);
	buf_init(&d.cell, (size_t)64 * 1024);
	enum status st = add_overview(to, overview, &d, why);
	buf_fini(&d.cell);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the overview is too large to draw");
	return st;
}
