#include "cli/history_view.h"

#include <math.h>

#include "cli/award_rule.h"
#include "cli/board_view.h"
#include "cli/plot_column.h"

enum column { WAVE, AS, BASE, FIGURE, PLOT, INTERVAL, CHANGE, RANK, AWARDS, COLUMNS };

enum {
	WAVE_ROOM = 24,
	AS_ROOM = 20,
	AWARDS_ROOM = 40,
	PLOT_ROOM = 2 * PLOT_WIDTH_WANTED,
	CELL_BYTES = 64 * 1024,
	HISTORY_ARENA_BYTES = 16 * 1024 * 1024
};

/** How a change is marked; hollow signs for what may be chance. */
enum mark { RISEN, FALLEN, PERHAPS_RISEN, PERHAPS_FALLEN, MARKS };
static const char *const unicode_marks[MARKS] = {"\u25B2", "\u25BC", "\u25B3", "\u25BD"};
static const char *const ascii_marks[MARKS] = {"^", "v", "(^)", "(v)"};
static const char *const mark_colours[MARKS] = {"\033[32m", "\033[31m", NULL, NULL};

struct drawing {
	const struct view *view;
	const struct metric *metric;
	const cJSON *history, *waves;
	struct table table;
	struct plot_column plot;
	struct view_notes notes;
	struct buf cell;
	bool shows_sure, shows_perhaps;
};

static const char *sign_of(const struct drawing *d, enum mark mark)
{
	return d->view->ascii ? ascii_marks[mark] : unicode_marks[mark];
}

static void put_cell(struct drawing *d, size_t row, enum column column)
{
	table_take(&d->table, row, column, &d->cell);
}

static void put_headings(struct drawing *d)
{
	static const char *const titles[COLUMNS] = {
		[WAVE] = "Wave",	 [AS] = "As",	      [BASE] = "n",    [PLOT] = "",
		[INTERVAL] = "Interval", [CHANGE] = "Change", [RANK] = "Rank", [AWARDS] = "Awards",
	};
	for (size_t c = 0; c < COLUMNS; c++)
		if (titles[c] != NULL)
			table_put(&d->table, 0, c, slice_of(titles[c]));
	table_put(&d->table, 0, FIGURE, slice_of(d->metric->title));
	d->table.sides[BASE] = TEXT_RIGHT;
	d->table.sides[FIGURE] = TEXT_RIGHT;
	d->table.sides[RANK] = TEXT_RIGHT;
}

static bool breaks(const cJSON *wave)
{
	return answer_is_false(wave, "comparable") &&
	       !slice_is(answer_text(wave, "comparable_reason"), "first_wave");
}

/** A line across the table, above the wave that cannot be compared with what stands before. */
static void put_break(struct drawing *d, size_t row, const cJSON *wave)
{
	const cJSON *said = answer_member(wave, "series_break");
	const char *rule = d->view->ascii ? "-- " : "\u2500\u2500 ";
	buf_add_text(&d->cell, rule);
	buf_add_text(&d->cell, "not comparable with before: ");
	if (said != NULL)
		view_add_words(&d->cell, d->view, said, SLICE("a break is marked"));
	else
		buf_add_text(&d->cell, "another instrument");
	table_span(&d->table, row, WAVE, buf_slice(&d->cell));
	buf_clear(&d->cell);
}

static void put_name_then(struct drawing *d, size_t row, const cJSON *wave)
{
	const cJSON *then = answer_member(wave, "company");
	const cJSON *now = answer_member(d->history, "company");
	if (!cJSON_IsObject(then) ||
	    slice_equal(answer_text(then, "code"), answer_text(now, "code")))
		return;
	view_add_name(&d->cell, d->view, then);
	put_cell(d, row, AS);
}

