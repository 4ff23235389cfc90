#include "cli/breach_view.h"

#include <math.h>

#include "cli/table.h"

enum { BREACH_ARENA_BYTES = 16 * 1024 * 1024, WORDS_ROOM = 60, ID_ROOM = 32 };

enum rule_column { RESULTS, EXCLUDED, ACTION, RULE, WORDS, RULE_COLUMNS };

struct listed {
	const char *key, *title;
};

static const struct listed listed[] = {
	{"result_id", "Result"},	   {"company", "Company"}, {"shopper", "Shopper"},
	{"contacted_at", "Made at (UTC)"}, {"rule", "Rule"},	   {"status", "Status"},
};

static void put_safe(struct table *t, size_t row, size_t column, struct slice text,
		     const struct view *view)
{
	struct buf safe;
	buf_init(&safe, (size_t)64 * 1024);
	text_add_safe(&safe, text, view->set);
	table_put(t, row, column, buf_slice(&safe));
	buf_fini(&safe);
}

static void put_count(struct table *t, size_t row, size_t column, double count)
{
	struct buf text;
	buf_init(&text, 64);
	buf_print(&text, "%.0f", isnan(count) ? 0 : count);
	table_put(t, row, column, buf_slice(&text));
	buf_fini(&text);
}

static bool is_ignored(const cJSON *rule)
{
	return slice_is(answer_text(rule, "action"), "ignores");
}

static void put_rule(struct table *t, size_t row, const cJSON *rule, const struct view *view)
{
	put_count(t, row, RESULTS, answer_number(rule, "results"));
	put_count(t, row, EXCLUDED, answer_number(rule, "excluded"));
	put_safe(t, row, ACTION, answer_text(rule, "action"), view);
	put_safe(t, row, RULE, answer_text(rule, "rule"), view);
	put_safe(t, row, WORDS, answer_text(rule, "words"), view);
}

void breach_view_add_rules(struct buf *to, const cJSON *breaches, const struct view *view)
{
	static const char *const titles[RULE_COLUMNS] = {"Breaches", "Excluded", "Action", "Rule",
							 ""};
	const cJSON *rule, *rules = answer_member(breaches, "rules");
	struct arena arena;
	struct table t;
	size_t row = 1, rows = (size_t)cJSON_GetArraySize(rules) + 1;
	arena_init(&arena, BREACH_ARENA_BYTES);
	if (rows > 1 && table_init(&t, &arena, RULE_COLUMNS, rows, view_set(view)) == OK) {
		for (size_t c = 0; c < RULE_COLUMNS; c++)
			table_put(&t, 0, c, slice_of(titles[c]));
		cJSON_ArrayForEach(rule, rules)
		{
			if (!is_ignored(rule))
				put_rule(&t, row++, rule, view);
		}
		t.sides[RESULTS] = TEXT_RIGHT;
		t.sides[EXCLUDED] = TEXT_RIGHT;
		table_limit(&t, WORDS, WORDS_ROOM);
		t.dropped[WORDS] = table_line_width(&t) > view->columns;
		buf_add_byte(to, '\n');
		if (row > 1)
			table_add(to, &t, 0);
		else
			buf_add_text(to, "Every rule of fieldwork is ignored\n");
	}
	arena_fini(&arena);
}

static void put_breach(struct table *t, size_t row, const cJSON *breach, const struct view *view)
{
	for (size_t c = 0; c < COUNT_OF(listed); c++) {
		struct slice text = answer_text(breach, listed[c].key);
		if (slice_is(slice_of(listed[c].key), "contacted_at"))
			text = slice_cut(text, sizeof("2020-05-04T10:15:00") - 1);
		put_safe(t, row, c, text, view);
	}
}

void breach_view_add_list(struct buf *to, const cJSON *breaches, const struct view *view)
{
	const cJSON *breach, *list = answer_member(breaches, "data");
	struct arena arena;
	struct table t;
	size_t row = 1, rows = (size_t)cJSON_GetArraySize(list) + 1;
	arena_init(&arena, BREACH_ARENA_BYTES);
	if (rows > 1 && table_init(&t, &arena, COUNT_OF(listed), rows, view_set(view)) == OK) {
		for (size_t c = 0; c < COUNT_OF(listed); c++)
			table_put(&t, 0, c, slice_of(listed[c].title));
		cJSON_ArrayForEach(breach, list)
		{
			put_breach(&t, row++, breach, view);
		}
		table_limit(&t, 0, ID_ROOM);
		buf_add_byte(to, '\n');
		table_add(to, &t, 0);
		if (answer_text(breaches, "next_cursor").len > 0)
			buf_print(to, "and more than these %zu: --json gives them by pages\n",
				  rows - 1);
	}
	arena_fini(&arena);
}
