#include "cli/awards_view.h"

#include <math.h>

#include "cli/award_rule.h"
#include "cli/table.h"

enum column {
	NAME,
	SECTOR,
	BASE,
	FIGURE,
	APART,
	CHANCE,
	RANK,
	RANGE,
	AUDIT,
	TIMES,
	WAVES,
	JOINT,
	COLUMNS
};

enum {
	NAME_ROOM = 32,
	SECTOR_ROOM = 48,
	LEAST_ROOM = 12,
	CELL_BYTES = 64 * 1024,
	AWARDS_ARENA_BYTES = 64 * 1024 * 1024,
	INDENT = 2
};

static const char clear_colour[] = "\033[32m";

struct drawing {
	const struct view *view;
	const cJSON *award, *rule, *winners;
	struct table table;
	struct buf cell;
	bool shows[COLUMNS]; /* for the legend */
};

static void put_cell(struct drawing *d, size_t row, enum column column)
{
	table_take(&d->table, row, column, &d->cell);
}

static void put_headings(struct drawing *d)
{
	static const char *const titles[COLUMNS] = {
		[NAME] = "Company", [SECTOR] = "Sector",  [BASE] = "n",
		[FIGURE] = "",	    [APART] = "Interval", [CHANCE] = "Chance",
		[RANK] = "Rank",    [RANGE] = "Between",  [AUDIT] = "Nonconformities",
		[TIMES] = "Times",  [WAVES] = "Waves",	  [JOINT] = "",
	};
	static const enum column right[] = {BASE, FIGURE, CHANCE, RANK, TIMES};
	for (size_t c = 0; c < COLUMNS; c++)
		table_put(&d->table, 0, c, slice_of(titles[c]));
	award_metric_title_add(&d->cell, d->rule, d->view);
	put_cell(d, 0, FIGURE);
	for (size_t i = 0; i < COUNT_OF(right); i++)
		d->table.sides[right[i]] = TEXT_RIGHT;
}

static void put_count(struct drawing *d, size_t row, enum column column, const cJSON *winner,
		      const char *key)
{
	double count = answer_number(winner, key);
	if (isnan(count))
		return;
	buf_print(&d->cell, "%.0f", count);
	put_cell(d, row, column);
}

/** "99.9 %"; a chance is never printed as certain, nor as impossible. */
static void put_chance(struct drawing *d, size_t row, double chance)
{
	double percent = view_rounded(chance * 100);
	if (isnan(chance))
		return;
	if (percent >= 100)
		buf_add_text(&d->cell, "> 99.9");
	else if (percent <= 0)
		buf_add_text(&d->cell, "< 0.1");
	else
		view_add_number(&d->cell, d->view, percent);
	buf_add_text(&d->cell, " %");
	put_cell(d, row, CHANCE);
}

/** The interval is of the winner's contacts alone, the chance of everybody's: two answers. */
static void put_sureness(struct drawing *d, size_t row, const cJSON *winner)
{
	struct slice verdict = answer_text(winner, "verdict");
	bool clear = slice_is(verdict, "at_or_above");
	if (verdict.len == 0)
		return;
	buf_add_text(&d->cell, clear ? "clear" : "crosses");
	put_cell(d, row, APART);
	if (clear && d->view->colour)
		d->table.colours[row] = clear_colour;
	put_chance(d, row, answer_number(winner, "p_at_least"));
}

static void put_rank(struct drawing *d, size_t row, const cJSON *winner)
{
	double lower = answer_number(winner, "rank_lower");
	double upper = answer_number(winner, "rank_upper");
	put_count(d, row, RANK, winner, "rank");
	if (isnan(lower) || isnan(upper))
		return;
	buf_print(&d->cell, "%.0f-%.0f", lower, upper);
	put_cell(d, row, RANGE);
}