static void put_change(struct drawing *d, size_t row, const cJSON *figure)
{
	const cJSON *change = answer_member(figure, "change");
	double by = view_rounded(answer_number(change, "change"));
	bool sure = answer_is_true(change, "significant");
	if (isnan(by))
		return;
	if (by != 0 && cJSON_IsBool(answer_member(change, "significant"))) {
		enum mark mark = sure ? (by > 0 ? RISEN : FALLEN)
				      : (by > 0 ? PERHAPS_RISEN : PERHAPS_FALLEN);
		buf_print(&d->cell, "%s ", sign_of(d, mark));
		d->shows_sure |= sure;
		d->shows_perhaps |= !sure;
		if (d->view->colour)
			d->table.colours[row] = mark_colours[mark];
	}
	if (by > 0)
		buf_add_byte(&d->cell, '+');
	view_add_number(&d->cell, d->view, by);
	put_cell(d, row, CHANGE);
}

static void put_rank(struct drawing *d, size_t row, const cJSON *wave)
{
	double rank = answer_number(wave, "rank");
	if (isnan(rank))
		return;
	buf_print(&d->cell, "%.0f of %.0f", rank, answer_number(wave, "companies_ranked"));
	put_cell(d, row, RANK);
}

static void put_awards(struct drawing *d, size_t row, const cJSON *wave)
{
	const cJSON *award;
	cJSON_ArrayForEach(award, answer_member(wave, "awards"))
	{
		if (d->cell.len > 0)
			buf_add_text(&d->cell, ", ");
		if (cJSON_IsString(award))
			text_add_safe(&d->cell, slice_of(award->valuestring), d->view->set);
	}
	put_cell(d, row, AWARDS);
}

static void put_wave(struct drawing *d, size_t row, const cJSON *wave)
{
	const cJSON *figure = answer_member(wave, d->metric->code);
	struct whisker w = plot_column_whisker(figure, d->metric->value);
	double n = answer_number(cJSON_IsObject(figure) ? figure : wave, "n");
	struct slice reason = cJSON_IsObject(figure) ? answer_reason(figure, d->metric->value)
						     : answer_reason(wave, d->metric->code);
	view_add_name(&d->cell, d->view, answer_member(wave, "wave"));
	put_cell(d, row, WAVE);
	put_name_then(d, row, wave);
	if (!isnan(n)) {
		buf_print(&d->cell, "%.0f", n);
		put_cell(d, row, BASE);
	}
	view_add_figure(&d->cell, d->view, w.value, reason, &d->notes);
	put_cell(d, row, FIGURE);
	view_add_interval(&d->cell, d->view, w.lower, w.upper);
	put_cell(d, row, INTERVAL);
	plot_column_add(&d->plot, row, w, PLOT_FULL);
	put_change(d, row, figure);
	put_rank(d, row, wave);
	put_awards(d, row, wave);
}

/** Two rows a wave: the upper one for a break, mostly empty and then not drawn. */
static size_t row_of(size_t wave)
{
	return PLOT_HEADING_ROWS + 2 * wave + 1;
}

static void put_waves(struct drawing *d)
{
	size_t i = 0;
	const cJSON *wave;
	d->notes.len = 0;
	cJSON_ArrayForEach(wave, d->waves)
	{
		if (breaks(wave))
			put_break(d, row_of(i) - 1, wave);
		put_wave(d, row_of(i++), wave);
	}
}

static void share_width(struct drawing *d)
{
	static const struct table_step steps[] = {
		{INTERVAL, 0}, {RANK, 0}, {AS, 0}, {AWARDS, 0}, {PLOT, PLOT_WIDTH_MIN}, {PLOT, 0},
	};
	table_limit(&d->table, WAVE, WAVE_ROOM);
	table_limit(&d->table, AS, AS_ROOM);
	table_limit(&d->table, AWARDS, AWARDS_ROOM);
	d->table.dropped[AS] = d->table.widths[AS] <= strlen("As");
	plot_column_share(&d->plot, d->view->columns, steps, COUNT_OF(steps), PLOT_ROOM);
}

static enum status draw_table(struct drawing *d, struct arena *arena, struct trouble *why)
{
	const struct metric *m = d->metric;
	const struct plot_scale scale = {m->floor, m->ceiling, m->whole_axis, NAN};
	size_t rows = row_of((size_t)cJSON_GetArraySize(d->waves));
	enum status st = table_init(&d->table, arena, COLUMNS, rows, view_set(d->view));
	if (st == OK)
		st = plot_column_init(&d->plot, &d->table, PLOT);
	if (st < 0)
		return trouble(why, st, "the history is too large to draw");
	put_headings(d);
	put_waves(d);
	share_width(d);
	plot_column_draw(&d->plot, &scale, d->view->ascii, &d->cell);
	return OK;
}

