#include "export/columns.h"

#include "base/clock.h"
#include "base/must.h"
#include "survey/breach.h"

/* clang-format off */
static const struct {
	enum export_kind kind;
	const char *name;
} before_items[] = {
	{EXPORT_RESULT_ID,        "result_id"},
	{EXPORT_COMPANY,          "company"},
	{EXPORT_SECTOR,           "sector"},
	{EXPORT_CHANNEL,          "channel"},
	{EXPORT_SHOPPER,          "shopper"},
	{EXPORT_CONTACTED_AT,     "contacted_at"},
	{EXPORT_ANSWERED,         "answered"},
	{EXPORT_ATTEMPT,          "attempt"},
	{EXPORT_WAIT_SECONDS,     "wait_seconds"},
	{EXPORT_DURATION_SECONDS, "duration_seconds"},
	{EXPORT_CUSTOMER,         "customer"},
}, added[] = {
	{EXPORT_STATUS,   "plaudit:status"},
	{EXPORT_REVISION, "plaudit:revision"},
	{EXPORT_BREACHES, "plaudit:breaches"},
	{EXPORT_UPLOAD,   "plaudit:upload"},
	{EXPORT_SCORE,    "plaudit:score"},
};
/* clang-format on */

enum { ADDED_MOST = COUNT_OF(before_items) + COUNT_OF(added) + 2 };

static void put(struct export_columns *c, enum export_kind kind, size_t index, struct slice name)
{
	c->at[c->len++] = (struct export_column){kind, index, name};
}

static void put_canonical(struct export_columns *c)
{
	const struct instrument *in = c->instrument;
	for (size_t i = 0; i < COUNT_OF(before_items); i++)
		put(c, before_items[i].kind, 0, slice_of(before_items[i].name));
	for (size_t i = 0; i < in->items_len; i++)
		put(c, EXPORT_ITEM, i, in->items[i].code);
	for (size_t q = 0; q < in->questions_len; q++)
		put(c, EXPORT_QUESTION, q, in->questions[q].code);
	put(c, EXPORT_COMMENT, 0, SLICE("comment"));
}

static enum status put_added(struct export_columns *c, struct arena *arena)
{
	const struct instrument *in = c->instrument;
	for (size_t i = 0; i < COUNT_OF(added); i++)
		put(c, added[i].kind, 0, slice_of(added[i].name));
	for (size_t a = 0; a < in->areas_len; a++) {
		const char *name = arena_print(arena, "plaudit:area:%.*s",
					       SLICE_ARGS(in->areas[a].code));
		if (name == NULL)
			return E_LIMIT;
		put(c, EXPORT_AREA, a, slice_of(name));
	}
	return OK;
}

enum status export_columns_make(const struct programme *p, int wave, enum export_set set,
				struct arena *arena, struct export_columns *columns)
{
	const struct wave *w = &p->waves[wave];
	const struct instrument *in = &p->instruments[w->instrument];
	size_t most = in->items_len + in->questions_len + in->areas_len + ADDED_MOST;
	*columns = (struct export_columns){.programme = p, .wave = w, .instrument = in};
	columns->at = arena_take_array(arena, most, sizeof(*columns->at));
	if (columns->at == NULL)
		return E_LIMIT;
	put_canonical(columns);
	if (set == EXPORT_CANONICAL)
		return OK;
	if (set == EXPORT_SHEET)
		put(columns, EXPORT_LOCAL_TIME, 0, SLICE("plaudit:contacted_local"));
	return put_added(columns, arena);
}

/* ---- cells ---- */

static void text(struct export_cell *c, struct slice value)
{
	c->kind = value.len > 0 ? CELL_TEXT : CELL_NONE;
	c->text = value;
}

static void whole(struct export_cell *c, int64_t number, int64_t none)
{
	c->kind = number == none ? CELL_NONE : CELL_WHOLE;
	c->number = number;
}

static void yes(struct export_cell *c, bool is)
{
	c->kind = CELL_BOOL;
	c->number = is;
}

static void hundredths(struct export_cell *c, int32_t score)
{
	c->kind = score == SCORE_NONE ? CELL_NONE : CELL_DECIMAL;
	c->number = score;
	c->decimals = 2;
}

static void answer(struct export_cell *c, const struct item *item, int16_t value)
{
	if (value == ANSWER_NONE)
		return;
	c->kind = item->measured.given ? CELL_DECIMAL : CELL_WHOLE;
	c->number = value;
	c->decimals = item->measured.given ? item->measured.decimals : 0;
}

/** What is printed stays in the cell. */
static void printed(struct export_cell *c, const struct buf *from)
{
	must(from->len <= sizeof(c->room) && !buf_over(from));
	if (from->len > 0)
		memcpy(c->room, from->at, from->len);
	text(c, (struct slice){c->room, from->len});
}