static void put_audit(struct drawing *d, size_t row, const cJSON *winner)
{
	double minor = answer_number(winner, "minor"), major = answer_number(winner, "major");
	if (isnan(minor) || isnan(major))
		return;
	buf_print(&d->cell, "%.0f major, %.0f minor", major, minor);
	put_cell(d, row, AUDIT);
}

/** "2019 to 2021" where they are running, "first 2012, last 2021" where some of them count;
 * "2012 (as C9)" where a predecessor won. */
static void put_waves(struct drawing *d, size_t row, const cJSON *winner)
{
	const cJSON *waves = answer_member(winner, "waves");
	bool running = slice_is(answer_text(d->rule, "kind"), "running");
	int len = cJSON_GetArraySize(waves);
	if (len == 0)
		return;
	const cJSON *first = cJSON_GetArrayItem(waves, 0);
	struct slice then = answer_text(first, "company");
	buf_add_text(&d->cell, running || len == 1 ? "" : "first ");
	text_add_safe(&d->cell, answer_text(first, "wave"), d->view->set);
	if (!slice_equal(then, answer_text(answer_member(winner, "company"), "code"))) {
		buf_add_text(&d->cell, " (as ");
		text_add_safe(&d->cell, then, d->view->set);
		buf_add_byte(&d->cell, ')');
	}
	if (len > 1) {
		buf_add_text(&d->cell, running ? " to " : ", last ");
		text_add_safe(&d->cell, answer_text(cJSON_GetArrayItem(waves, len - 1), "wave"),
			      d->view->set);
	}
	put_cell(d, row, WAVES);
}

static void put_joint(struct drawing *d, size_t row, const cJSON *winner)
{
	double joint = answer_number(winner, "joint");
	if (isnan(joint) || joint < 2)
		return;
	buf_print(&d->cell, "shared by %.0f", joint);
	put_cell(d, row, JOINT);
}

static void put_winner(struct drawing *d, size_t row, const cJSON *winner)
{
	double figure = answer_number(winner, "figure");
	view_add_name(&d->cell, d->view, answer_member(winner, "company"));
	put_cell(d, row, NAME);
	view_add_name(&d->cell, d->view, answer_member(winner, "sector"));
	put_cell(d, row, SECTOR);
	put_count(d, row, BASE, winner, "n");
	if (!isnan(figure)) {
		view_add_number(&d->cell, d->view, figure);
		put_cell(d, row, FIGURE);
	}
	put_sureness(d, row, winner);
	put_rank(d, row, winner);
	put_audit(d, row, winner);
	put_count(d, row, TIMES, winner, "times");
	put_waves(d, row, winner);
	put_joint(d, row, winner);
}

/** A heading alone is no column. */
static void drop_empty(struct drawing *d)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		bool filled = false;
		for (size_t row = 1; row < d->table.rows; row++)
			filled = filled || d->table.cells[row * COLUMNS + c].text.len > 0;
		d->table.dropped[c] = !filled;
	}
}

/** Takes from a column of text what the line is too long by. */
static void shrink(struct drawing *d, enum column column)
{
	size_t width = table_line_width(&d->table), room = d->view->columns - INDENT;
	size_t *own = &d->table.widths[column];
	if (width <= room || *own <= LEAST_ROOM)
		return;
	*own = *own - LEAST_ROOM > width - room ? *own - (width - room) : LEAST_ROOM;
}

static void share_width(struct drawing *d)
{
	static const struct table_step steps[] = {{CHANCE, 0}, {RANGE, 0}, {WAVES, 0}, {AUDIT, 0}};
	table_limit(&d->table, NAME, NAME_ROOM);
	table_limit(&d->table, SECTOR, SECTOR_ROOM);
	shrink(d, SECTOR);
	shrink(d, NAME);
	table_fit(&d->table, d->view->columns - INDENT, steps, COUNT_OF(steps));
}

