#include <criterion/criterion.h>
#include <math.h>

#include "cli/plot_column.h"

enum { NAME, PLOT, EXTRA, COLUMNS };
enum { ROWS = PLOT_HEADING_ROWS + 3 };

static const struct table_step steps[] = {{EXTRA, 0}, {NAME, 6}, {PLOT, PLOT_WIDTH_MIN}, {PLOT, 0}};
static const struct plot_scale whole = {.ceiling = 100, .is_whole = true, .reference = NAN};

struct page {
	struct arena arena;
	struct table table;
	struct plot_column plot;
	struct buf text;
};

/** A name of ten columns, a plot and ten columns that may go. */
static void open_page(struct page *p)
{
	arena_init(&p->arena, 100000);
	buf_init(&p->text, 10000);
	cr_assert_eq(table_init(&p->table, &p->arena, COLUMNS, ROWS, TEXT_ASCII), OK);
	cr_assert_eq(plot_column_init(&p->plot, &p->table, PLOT), OK);
	table_put(&p->table, PLOT_HEADING_ROWS, NAME, SLICE("0123456789"));
	table_put(&p->table, PLOT_HEADING_ROWS, EXTRA, SLICE("0123456789"));
}

static void close_page(struct page *p)
{
	buf_fini(&p->text);
	arena_fini(&p->arena);
}

static void expect_shared(size_t room, size_t most, size_t name, size_t plot, bool extra)
{
	struct page p;
	open_page(&p);
	plot_column_share(&p.plot, room, steps, COUNT_OF(steps), most);
	cr_expect_eq(p.table.widths[NAME], name);
	cr_expect_eq(p.table.dropped[PLOT] ? 0 : p.table.widths[PLOT], plot);
	cr_expect_eq(!p.table.dropped[EXTRA], extra);
	close_page(&p);
}

Test(plot_column, takes_what_the_line_leaves)
{
	expect_shared(54, 120, 10, 30, true);
}

Test(plot_column, takes_no_more_than_its_most)
{
	expect_shared(400, 40, 10, 40, true);
}

Test(plot_column, a_step_is_taken_only_where_the_line_is_too_wide)
{
	expect_shared(44, 120, 10, 20, true);
	expect_shared(43, 120, 10, 31, false);
}

Test(plot_column, steps_are_taken_in_their_order)
{
	expect_shared(28, 120, 6, 20, false);
	expect_shared(27, 120, 6, 19, false);
	expect_shared(19, 120, 6, 0, false);
}

Test(plot_column, a_row_never_given_stays_empty)
{
	struct page p;
	open_page(&p);
	p.table.dropped[NAME] = p.table.dropped[EXTRA] = true;
	plot_column_add(&p.plot, PLOT_HEADING_ROWS, (struct whisker){50, 0, 100}, PLOT_FULL);
	plot_column_add(&p.plot, PLOT_HEADING_ROWS + 2, (struct whisker){100, NAN, NAN},
			PLOT_HOLLOW);
	plot_column_share(&p.plot, 21, NULL, 0, 120);
	plot_column_draw(&p.plot, &whole, true, &p.text);
	table_add(&p.text, &p.table, 0);
	buf_add_byte(&p.text, '\0');
	cr_expect_str_eq(p.text.at, "0         50      100\n"
				    "+---------+---------+\n"
				    "|---------*---------|\n"
				    "                    o\n");
	close_page(&p);
}

Test(plot_column, a_row_given_again_is_drawn_as_given_last)
{
	struct page p;
	open_page(&p);
	p.table.dropped[NAME] = p.table.dropped[EXTRA] = true;
	plot_column_add(&p.plot, PLOT_HEADING_ROWS, (struct whisker){50, 0, 100}, PLOT_FULL);
	plot_column_add(&p.plot, PLOT_HEADING_ROWS, (struct whisker){0, NAN, NAN}, PLOT_DIAMOND);
	plot_column_share(&p.plot, 21, NULL, 0, 120);
	plot_column_draw(&p.plot, &whole, true, &p.text);
	table_add(&p.text, &p.table, 0);
	buf_add_byte(&p.text, '\0');
	cr_expect_str_eq(p.text.at, "0         50      100\n"
				    "+---------+---------+\n"
				    "x\n");
	close_page(&p);
}

Test(plot_column, the_axis_zooms_to_the_rows_given)
{
	static const struct plot_scale zooming = {.ceiling = 100, .reference = NAN};
	struct page p;
	open_page(&p);
	p.table.dropped[NAME] = p.table.dropped[EXTRA] = true;
	plot_column_add(&p.plot, PLOT_HEADING_ROWS, (struct whisker){70, 65, 75}, PLOT_FULL);
	plot_column_share(&p.plot, 21, NULL, 0, 120);
	plot_column_draw(&p.plot, &zooming, true, &p.text);
	cr_expect_eq(p.text.len, 0);
	table_add(&p.text, &p.table, 0);
	cr_expect(slice_starts_with(buf_slice(&p.text), SLICE("65")));
	close_page(&p);
}
