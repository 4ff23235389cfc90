#include "cli/fieldwork_view.h"

#include <math.h>

#include "cli/breach_view.h"
#include "cli/spread_view.h"
#include "cli/table.h"

enum column { NAME, BAR, DONE, PERCENT, ANSWERED, CHANNELS };

enum {
	COLUMNS = CHANNELS + FIELDWORK_VIEW_CHANNELS,
	NAME_ROOM = 32,
	NAME_LEAST = 14,
	BAR_LEAST = 8,
	BAR_WANTED = 20,
	BAR_MOST = 40,
	EIGHTHS = 8,
	INDENT = 2,
	VIEW_ARENA_BYTES = 64 * 1024 * 1024
};

static const char complete_colour[] = "\033[32m", untouched_colour[] = "\033[31m";

struct drawing {
	const struct view *view;
	const cJSON *fieldwork, *sectors, *channels; /* channels: those of the totals */
	struct table table;
	struct buf cell; /* scratch for one cell's text */
	size_t channels_len;
	bool shows_over;
};

static void put_cell(struct drawing *d, size_t row, size_t column)
{
	table_take(&d->table, row, column, &d->cell);
}

static double number_or(const cJSON *object, const char *key, double otherwise)
{
	double number = answer_number(object, key);
	return isnan(number) ? otherwise : number;
}

/** The bar: what is done of what was planned. */
static void add_bar(struct buf *to, double percent, size_t width, bool ascii)
{
	static const char *const parts[EIGHTHS] = {"",	     "\u258F", "\u258E", "\u258D",
						   "\u258C", "\u258B", "\u258A", "\u2589"};
	size_t eighths = (size_t)floor(fmin(100, percent) / 100 * (double)(width * EIGHTHS));
	size_t full = eighths / EIGHTHS, part = eighths % EIGHTHS, drawn = full;
	for (size_t i = 0; i < full; i++)
		buf_add_text(to, ascii ? "#" : "\u2588");
	if (!ascii && part > 0) {
		buf_add_text(to, parts[part]);
		drawn++;
	}
	for (; drawn < width; drawn++)
		buf_add_text(to, ascii ? "." : "\u2591");
}

/** "24/25", and "+2" for what is over the plan; only what was made where nothing is planned. */
static void add_done(struct drawing *d, const cJSON *progress)
{
	double planned = answer_number(progress, "planned");
	double over = number_or(progress, "over_plan", 0);
	double made = number_or(progress, "made", 0);
	if (isnan(planned)) {
		buf_print(&d->cell, "%.0f", made);
		return;
	}
	buf_print(&d->cell, "%.0f/%.0f", made - over, planned);
	if (over > 0)
		buf_print(&d->cell, "+%.0f", over);
	d->shows_over |= over > 0;
}

static const cJSON *channel_of(const cJSON *progress, struct slice code)
{
	const cJSON *channel;
	cJSON_ArrayForEach(channel, answer_member(progress, "channels"))
	{
		if (slice_equal(answer_text(channel, "channel"), code))
			return channel;
	}
	return NULL;
}

static void put_channels(struct drawing *d, size_t row, const cJSON *progress)
{
	for (size_t c = 0; c < d->channels_len; c++) {
		const cJSON *its = cJSON_GetArrayItem(d->channels, (int)c);
		const cJSON *channel = channel_of(progress, answer_text(its, "channel"));
		if (channel == NULL)
			view_add_dash(&d->cell, d->view);
		else
			add_done(d, channel);
		put_cell(d, row, CHANNELS + c);
	}
}

static void put_progress(struct drawing *d, size_t row, const cJSON *progress)
{
	double percent = answer_number(progress, "completion_percent");
	add_done(d, progress);
	put_cell(d, row, DONE);
	view_add_number(&d->cell, d->view, percent);
	put_cell(d, row, PERCENT);
	buf_print(&d->cell, "%.0f", number_or(progress, "answered", 0));
	put_cell(d, row, ANSWERED);
	put_channels(d, row, progress);
	if (!isnan(percent) && d->table.widths[BAR] > 0) {
		add_bar(&d->cell, percent, d->table.widths[BAR], d->view->ascii);
		put_cell(d, row, BAR);
	}
	if (d->view->colour && percent >= 100)
		d->table.colours[row] = complete_colour;
	else if (d->view->colour && percent == 0)
		d->table.colours[row] = untouched_colour;
}