static enum status add_winners(struct buf *to, struct drawing *d, struct trouble *why)
{
	struct arena arena;
	size_t row = 1;
	const cJSON *winner;
	arena_init(&arena, AWARDS_ARENA_BYTES);
	enum status st = table_init(&d->table, &arena, COLUMNS,
				    (size_t)cJSON_GetArraySize(d->winners) + 1, view_set(d->view));
	if (st == OK) {
		put_headings(d);
		cJSON_ArrayForEach(winner, d->winners)
		{
			put_winner(d, row++, winner);
		}
		drop_empty(d);
		share_width(d);
		for (size_t c = 0; c < COLUMNS; c++)
			d->shows[c] |= !d->table.dropped[c];
		table_add(to, &d->table, INDENT);
	} else {
		st = trouble(why, st, "the list of winners is too large to draw");
	}
	arena_fini(&arena);
	return st;
}

/** "won by 3 of 276 companies, 4 with too few contacts for a rank" */
static void add_candidates(struct buf *to, const struct drawing *d)
{
	static const struct {
		const char *key, *words;
	} others[] = {
		{"not_eligible", "not eligible"},
		{"below_minimum_base", "with too few contacts for a rank"},
		{"suppressed", "with too few contacts to publish"},
		{"no_answers", "without answers"},
	};
	const cJSON *candidates = answer_member(d->award, "candidates");
	double companies = answer_number(candidates, "companies");
	double won = answer_number(candidates, "won");
	if (isnan(companies) || isnan(won))
		return;
	text_add_spaces(to, INDENT);
	if (won == 0)
		buf_add_text(to, "won by nobody of ");
	else
		buf_print(to, "won by %.0f of ", won);
	view_add_count(to, companies, "company", "companies");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		double count = answer_number(candidates, others[i].key);
		if (count > 0)
			buf_print(to, ", %.0f %s", count, others[i].words);
	}
	buf_add_byte(to, '\n');
}

static void add_codes(struct buf *to, const struct drawing *d, const cJSON *since, const char *key)
{
	const cJSON *codes = answer_member(since, key), *code;
	int count = cJSON_GetArraySize(codes);
	const char *before = " (";
	buf_print(to, "%d %s", count, key);
	if (count == 0 || count > 8)
		return;
	cJSON_ArrayForEach(code, codes)
	{
		buf_add_text(to, before);
		if (cJSON_IsString(code))
			text_add_safe(to, slice_of(code->valuestring), d->view->set);
		before = ", ";
	}
	buf_add_byte(to, ')');
}

/** "the level of 16 of 48 sectors reaches the line" */
static void add_sectors(struct buf *to, const struct drawing *d)
{
	const cJSON *now = answer_member(d->award, "sectors");
	const cJSON *since = answer_member(d->award, "since_last_wave");
	const cJSON *then = answer_member(since, "sectors");
	double compared = answer_number(now, "compared");
	if (!(compared > 0))
		return;
	text_add_spaces(to, INDENT);
	buf_print(to, "the level of %.0f of %.0f sectors reaches the line",
		  answer_number(now, "reaching"), compared);
	if (answer_number(then, "compared") > 0) {
		buf_add_text(to, ", in ");
		text_add_safe(to, answer_text(since, "wave"), d->view->set);
		buf_print(to, " of %.0f of %.0f", answer_number(then, "reaching"),
			  answer_number(then, "compared"));
	}
	buf_add_byte(to, '\n');
}

/** What moved over the line since the last wave. */
static void add_since(struct buf *to, const struct drawing *d)
{
	const cJSON *since = answer_member(d->award, "since_last_wave");
	if (!cJSON_IsObject(since))
		return;
	text_add_spaces(to, INDENT);
	buf_add_text(to, "since ");
	text_add_safe(to, answer_text(since, "wave"), d->view->set);
	buf_add_text(to, answer_is_false(since, "comparable") ? ", across a break: " : ": ");
	add_codes(to, d, since, "risen");
	buf_add_text(to, ", ");
	add_codes(to, d, since, "fallen");
	buf_add_byte(to, '\n');
}

