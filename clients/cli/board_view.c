#include "cli/board_view.h"

#include <math.h>

#include "cli/board_summary.h"
#include "cli/plot_column.h"

enum column { RANK, RANGE, NAME, BASE, VALUE, PLOT, INTERVAL, BESIDE, COLUMNS = BESIDE + 3 };

enum {
	NAME_ROOM = 28,	    /* columns a name may take where there is room */
	NAME_LEAST = 12,    /* columns a name keeps where there is none */
	METRICS_BESIDE = 4, /* of the table below, those every board has */
	VIEW_ARENA_BYTES = 64 * 1024 * 1024
};

static const struct metric metrics[] = {
	{"score", "mean", "Score", "score", 0, 100, false},
	{"csat", "csat_top2_percent", "CSAT %", "percent satisfied (CSAT)", 0, 100, false},
	{"ces", "ces_mean", "CES", "CES, mean ease", 1, 7, true},
	{"nps", "nps", "NPS", "NPS", -100, 100, true},
	{"area", "mean", "Area", "area", 0, 100, false},
};

static const char *const band_colours[] = {"\033[2m", "\033[32m", NULL};
enum band { BAND_HIDDEN, BAND_BEST, BAND_OTHER };

struct drawing {
	const struct view *view;
	const struct metric *metric;
	const cJSON *board, *standings;
	struct table table;
	struct plot_column plot;
	struct view_notes notes;
	struct buf cell; /**< scratch for one cell's text */
	bool shows_best, shows_others, shows_unranked;
};

const struct metric *metric_named(struct slice code)
{
	for (size_t i = 0; i < COUNT_OF(metrics); i++) {
		if (slice_is(code, metrics[i].code))
			return &metrics[i];
	}
	return slice_starts_with(code, SLICE("area:")) ? &metrics[COUNT_OF(metrics) - 1] : NULL;
}

static bool is_suppressed(const cJSON *standing)
{
	return slice_is(answer_text(standing, "base_status"), "suppressed");
}

static void put_cell(struct drawing *d, size_t row, enum column column)
{
	table_take(&d->table, row, column, &d->cell);
}

static void put_words(struct drawing *d, size_t row, enum column column, const char *words)
{
	table_put(&d->table, row, column, slice_of(words));
}

/** The ones beside the metric asked for, in the order of the metrics. */
static const struct metric *metric_beside(const struct metric *main, size_t place)
{
	for (size_t i = 0; i < METRICS_BESIDE; i++) {
		if (&metrics[i] == main)
			continue;
		if (place == 0)
			return &metrics[i];
		place--;
	}
	return NULL;
}

static void put_headings(struct drawing *d)
{
	static const enum column right[] = {RANK, BASE, VALUE, BESIDE, BESIDE + 1, BESIDE + 2};
	put_words(d, 0, RANK, "Rank");
	put_words(d, 0, RANGE, "Between");
	put_words(d, 0, NAME, "Company");
	put_words(d, 0, BASE, "n");
	put_words(d, 0, VALUE, d->metric->title);
	buf_print(&d->cell, "%.0f %% interval", board_level_percent(d->board));
	put_cell(d, 0, INTERVAL);
	for (size_t i = 0; i < 3; i++)
		put_words(d, 0, (enum column)(BESIDE + i), metric_beside(d->metric, i)->title);
	for (size_t i = 0; i < COUNT_OF(right); i++)
		d->table.sides[right[i]] = TEXT_RIGHT;
}

/** Why a figure of a standing is undefined: the figure's own reason, that of the whole
 * question, or that of the row. */
static struct slice reason_of(const cJSON *standing, const struct metric *metric)
{
	const cJSON *figures = answer_member(standing, metric->code);
	struct slice reason = answer_reason(figures, metric->value);
	if (reason.len == 0)
		reason = answer_reason(standing, metric->code);
	return reason.len == 0 && figures == NULL ? SLICE("not_asked") : reason;
}

static void put_figure(struct drawing *d, size_t row, enum column column, const cJSON *standing,
		       const struct metric *metric)
{
	const cJSON *figures = answer_member(standing, metric->code);
	if (d->table.dropped[column])
		return; /* nor may it leave a footnote */
	view_add_figure(&d->cell, d->view, answer_number(figures, metric->value),
			reason_of(standing, metric), &d->notes);
	put_cell(d, row, column);
}

