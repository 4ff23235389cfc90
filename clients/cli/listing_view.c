#include "cli/listing_view.h"

#include <string.h>

#include "base/must.h"
#include "cli/answer.h"
#include "cli/table.h"

enum { ARENA_BYTES = 32 * 1024 * 1024, CELL_BYTES = 4096 };

static void put(struct table *t, size_t row, size_t column, const cJSON *value,
		const struct view *view)
{
	struct buf cell;
	buf_init(&cell, CELL_BYTES);
	if (cJSON_IsString(value))
		text_add_safe(&cell, slice_of(value->valuestring), view->set);
	else if (cJSON_IsNumber(value))
		buf_print(&cell, "%.0f", value->valuedouble);
	if (cJSON_IsNumber(value))
		t->sides[column] = TEXT_RIGHT;
	table_take(t, row, column, &cell);
	buf_fini(&cell);
}

static const cJSON *member_at(const cJSON *of, const char *path)
{
	struct slice rest = slice_of(path), part;
	char key[LISTING_KEY_BYTES];
	while (slice_next_part(&rest, '.', &part)) {
		must(part.len < sizeof(key));
		memcpy(key, part.at, part.len);
		key[part.len] = '\0';
		of = answer_member(of, key);
	}
	return of;
}

static enum status draw_table(struct buf *to, const cJSON *data,
			      const struct listing_column *columns, size_t len,
			      const struct view *view, struct arena *arena, struct trouble *why)
{
	const cJSON *one = NULL;
	struct table t;
	size_t row = 1;
	if (table_init(&t, arena, len, (size_t)cJSON_GetArraySize(data) + 1, view->set) < 0)
		return trouble(why, E_LIMIT, "the server's answer is too long");
	for (size_t c = 0; c < len; c++)
		table_put(&t, 0, c, slice_of(columns[c].title));
	cJSON_ArrayForEach(one, data)
	{
		for (size_t c = 0; c < len; c++)
			put(&t, row, c, member_at(one, columns[c].key), view);
		row++;
	}
	table_add(to, &t, 0);
	return OK;
}

enum status listing_view_draw(struct buf *to, const cJSON *document,
			      const struct listing_column *columns, size_t len,
			      const struct view *view, struct trouble *why)
{
	const cJSON *data = answer_member(document, "data");
	struct slice cursor = answer_text(document, "next_cursor");
	struct arena arena;
	if (!cJSON_IsArray(data))
		return trouble(why, E_INPUT, "the server's answer is no list");
	arena_init(&arena, ARENA_BYTES);
	enum status st = draw_table(to, data, columns, len, view, &arena, why);
	arena_fini(&arena);
	if (st == OK && cursor.len > 0) {
		buf_add_text(to, "more: --after ");
		text_add_safe(to, cursor, view->set);
		buf_add_byte(to, '\n');
	}
	return st;
}