static void put_named(struct drawing *d, size_t row, size_t indent, const cJSON *named)
{
	text_add_spaces(&d->cell, indent);
	view_add_name(&d->cell, d->view, named);
	put_cell(d, row, NAME);
}

static void put_headings(struct drawing *d)
{
	static const char *const titles[CHANNELS] = {
		[NAME] = "", [BAR] = "", [DONE] = "Made", [PERCENT] = "%", [ANSWERED] = "Answered",
	};
	for (size_t c = 0; c < CHANNELS; c++)
		table_put(&d->table, 0, c, slice_of(titles[c]));
	for (size_t c = 0; c < d->channels_len; c++) {
		const cJSON *channel = cJSON_GetArrayItem(d->channels, (int)c);
		text_add_safe(&d->cell, answer_text(channel, "channel"), d->view->set);
		put_cell(d, 0, CHANNELS + c);
	}
	for (size_t c = DONE; c < COLUMNS; c++)
		d->table.sides[c] = TEXT_RIGHT;
}

static void put_rows(struct drawing *d)
{
	size_t row = 1;
	const cJSON *sector, *company;
	table_put(&d->table, row, NAME, SLICE("All"));
	put_progress(d, row++, answer_member(d->fieldwork, "totals"));
	cJSON_ArrayForEach(sector, d->sectors)
	{
		put_named(d, row, 0, answer_member(sector, "sector"));
		put_progress(d, row++, sector);
		cJSON_ArrayForEach(company, answer_member(sector, "companies"))
		{
			put_named(d, row, INDENT, answer_member(company, "company"));
			put_progress(d, row++, company);
		}
	}
}

/** Channels go first, the last before the others; then answers; names and bars shrink. */
static void share_width(struct drawing *d)
{
	struct table *t = &d->table;
	size_t room = d->view->columns;
	table_limit(t, NAME, NAME_ROOM);
	t->widths[BAR] = BAR_LEAST;
	for (size_t c = CHANNELS; c < COLUMNS; c++)
		t->dropped[c] = c >= CHANNELS + d->channels_len;
	for (size_t c = d->channels_len; c > 0 && table_line_width(t) > room; c--)
		t->dropped[CHANNELS + c - 1] = true;
	t->dropped[ANSWERED] = table_line_width(t) > room;
	if (table_line_width(t) > room)
		table_limit(t, NAME, NAME_LEAST);
	t->dropped[BAR] = table_line_width(t) > room;
	table_fill(t, room, BAR, BAR_MOST);
}

static size_t count_rows(const cJSON *sectors)
{
	size_t rows = 2; /* the headings and the totals */
	const cJSON *sector;
	cJSON_ArrayForEach(sector, sectors)
	{
		int companies = cJSON_GetArraySize(answer_member(sector, "companies"));
		rows += 1 + (size_t)companies;
	}
	return rows;
}

static enum status draw_table(struct drawing *d, struct arena *arena, struct trouble *why)
{
	size_t rows = count_rows(d->sectors), name_width;
	if (rows > FIELDWORK_VIEW_ROWS ||
	    table_init(&d->table, arena, COLUMNS, rows, view_set(d->view)) < 0)
		return trouble(why, E_LIMIT,
			       "the fieldwork is too large to draw: ask for --sector");
	put_headings(d);
	put_rows(d); /* to see how wide it all is */
	share_width(d);
	name_width = d->table.widths[NAME];
	put_rows(d); /* with the bars; this makes room for whole names again */
	d->table.widths[NAME] = name_width;
	return OK;
}