static void put_rank(struct drawing *d, size_t row, const cJSON *standing)
{
	double rank = answer_number(standing, "rank");
	double lower = answer_number(standing, "rank_lower");
	double upper = answer_number(standing, "rank_upper");
	view_add_whole(&d->cell, d->view, rank);
	put_cell(d, row, RANK);
	if (isnan(rank) || isnan(lower) || isnan(upper))
		return;
	buf_print(&d->cell, "%.0f-%.0f", lower, upper);
	put_cell(d, row, RANGE);
}

static void put_suppressed(struct drawing *d, size_t row, const cJSON *standing)
{
	struct slice reason = answer_reason(standing, d->metric->code);
	view_add_reason(&d->cell, d->view, reason.len > 0 ? reason : SLICE("suppressed"));
	table_span(&d->table, row, BASE, buf_slice(&d->cell));
	buf_clear(&d->cell);
	if (d->view->colour)
		d->table.colours[row] = band_colours[BAND_HIDDEN];
}

/** A server that says nothing of ties gets full dots, which the legend does not name. */
static enum plot_dot dot_of(const cJSON *standing)
{
	if (isnan(answer_number(standing, "rank")))
		return PLOT_DIAMOND;
	return answer_is_false(standing, "tied_with_best") ? PLOT_HOLLOW : PLOT_FULL;
}

static void put_dot(struct drawing *d, size_t row, const cJSON *standing, struct whisker w)
{
	enum plot_dot dot = dot_of(standing);
	if (!isnan(w.value)) {
		d->shows_others |= dot == PLOT_HOLLOW;
		d->shows_best |= answer_is_true(standing, "tied_with_best");
		d->shows_unranked |= dot == PLOT_DIAMOND;
	}
	plot_column_add(&d->plot, row, w, dot);
}

static void put_standing(struct drawing *d, size_t row, const cJSON *standing)
{
	put_rank(d, row, standing);
	view_add_name(&d->cell, d->view, answer_member(standing, "company"));
	put_cell(d, row, NAME);
	if (is_suppressed(standing)) {
		put_suppressed(d, row, standing);
		return;
	}
	const cJSON *figures = answer_member(standing, d->metric->code);
	double n = answer_number(figures, "n");
	if (isnan(n))
		n = answer_number(standing, "n");
	view_add_whole(&d->cell, d->view, n);
	put_cell(d, row, BASE);
	put_figure(d, row, VALUE, standing, d->metric);
	struct whisker w = plot_column_whisker(figures, d->metric->value);
	view_add_interval(&d->cell, d->view, w.lower, w.upper);
	put_cell(d, row, INTERVAL);
	put_dot(d, row, standing, w);
	for (size_t i = 0; i < 3; i++)
		put_figure(d, row, (enum column)(BESIDE + i), standing,
			   metric_beside(d->metric, i));
	if (d->view->colour && answer_is_true(standing, "tied_with_best"))
		d->table.colours[row] = band_colours[BAND_BEST];
}

/** Gives the plot what is left of the line; where that is too little, columns go: first
 * the other metrics, then the interval in digits, then the plot itself. */
static void share_width(struct drawing *d)
{
	static const struct table_step steps[] = {
		{NAME, NAME_LEAST + 4}, {BESIDE + 2, 0},	{BESIDE + 1, 0}, {BESIDE, 0},
		{INTERVAL, 0},		{PLOT, PLOT_WIDTH_MIN}, {PLOT, 0},	 {NAME, NAME_LEAST},
	};
	table_limit(&d->table, NAME, NAME_ROOM);
	d->table.dropped[RANGE] = d->table.widths[RANGE] == 0;
	plot_column_share(&d->plot, d->view->columns, steps, COUNT_OF(steps), PLOT_WIDTH_MAX);
}