static void add_heading(struct buf *to, const struct drawing *d)
{
	struct slice series = answer_text(d->history, "series");
	view_add_name(to, d->view, answer_member(d->history, "company"));
	buf_add_text(to, " in ");
	text_add_safe(to, answer_text(d->history, "programme"), d->view->set);
	if (series.len > 0) {
		buf_add_text(to, ", series ");
		text_add_safe(to, series, d->view->set);
	}
	buf_print(to, ": %s, with its interval\n\n", d->metric->words);
}

static void add_legend(struct buf *to, const struct drawing *d)
{
	if (d->shows_sure)
		buf_print(to, "%s %s more than chance   ", sign_of(d, RISEN), sign_of(d, FALLEN));
	if (d->shows_perhaps)
		buf_print(to, "%s %s may be chance", sign_of(d, PERHAPS_RISEN),
			  sign_of(d, PERHAPS_FALLEN));
	if (d->shows_sure || d->shows_perhaps)
		buf_add_byte(to, '\n');
}

/** "five_star: winner in 5 waves in all: 4 so far, 2017 to 2020" */
static void add_streak(struct buf *to, const struct drawing *d, const cJSON *streak)
{
	const cJSON *waves = answer_member(streak, "waves");
	int len = cJSON_GetArraySize(waves);
	text_add_safe(to, answer_text(streak, "award"), d->view->set);
	buf_add_text(to, " (");
	award_rule_add(to, answer_member(streak, "rule"), d->view);
	buf_print(to, "): %d%s", len, answer_is_true(streak, "won") ? ", won" : " so far");
	if (len > 0) {
		buf_add_text(to, len > 1 ? ", " : ", in ");
		text_add_safe(to, answer_text(cJSON_GetArrayItem(waves, 0), "wave"), d->view->set);
	}
	if (len > 1) {
		buf_add_text(to, " to ");
		text_add_safe(to, answer_text(cJSON_GetArrayItem(waves, len - 1), "wave"),
			      d->view->set);
	}
	buf_add_byte(to, '\n');
}

static void add_streaks(struct buf *to, const struct drawing *d)
{
	const cJSON *streaks = answer_member(d->history, "streaks"), *streak;
	if (cJSON_GetArraySize(streaks) > 0)
		buf_add_byte(to, '\n');
	cJSON_ArrayForEach(streak, streaks)
	{
		add_streak(to, d, streak);
	}
}

static enum status add_history(struct buf *to, struct drawing *d, struct trouble *why)
{
	struct arena arena;
	arena_init(&arena, HISTORY_ARENA_BYTES);
	enum status st = draw_table(d, &arena, why);
	if (st == OK) {
		add_heading(to, d);
		table_add(to, &d->table, 0);
		if (cJSON_GetArraySize(d->waves) == 0)
			buf_add_text(to, "no wave of the series has it\n");
		add_legend(to, d);
		add_streaks(to, d);
		if (d->notes.len > 0)
			buf_add_byte(to, '\n');
		view_add_notes(to, d->view, &d->notes);
	}
	arena_fini(&arena);
	return st;
}

enum status history_view_add(struct buf *to, const cJSON *history, const struct view *view,
			     struct trouble *why)
{
	struct drawing d = {
		.view = view,
		.history = history,
		.waves = answer_member(history, "waves"),
		.metric = metric_named(slice_of(view->metric != NULL ? view->metric : "score"))};
	if (!cJSON_IsArray(d.waves))
		return trouble(why, E_INPUT, "the server's answer is not a history");
	if (d.metric == NULL)
		return trouble(why, E_INPUT, "a history has no such metric");
	if (cJSON_GetArraySize(d.waves) > HISTORY_VIEW_ROWS)
		return trouble(why, E_LIMIT, "the history has more than %d waves",
			       HISTORY_VIEW_ROWS);
	buf_init(&d.cell, CELL_BYTES);
	enum status st = add_history(to, &d, why);
	buf_fini(&d.cell);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the history is too large to draw");
	return st;
}