static void add_heading(struct buf *to, const struct drawing *d)
{
	struct slice as_of = answer_text(d->fieldwork, "as_of");
	buf_add_text(to, "Fieldwork of ");
	text_add_safe(to, answer_text(d->fieldwork, "programme"), d->view->set);
	buf_add_byte(to, ' ');
	text_add_safe(to, answer_text(d->fieldwork, "wave"), d->view->set);
	buf_add_text(to, ", ");
	text_add_safe(to, answer_text(d->fieldwork, "state"), d->view->set);
	buf_add_text(to, ": contacts made of those planned, ");
	text_add_safe(to, slice_cut(as_of, sizeof("2020-05-04T10:15") - 1), d->view->set);
	buf_add_text(to, " UTC\n\n");
}

/** "Review: 4100 submitted, 12 excluded", what there is. */
static void add_review(struct buf *to, const struct drawing *d)
{
	const cJSON *review = answer_member(answer_member(d->fieldwork, "totals"), "review");
	const cJSON *state;
	const char *between = "Review: ";
	cJSON_ArrayForEach(state, review)
	{
		if (!cJSON_IsNumber(state) || state->valuedouble <= 0)
			continue;
		buf_print(to, "%s%.0f ", between, state->valuedouble);
		text_add_safe(to, slice_of(state->string), d->view->set);
		between = ", ";
	}
	if (between[0] == ',')
		buf_add_byte(to, '\n');
}

static void add_notes(struct buf *to, const struct drawing *d)
{
	size_t hidden = 0;
	int all = cJSON_GetArraySize(d->channels);
	for (size_t c = 0; c < d->channels_len; c++)
		hidden += d->table.dropped[CHANNELS + c];
	hidden += (size_t)all - d->channels_len;
	if (d->shows_over)
		buf_add_text(to,
			     "+ over the plan: these make up for no other company or channel\n");
	if (hidden > 0)
		buf_print(to, "%zu more channels: a wider terminal, --csv or --json shows them\n",
			  hidden);
	add_review(to, d);
}

static enum status add_fieldwork(struct buf *to, struct drawing *d, struct trouble *why)
{
	struct arena arena;
	int channels = cJSON_GetArraySize(d->channels);
	d->channels_len = (size_t)channels;
	if (d->channels_len > FIELDWORK_VIEW_CHANNELS)
		d->channels_len = FIELDWORK_VIEW_CHANNELS;
	arena_init(&arena, VIEW_ARENA_BYTES);
	buf_init(&d->cell, (size_t)64 * 1024);
	enum status st = draw_table(d, &arena, why);
	if (st == OK) {
		add_heading(to, d);
		table_add(to, &d->table, 0);
		buf_add_byte(to, '\n');
		add_notes(to, d);
		spread_view_add(to, d->fieldwork, d->view);
		breach_view_add_rules(to, answer_member(d->fieldwork, "breaches"), d->view);
	}
	buf_fini(&d->cell);
	arena_fini(&arena);
	return st;
}

enum status fieldwork_view_add(struct buf *to, const cJSON *fieldwork, const struct view *view,
			       struct trouble *why)
{
	const cJSON *totals = answer_member(fieldwork, "totals");
	struct drawing d = {.view = view,
			    .fieldwork = fieldwork,
			    .sectors = answer_member(fieldwork, "sectors"),
			    .channels = answer_member(totals, "channels")};
	if (!cJSON_IsArray(d.sectors) || totals == NULL)
		return trouble(why, E_INPUT, "the server's answer is not a wave's fieldwork");
	enum status st = add_fieldwork(to, &d, why);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the fieldwork is too large to draw");
	return st;
}

enum status fieldwork_view_add_all(struct buf *to, const cJSON *fieldwork, const struct view *view,
				   struct trouble *why)
{
	enum status st = fieldwork_view_add(to, fieldwork, view, why);
	if (st == OK)
		breach_view_add_list(to, answer_member(fieldwork, "breaches"), view);
	if (st == OK && buf_over(to))
		return trouble(why, E_LIMIT, "the fieldwork is too large to draw");
	return st;
}