static void put_plots(struct drawing *d)
{
	const struct metric *m = d->metric;
	struct plot_scale scale = {m->floor, m->ceiling, m->whole_axis,
				   board_summary_level(d->board)};
	board_summary_scale(d->board, m, &scale.floor, &scale.ceiling);
	plot_column_draw(&d->plot, &scale, d->view->ascii, &d->cell);
}

static void add_legend_part(struct buf *to, size_t from, const char *sign, const char *words)
{
	buf_print(to, "%s%s %s", to->len > from ? "   " : "", sign, words);
}

/** Dots and whiskers may cover every mark of the sector's level. */
static bool was_drawn(const struct buf *to, const char *sign)
{
	return memmem(to->at, to->len, sign, strlen(sign)) != NULL;
}

static void add_legend(struct buf *to, const struct drawing *d)
{
	static const char *const unicode_signs[] = {"\u25CF", "\u25CB", "\u25C7", "\u250A"};
	static const char *const ascii_signs[] = {"*", "o", "x", ":"};
	const char *const *signs = d->view->ascii ? ascii_signs : unicode_signs;
	size_t from = to->len;
	if (d->table.dropped[PLOT])
		return;
	if (d->shows_best)
		add_legend_part(to, from, signs[0], "not distinguishable from the best");
	if (d->shows_best && d->shows_others)
		add_legend_part(to, from, signs[1], "behind the best");
	if (d->shows_unranked)
		add_legend_part(to, from, signs[2], "not ranked");
	if (was_drawn(to, d->view->ascii ? " : " : signs[3]))
		add_legend_part(to, from, signs[3], "sector level");
	if (to->len > from)
		buf_add_byte(to, '\n');
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

static enum status draw_table(struct drawing *d, struct arena *arena, size_t rows,
			      struct trouble *why)
{
	enum status st = table_init(&d->table, arena, COLUMNS, rows + PLOT_HEADING_ROWS,
				    view_set(d->view));
	if (st == OK)
		st = plot_column_init(&d->plot, &d->table, PLOT);
	if (st < 0)
		return trouble(why, st, "the board is too large to draw");
	put_headings(d);
	for (int pass = 0; pass < 2; pass++) { /* the second with the footnotes of what is left */
		put_standings(d);
		share_width(d);
	}
	put_plots(d);
	return OK;
}

static enum status check_board(const cJSON *standings, const struct metric *metric,
			       struct trouble *why)
{
	if (!cJSON_IsArray(standings))
		return trouble(why, E_INPUT, "the server's answer is not a board");
	if (metric == NULL)
		return trouble(why, E_INPUT, "the server's board is of a metric not known here");
	if (cJSON_GetArraySize(standings) > BOARD_VIEW_ROWS)
		return trouble(why, E_LIMIT, "the board has more than %d rows", BOARD_VIEW_ROWS);
	return OK;
}

static enum status add_board(struct buf *to, struct drawing *d, struct trouble *why)
{
	struct arena arena;
	size_t rows = (size_t)cJSON_GetArraySize(d->standings);
	arena_init(&arena, VIEW_ARENA_BYTES);
	enum status st = draw_table(d, &arena, rows, why);
	if (st == OK) {
		board_summary_add_heading(to, d->board, d->metric, d->view);
		table_add(to, &d->table, 0);
		if (rows > 0)
			add_legend(to, d);
		else
			buf_add_text(to, "no companies in this sector\n");
		buf_add_byte(to, '\n');
		board_summary_add(to, d->board, d->view, &d->notes);
		if (d->notes.len > 0)
			buf_add_byte(to, '\n');
		view_add_notes(to, d->view, &d->notes);
	}
	arena_fini(&arena);
	return st;
}

enum status board_view_add(struct buf *to, const cJSON *board, const struct view *view,
			   struct trouble *why)
{
	struct slice code = answer_text(board, "metric");
	struct drawing d = {.view = view,
			    .board = board,
			    .standings = answer_member(board, "standings"),
			    .metric = metric_named(code.len > 0 ? code : SLICE("score"))};
	enum status st = check_board(d.standings, d.metric, why);
	if (st < 0)
		return st;
	buf_init(&d.cell, (size_t)64 * 1024);
	st = add_board(to, &d, why);
	buf_fini(&d.cell);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the board is too large to draw");
	return st;
}
