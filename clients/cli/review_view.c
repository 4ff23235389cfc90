#include "cli/review_view.h"

#include <math.h>

#include "cli/table.h"

enum { VIEW_ARENA_BYTES = 64 * 1024 * 1024, VALUE_BYTES = 256 * 1024, LABEL_COLUMNS = 18 };

struct page_column {
	const char *key, *title;
	size_t width_limit;
	enum text_side side;
};

static const struct page_column result_columns[] = {
	{"result_id", "Result", 40, TEXT_LEFT},	    {"company", "Company", 20, TEXT_LEFT},
	{"channel", "Channel", 12, TEXT_LEFT},	    {"shopper", "Shopper", 20, TEXT_LEFT},
	{"contacted_at", "Contact", 16, TEXT_LEFT}, {"answered", "Answered", 8, TEXT_LEFT},
	{"score", "Score", 8, TEXT_RIGHT},	    {"status", "Status", 9, TEXT_LEFT},
	{"revision", "Revision", 8, TEXT_RIGHT},    {"breaches", "Breaches", 60, TEXT_LEFT},
};

static const struct page_column appeal_columns[] = {
	{"appeal", "Appeal", 12, TEXT_RIGHT},	{"result_id", "Result", 40, TEXT_LEFT},
	{"opened_at", "Opened", 16, TEXT_LEFT}, {"outcome", "Outcome", 9, TEXT_LEFT},
	{"words", "Words", 60, TEXT_LEFT},	{"outcome_words", "Answer", 60, TEXT_LEFT},
};

_Static_assert(COUNT_OF(result_columns) <= TABLE_COLUMNS, "a table has so many columns at most");

static void add_list(struct buf *to, const cJSON *list, const struct view *view)
{
	const cJSON *element;
	cJSON_ArrayForEach(element, list)
	{
		if (element != list->child)
			buf_add_text(to, ", ");
		if (cJSON_IsString(element))
			text_add_safe(to, slice_of(element->valuestring), view->set);
	}
}

static void add_value(struct buf *to, const cJSON *value, const struct view *view)
{
	if (cJSON_IsString(value))
		text_add_safe(to, slice_of(value->valuestring), view->set);
	else if (cJSON_IsNumber(value))
		buf_print(to, "%.15g", value->valuedouble);
	else if (cJSON_IsBool(value))
		buf_add_text(to, cJSON_IsTrue(value) ? "yes" : "no");
	else if (cJSON_IsNull(value))
		view_add_dash(to, view);
	else if (cJSON_IsArray(value))
		add_list(to, value, view);
}

/* Pages */

/** "2020-05-04 08:15", of which the columns are wide enough for no more. */
static void add_page_value(struct buf *to, const cJSON *value, const struct page_column *column,
			   const struct view *view)
{
	size_t begin = to->len;
	if (cJSON_IsNull(value))
		return;
	add_value(to, value, view);
	bool instant = column->width_limit == 16 && to->len > begin + 16;
	if (instant && to->at[begin + 10] == 'T') {
		to->at[begin + 10] = ' ';
		to->len = begin + 16;
	}
}

static void put_rows(struct table *t, const cJSON *data, const struct page_column *columns,
		     size_t columns_len, const struct view *view)
{
	const cJSON *element;
	struct buf text;
	size_t row = 1;
	buf_init(&text, VALUE_BYTES);
	cJSON_ArrayForEach(element, data)
	{
		for (size_t c = 0; c < columns_len; c++) {
			add_page_value(&text, answer_member(element, columns[c].key), &columns[c],
				       view);
			table_put(t, row, c, buf_slice(&text));
			buf_clear(&text);
		}
		row++;
	}
	buf_fini(&text);
	for (size_t c = 0; c < columns_len; c++) {
		t->sides[c] = columns[c].side;
		t->dropped[c] = t->widths[c] == 0;
		table_put(t, 0, c, slice_of(columns[c].title));
		table_limit(t, c, columns[c].width_limit);
	}
}