static void instant(struct export_cell *c, int64_t contacted_at)
{
	struct buf to;
	if (contacted_at == CLOCK_NO_INSTANT)
		return;
	buf_init(&to, sizeof(c->room));
	clock_print(&to, contacted_at);
	printed(c, &to);
	buf_fini(&to);
}

static void breaches(struct export_cell *c, uint32_t mask)
{
	struct buf to;
	if (mask == 0)
		return;
	buf_init(&to, sizeof(c->room));
	for (int b = 0; b < BREACH_COUNT; b++)
		if (mask & UINT32_C(1) << b)
			buf_print(&to, "%s%s", to.len > 0 ? " " : "", breach_code((enum breach)b));
	printed(c, &to);
	buf_fini(&to);
}

static void local_time(struct export_cell *c, const struct wave *w, int64_t contacted_at)
{
	if (contacted_at == CLOCK_NO_INSTANT)
		return;
	struct local_time at = zone_local(w->zone, contacted_at);
	int64_t seconds = contacted_at / 1000000;
	c->kind = CELL_DATE;
	c->number = (((int64_t)at.day * 1440 + at.minute) * 60 + (seconds % 60 + 60) % 60) *
		    1000000;
}

static void read_canonical(const struct export_columns *columns, const struct export_column *at,
			   const struct result *r, struct export_cell *c)
{
	const struct programme *p = columns->programme;
	const struct wave *w = columns->wave;
	switch (at->kind) {
	case EXPORT_RESULT_ID:
		text(c, r->result_id);
		return;
	case EXPORT_COMPANY:
		text(c, p->companies[r->company].code);
		return;
	case EXPORT_SECTOR:
		if (w->sector_of[r->company] >= 0)
			text(c, w->sectors[w->sector_of[r->company]].code);
		return;
	case EXPORT_CHANNEL:
		text(c, p->channels[r->channel].code);
		return;
	case EXPORT_SHOPPER:
		text(c, r->shopper);
		return;
	case EXPORT_CONTACTED_AT:
		instant(c, r->contacted_at);
		return;
	case EXPORT_ANSWERED:
		yes(c, r->answered);
		return;
	case EXPORT_ATTEMPT:
		whole(c, r->attempt, ATTEMPT_NONE);
		return;
	case EXPORT_WAIT_SECONDS:
		whole(c, r->wait_seconds, SECONDS_NONE);
		return;
	case EXPORT_DURATION_SECONDS:
		whole(c, r->duration_seconds, SECONDS_NONE);
		return;
	case EXPORT_CUSTOMER:
		if (r->breaches & UINT32_C(1) << BREACH_CUSTOMER)
			yes(c, true);
		return;
	case EXPORT_ITEM:
		answer(c, &columns->instrument->items[at->index], r->answers[at->index]);
		return;
	case EXPORT_QUESTION:
		whole(c, r->cx[at->index], ANSWER_NONE);
		return;
	default:
		text(c, r->comment);
	}
}

void export_cell_read(const struct export_columns *columns, size_t column,
		      const struct stored_result *stored, struct export_cell *cell)
{
	const struct export_column *at = &columns->at[column];
	const struct result *r = &stored->result;
	cell->kind = CELL_NONE;
	switch (at->kind) {
	case EXPORT_STATUS:
		text(cell, slice_of(review_state_name(r->status)));
		return;
	case EXPORT_REVISION:
		whole(cell, stored->revision, -1);
		return;
	case EXPORT_UPLOAD:
		whole(cell, stored->upload_id, 0);
		return;
	case EXPORT_SCORE:
		hundredths(cell, r->score);
		return;
	case EXPORT_AREA:
		hundredths(cell, r->area_scores[at->index]);
		return;
	case EXPORT_BREACHES:
		breaches(cell, r->breaches);
		return;
	case EXPORT_LOCAL_TIME:
		local_time(cell, columns->wave, r->contacted_at);
		return;
	default:
		read_canonical(columns, at, r, cell);
	}
}

struct slice export_cell_digits(const struct export_cell *cell, char room[DECIMAL_ROOM])
{
	uint64_t left = cell->number < 0 ? 0 - (uint64_t)cell->number : (uint64_t)cell->number;
	int decimals = cell->kind == CELL_DECIMAL ? cell->decimals : 0;
	char *end = room + DECIMAL_ROOM, *p = end;
	for (; decimals > 0 && left % 10 == 0; decimals--)
		left /= 10;
	for (int i = 0; i < decimals; i++, left /= 10)
		*--p = (char)('0' + left % 10);
	if (decimals > 0)
		*--p = '.';
	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (cell->number < 0)
		*--p = '-';
	return (struct slice){p, (size_t)(end - p)};
}
