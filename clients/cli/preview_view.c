#include "cli/preview_view.h"

#include "cli/faults_view.h"
#include "cli/reading_view.h"
#include "cli/table.h"

enum { TABLE_ARENA_BYTES = 8 * 1024 * 1024, NAME_COLUMNS = 32, WHY_COLUMNS = 90, PERCENT = 100 };

static void put_column(struct table *t, size_t row, const cJSON *column)
{
	struct buf sure;
	struct slice becomes = answer_text(column, "becomes");
	buf_init(&sure, 32);
	if (becomes.len > 0)
		buf_print(&sure, "%.0f %%", answer_number(column, "sure") * PERCENT);
	table_put(t, row, 0, answer_text(column, "column"));
	table_put(t, row, 1, becomes.len > 0 ? becomes : SLICE("-"));
	table_take(t, row, 2, &sure);
	table_put(t, row, 3, answer_text(column, "because"));
	buf_fini(&sure);
}

static void add_columns(struct buf *to, const cJSON *columns, const struct view *view)
{
	struct arena arena;
	struct table t;
	const cJSON *column = NULL;
	size_t rows = (size_t)cJSON_GetArraySize(columns), row = 1;
	arena_init(&arena, TABLE_ARENA_BYTES);
	if (table_init(&t, &arena, 4, rows + 1, view->set) == OK) {
		t.sides[2] = TEXT_RIGHT;
		table_put(&t, 0, 0, SLICE("Column"));
		table_put(&t, 0, 1, SLICE("Becomes"));
		table_put(&t, 0, 2, SLICE("Sure"));
		table_put(&t, 0, 3, SLICE("Because"));
		cJSON_ArrayForEach(column, columns) put_column(&t, row++, column);
		table_limit(&t, 0, NAME_COLUMNS);
		table_limit(&t, 3, WHY_COLUMNS);
		table_add(to, &t, 2);
	}
	arena_fini(&arena);
}

static void add_absent(struct buf *to, const cJSON *list, const struct view *view)
{
	const cJSON *entry = NULL;
	cJSON_ArrayForEach(entry, list)
	{
		buf_add_text(to, "  no ");
		text_add_safe(to, answer_text(entry, "column"), view->set);
		buf_add_text(to, ": ");
		text_add_safe(to, answer_text(entry, "because"), view->set);
		buf_add_byte(to, '\n');
	}
}

static void add_perhaps(struct buf *to, const cJSON *company, const struct view *view)
{
	const cJSON *guess = NULL;
	buf_add_text(to, "  unknown company ");
	text_add_safe(to, answer_text(company, "value"), view->set);
	const char *before = ": perhaps ";
	cJSON_ArrayForEach(guess, answer_member(company, "perhaps"))
	{
		buf_add_text(to, before);
		text_add_safe(to, answer_text(guess, "company"), view->set);
		buf_add_text(to, " (");
		view_add_words(to, view, answer_member(guess, "name"), SLICE(""));
		buf_print(to, ", %.0f %% alike)", answer_number(guess, "alike") * PERCENT);
		before = ", ";
	}
	buf_add_byte(to, '\n');
}

void preview_view_add_reasons(struct buf *to, const cJSON *preview, const struct view *view)
{
	const cJSON *reasons = answer_member(preview, "reasons"), *company = NULL;
	struct slice producer = answer_text(reasons, "producer");
	buf_add_text(to, "Columns");
	if (producer.len > 0) {
		buf_add_text(to, " (a file of ");
		text_add_safe(to, producer, view->set);
		buf_add_byte(to, ')');
	}
	buf_add_text(to, ":\n");
	add_columns(to, answer_member(reasons, "columns"), view);
	add_absent(to, answer_member(reasons, "missing"), view);
	cJSON_ArrayForEach(company, answer_member(reasons, "companies"))
		add_perhaps(to, company, view);
}

static void add_row(struct buf *to, const cJSON *row, const struct view *view)
{
	const cJSON *value = NULL;
	buf_print(to, "  row %.0f:", answer_number(row, "row"));
	if (answer_is_true(row, "left_out"))
		buf_add_text(to, " left out");
	cJSON_ArrayForEach(value, answer_member(row, "becomes"))
	{
		buf_add_byte(to, ' ');
		text_add_safe(to, slice_of(value->string), view->set);
		buf_add_byte(to, '=');
		text_add_safe(to, slice_of(cJSON_GetStringValue(value)), view->set);
	}
	buf_add_byte(to, '\n');
	faults_view_add(to, answer_member(row, "faults"), view);
}

void preview_view_add(struct buf *to, const cJSON *preview, const struct view *view)
{
	const cJSON *row = NULL, *mapping = answer_member(preview, "mapping");
	reading_view_add(to, answer_member(preview, "reading"), view);
	if (!slice_is(answer_text(mapping, "by"), "given"))
		preview_view_add_reasons(to, preview, view);
	faults_view_add(to, answer_member(preview, "faults"), view);
	if (cJSON_IsObject(mapping)) {
		buf_add_text(to, "First rows, by the mapping ");
		text_add_safe(to, answer_text(mapping, "by"), view->set);
	} else if (cJSON_GetArraySize(answer_member(preview, "rows")) > 0) {
		buf_add_text(to, "First rows, as they are");
	} else {
		buf_add_text(to, "No rows can be shown without a mapping\n");
		return;
	}
	buf_add_text(to, ":\n");
	cJSON_ArrayForEach(row, answer_member(preview, "rows")) add_row(to, row, view);
}

static void add_json(struct buf *to, const cJSON *value)
{
	char *text = cJSON_PrintUnformatted(value);
	must(text != NULL);
	buf_add_text(to, text);
	cJSON_free(text);
}

void preview_view_add_proposal(struct buf *to, const cJSON *preview)
{
	const cJSON *proposal = answer_member(preview, "proposal"), *part = NULL, *column = NULL;
	buf_add_text(to, "{");
	cJSON_ArrayForEach(part, proposal)
	{
		buf_print(to, "%s\n  \"%s\": ", part == proposal->child ? "" : ",", part->string);
		if (!slice_is(slice_of(part->string), "columns")) {
			add_json(to, part);
			continue;
		}
		buf_add_byte(to, '{');
		cJSON_ArrayForEach(column, part)
		{
			buf_print(to, "%s\n    \"%s\": ", column == part->child ? "" : ",",
				  column->string);
			add_json(to, column);
		}
		buf_add_text(to, "\n  }");
	}
	buf_add_text(to, "\n}\n");
}