void review_view_add_page(struct buf *to, const cJSON *document, const struct view *view)
{
	const cJSON *data = answer_member(document, "data");
	struct slice next = answer_text(document, "next_cursor");
	bool appeals = answer_member(cJSON_GetArrayItem(data, 0), "appeal") != NULL;
	const struct page_column *columns = appeals ? appeal_columns : result_columns;
	size_t columns_len = appeals ? COUNT_OF(appeal_columns) : COUNT_OF(result_columns);
	size_t rows = (size_t)cJSON_GetArraySize(data);
	struct arena arena;
	struct table table;
	if (rows == 0) {
		buf_add_text(to, "none\n");
		return;
	}
	arena_init(&arena, VIEW_ARENA_BYTES);
	if (table_init(&table, &arena, columns_len, rows + 1, view_set(view)) == OK) {
		put_rows(&table, data, columns, columns_len, view);
		table_add(to, &table, 0);
	}
	arena_fini(&arena);
	if (next.len == 0)
		return;
	buf_add_text(to, "there are more: go on with --after ");
	text_add_safe(to, next, view->set);
	buf_add_byte(to, '\n');
}

/* One result */

static void add_line(struct buf *to, struct slice label, const cJSON *value,
		     const struct view *view)
{
	struct buf text;
	buf_init(&text, VALUE_BYTES);
	text_add_safe(&text, label, view->set);
	text_add_cell(to, buf_slice(&text), LABEL_COLUMNS, TEXT_LEFT, view_set(view));
	buf_fini(&text);
	buf_add_text(to, "  ");
	add_value(to, value, view);
	buf_add_byte(to, '\n');
}

static bool is_list_of_its_own(const cJSON *member)
{
	struct slice key = slice_of(member->string);
	return slice_is(key, "revisions") || slice_is(key, "notes") || slice_is(key, "appeals");
}

static void add_members(struct buf *to, const cJSON *result, const struct view *view)
{
	const cJSON *member, *element;
	cJSON_ArrayForEach(member, result)
	{
		if (member->string == NULL || is_list_of_its_own(member))
			continue;
		if (!cJSON_IsObject(member)) {
			add_line(to, slice_of(member->string), member, view);
			continue;
		}
		cJSON_ArrayForEach(element, member)
		{
			add_line(to, slice_of(element->string), element, view);
		}
	}
}

static void add_words(struct buf *to, const cJSON *object, const char *key, const char *before,
		      const struct view *view)
{
	struct slice text = answer_text(object, key);
	if (text.len == 0)
		return;
	buf_add_text(to, before);
	text_add_safe(to, text, view->set);
}

static void add_revision(struct buf *to, const cJSON *was, const struct view *view)
{
	buf_print(to, "revision %.0f was ", answer_number(was, "revision"));
	add_value(to, answer_member(was, "status"), view);
	buf_add_text(to, ", score ");
	add_value(to, answer_member(was, "score"), view);
	add_words(to, was, "changed_at", ", changed ", view);
	add_words(to, was, "changed_by", " by ", view);
	add_words(to, was, "reason", ": ", view);
	buf_add_byte(to, '\n');
}

static void add_note(struct buf *to, const cJSON *note, const struct view *view)
{
	add_words(to, note, "at", "note ", view);
	add_words(to, note, "key", " by ", view);
	add_words(to, note, "words", ": ", view);
	buf_add_byte(to, '\n');
}

static void add_appeal(struct buf *to, const cJSON *appeal, const struct view *view)
{
	bool open = cJSON_IsNull(answer_member(appeal, "outcome"));
	add_words(to, appeal, "appeal", "appeal ", view);
	add_words(to, appeal, "words", ": ", view);
	buf_add_text(to, open ? "; open" : "");
	add_words(to, appeal, "outcome", "; ", view);
	add_words(to, appeal, "outcome_words", ": ", view);
	buf_add_byte(to, '\n');
}

static void add_each(struct buf *to, const cJSON *list, const struct view *view,
		     void (*add)(struct buf *to, const cJSON *element, const struct view *view))
{
	const cJSON *element;
	cJSON_ArrayForEach(element, list)
	{
		add(to, element, view);
	}
}

void review_view_add_result(struct buf *to, const cJSON *result, const struct view *view)
{
	add_members(to, result, view);
	add_each(to, answer_member(result, "revisions"), view, add_revision);
	add_each(to, answer_member(result, "notes"), view, add_note);
	add_each(to, answer_member(result, "appeals"), view, add_appeal);
}

/* Many */

void review_view_add_outcome(struct buf *to, const cJSON *outcome, const struct view *view)
{
	const cJSON *unknown = answer_member(outcome, "unknown"), *id;
	buf_print(to, "%.0f changed, %.0f unchanged, %d unknown\n",
		  answer_number(outcome, "changed"), answer_number(outcome, "unchanged"),
		  cJSON_GetArraySize(unknown));
	cJSON_ArrayForEach(id, unknown)
	{
		buf_add_text(to, "unknown: ");
		add_value(to, id, view);
		buf_add_byte(to, '\n');
	}
}
