#include "cli/faults_view.h"

#include <inttypes.h>
#include <math.h>

#include "cli/table.h"

enum { FAULT_ARENA_BYTES = 8 * 1024 * 1024 };

struct fault_column {
	const char *key, *title;
	size_t width_limit;
	enum text_side side;
};

static const struct fault_column columns[] = {
	{"row", "Row", 12, TEXT_RIGHT},
	{"result_id", "Result", 40, TEXT_LEFT},
	{"status", "Status", 10, TEXT_LEFT},
	{"revision", "Revision", 8, TEXT_RIGHT},
	{"column", "Column", 24, TEXT_LEFT},
	{"pointer", "Where", 60, TEXT_LEFT},
	{"value", "Value", FAULTS_VALUE_COLUMNS, TEXT_LEFT},
	{"expected", "Expected", FAULTS_EXPECTED_COLUMNS, TEXT_LEFT},
	{"detail", "Detail", FAULTS_EXPECTED_COLUMNS, TEXT_LEFT},
	{"code", "Code", 40, TEXT_LEFT},
};

static void add_value(struct buf *to, const cJSON *value, const struct view *view)
{
	if (cJSON_IsString(value))
		text_add_safe(to, slice_of(value->valuestring), view->set);
	else if (cJSON_IsNumber(value))
		buf_print(to, "%.15g", value->valuedouble);
	else if (cJSON_IsBool(value))
		buf_add_text(to, cJSON_IsTrue(value) ? "true" : "false");
}

struct sent_rows {
	const uint64_t *at;
	size_t len;
};

static void add_row(struct buf *to, const cJSON *fault, const struct sent_rows *rows)
{
	double index = answer_number(fault, "index");
	if (index >= 0 && index < (double)rows->len)
		buf_print(to, "%" PRIu64, rows->at[(size_t)index]);
}

static void put_fault(struct table *t, size_t row, const cJSON *fault, const struct sent_rows *rows,
		      const struct view *view)
{
	struct buf text;
	buf_init(&text, (size_t)64 * 1024);
	for (size_t c = 0; c < COUNT_OF(columns); c++) {
		add_value(&text, answer_member(fault, columns[c].key), view);
		if (c == 0 && text.len == 0)
			add_row(&text, fault, rows);
		table_put(t, row, c, buf_slice(&text));
		buf_clear(&text);
	}
	buf_fini(&text);
}

/** A column no fault fills is not shown. */
static void finish_columns(struct table *t)
{
	for (size_t c = 0; c < COUNT_OF(columns); c++) {
		t->sides[c] = columns[c].side;
		t->dropped[c] = t->widths[c] == 0;
		table_put(t, 0, c, slice_of(columns[c].title));
		table_limit(t, c, columns[c].width_limit);
	}
}

void faults_view_add_of(struct buf *to, const cJSON *faults, const uint64_t *rows_sent,
			size_t rows_len, const struct view *view)
{
	const struct sent_rows sent = {rows_sent, rows_len};
	int len = cJSON_IsArray(faults) ? cJSON_GetArraySize(faults) : 0;
	size_t rows = len > FAULTS_VIEW_ROWS ? FAULTS_VIEW_ROWS : (size_t)len;
	struct arena arena;
	struct table table;
	if (rows == 0)
		return;
	arena_init(&arena, FAULT_ARENA_BYTES);
	if (table_init(&table, &arena, COUNT_OF(columns), rows + 1, view_set(view)) == OK) {
		size_t row = 1;
		const cJSON *fault;
		cJSON_ArrayForEach(fault, faults)
		{
			if (row <= rows)
				put_fault(&table, row++, fault, &sent, view);
		}
		finish_columns(&table);
		table_add(to, &table, 2);
	}
	arena_fini(&arena);
}

void faults_view_add(struct buf *to, const cJSON *faults, const struct view *view)
{
	faults_view_add_of(to, faults, NULL, 0, view);
}
