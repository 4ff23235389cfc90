/** `plaudit uploads`: what was uploaded into a wave, the latest first. */
#include <math.h>

#include "cli/drawn.h"
#include "cli/table.h"
#include "cli/verbs.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, COLUMNS = 10, CELL_BYTES = 64 };

static const struct {
	const char *key, *title;
	bool is_number;
} columns[COLUMNS] = {
	{"upload", "upload", false},	{"state", "state", false},
	{"started_at", "begun", false}, {"format", "format", false},
	{"received", "rows", true},	{"accepted", "accepted", true},
	{"duplicates", "known", true},	{"replaced", "replaced", true},
	{"left_out", "left out", true}, {"rejected", "rejected", true},
};

static void put(struct table *t, size_t row, size_t column, const cJSON *upload)
{
	struct buf cell;
	buf_init(&cell, CELL_BYTES);
	double number = answer_number(upload, columns[column].key);
	if (!columns[column].is_number)
		text_add_safe(&cell, answer_text(upload, columns[column].key), t->set);
	else if (isfinite(number))
		buf_print(&cell, "%.0f", number);
	table_take(t, row, column, &cell);
	buf_fini(&cell);
}

static enum status draw_table(struct buf *to, const cJSON *data, const struct view *view,
			      struct arena *arena, struct trouble *why)
{
	const cJSON *upload = NULL;
	struct table t;
	size_t row = 1;
	if (table_init(&t, arena, COLUMNS, (size_t)cJSON_GetArraySize(data) + 1, view->set) < 0)
		return trouble(why, E_LIMIT, "the server's answer is too long");
	for (size_t i = 0; i < COLUMNS; i++) {
		t.sides[i] = columns[i].is_number ? TEXT_RIGHT : TEXT_LEFT;
		table_put(&t, 0, i, slice_of(columns[i].title));
	}
	cJSON_ArrayForEach(upload, data)
	{
		for (size_t i = 0; i < COLUMNS; i++)
			put(&t, row, i, upload);
		row++;
	}
	table_add(to, &t, 0);
	return OK;
}

static enum status draw(struct buf *to, const cJSON *document, const struct view *view,
			struct trouble *why)
{
	const cJSON *data = answer_member(document, "data");
	struct slice cursor = answer_text(document, "next_cursor");
	struct arena arena;
	if (!cJSON_IsArray(data))
		return trouble(why, E_INPUT, "the server's answer is not a list of uploads");
	arena_init(&arena, ARENA_BYTES);
	enum status st = draw_table(to, data, view, &arena, why);
	arena_fini(&arena);
	if (st == OK && cursor.len > 0) {
		buf_add_text(to, "more: --after ");
		text_add_safe(to, cursor, view->set);
		buf_add_byte(to, '\n');
	}
	return st;
}

static void add_path(const struct options *o, struct buf *path)
{
	buf_add_text(path, "/uploads");
	if (o->after != NULL)
		http_add_query(path, "cursor", slice_of(o->after));
}

enum outcome verb_uploads(const struct options *o)
{
	return drawn_show(o, true, add_path, draw);
}