/** "Best call centre (best_centre): ": other rules name it by its code. */
static void add_title(struct buf *to, const struct drawing *d)
{
	size_t from = to->len;
	struct slice code = answer_text(d->award, "code");
	view_add_name(to, d->view, d->award);
	if (!slice_equal(slice_from(buf_slice(to), from), code)) {
		buf_add_text(to, " (");
		text_add_safe(to, code, d->view->set);
		buf_add_byte(to, ')');
	}
	buf_add_text(to, ": ");
}

static enum status add_award(struct buf *to, struct drawing *d, const cJSON *award,
			     struct trouble *why)
{
	d->award = award;
	d->rule = answer_member(award, "rule");
	d->winners = answer_member(award, "winners");
	if (!cJSON_IsArray(d->winners))
		return trouble(why, E_INPUT, "the server's answer has an award without winners");
	if (cJSON_GetArraySize(d->winners) > AWARDS_VIEW_ROWS)
		return trouble(why, E_LIMIT, "an award has more than %d winners", AWARDS_VIEW_ROWS);
	buf_add_byte(to, '\n');
	add_title(to, d);
	award_rule_add(to, d->rule, d->view);
	buf_add_byte(to, '\n');
	add_candidates(to, d);
	add_sectors(to, d);
	add_since(to, d);
	return cJSON_GetArraySize(d->winners) > 0 ? add_winners(to, d, why) : OK;
}

static void add_heading(struct buf *to, const cJSON *document, const struct view *view)
{
	double revision = answer_number(document, "revision");
	buf_add_text(to, "Awards of ");
	text_add_safe(to, answer_text(document, "programme"), view->set);
	buf_add_byte(to, ' ');
	text_add_safe(to, answer_text(document, "wave"), view->set);
	buf_add_text(to, " (");
	text_add_safe(to, answer_text(document, "state"), view->set);
	if (revision > 0)
		buf_print(to, ", revision %.0f", revision);
	buf_add_text(to, ")\n");
}

static void add_missing_waves(struct buf *to, const cJSON *document, const struct view *view)
{
	const cJSON *wave;
	const char *before = "\nNot to be seen, and so taken as missed: ";
	size_t from = to->len;
	cJSON_ArrayForEach(wave, answer_member(document, "waves"))
	{
		if (!answer_is_false(wave, "available"))
			continue;
		buf_add_text(to, before);
		text_add_safe(to, answer_text(wave, "wave"), view->set);
		before = ", ";
	}
	if (to->len > from)
		buf_add_byte(to, '\n');
}

static void add_legend(struct buf *to, const struct drawing *d)
{
	if (d->shows[APART] || d->shows[RANGE])
		buf_add_byte(to, '\n');
	if (d->shows[APART])
		buf_add_text(to, "interval: of the company's own contacts; all of it on the "
				 "winning side is clear of the line\n");
	if (d->shows[CHANCE])
		buf_add_text(to, "chance: that the true figure is on that side, by the figures "
				 "of all companies together\n");
	if (d->shows[RANGE])
		buf_add_text(to, "between: the ranks that the data cannot tell apart\n");
}

enum status awards_view_add(struct buf *to, const cJSON *document, const struct view *view,
			    struct trouble *why)
{
	struct drawing d = {.view = view};
	const cJSON *awards = answer_member(document, "awards"), *award;
	enum status st = OK;
	if (!cJSON_IsArray(awards))
		return trouble(why, E_INPUT, "the server's answer is not a list of awards");
	buf_init(&d.cell, CELL_BYTES);
	add_heading(to, document, view);
	cJSON_ArrayForEach(award, awards)
	{
		if (st == OK)
			st = add_award(to, &d, award, why);
	}
	if (cJSON_GetArraySize(awards) == 0)
		buf_add_text(to, "the wave has no awards\n");
	add_legend(to, &d);
	add_missing_waves(to, document, view);
	buf_fini(&d.cell);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the awards are too many to draw");
	return st;
}
