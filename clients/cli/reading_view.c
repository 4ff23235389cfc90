#include "cli/reading_view.h"

static const struct {
	const char *key, *words, *usual;
} parts[] = {{"encoding", "encoding", "utf-8"},
	     {"delimiter", "delimiter", "comma"},
	     {"header", "header rows", "1"},
	     {"decimal", "decimal mark", "point"},
	     {"dates", "dates", ""}};

static void add_part(struct buf *to, const cJSON *part, const char *words, const struct view *view)
{
	const cJSON *is = answer_member(part, "is");
	if (is == NULL || cJSON_IsNull(is))
		return;
	buf_print(to, "  %-13s ", words);
	if (cJSON_IsNumber(is))
		buf_print(to, "%.0f", is->valuedouble);
	else
		text_add_safe(to, answer_text(part, "is"), view->set);
	buf_add_text(to, " (");
	text_add_safe(to, answer_text(part, "by"), view->set);
	if (!slice_equal(answer_text(part, "by"), answer_text(part, "because"))) {
		buf_add_text(to, ": ");
		text_add_safe(to, answer_text(part, "because"), view->set);
	}
	buf_add_text(to, ")\n");
}

static void add_parts(struct buf *to, const cJSON *reading, const struct view *view)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		add_part(to, answer_member(reading, parts[i].key), parts[i].words, view);
}

static const char *shown_format(struct slice word)
{
	static const char *const names[][2] = {
		{"xlsx", "XLSX"}, {"sav", "SPSS"}, {"triple_s", "Triple-S"}};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_is(word, names[i][0]))
			return names[i][1];
	return "a table";
}

static void add_table(struct buf *to, const cJSON *reading, const struct view *view)
{
	const cJSON *note;
	buf_print(to, "Read as %s: %.0f rows, %.0f columns\n",
		  shown_format(answer_text(reading, "format")), answer_number(reading, "rows"),
		  answer_number(reading, "columns"));
	add_part(to, answer_member(reading, "sheet"), "sheet", view);
	add_parts(to, reading, view);
	cJSON_ArrayForEach(note, answer_member(reading, "notes"))
	{
		buf_add_text(to, "  ");
		text_add_safe(to, slice_of(cJSON_GetStringValue(note)), view->set);
		buf_add_byte(to, '\n');
	}
}

static bool is_table(const cJSON *reading)
{
	return answer_member(reading, "format") != NULL;
}

void reading_view_add(struct buf *to, const cJSON *reading, const struct view *view)
{
	if (!cJSON_IsObject(reading))
		return;
	if (is_table(reading)) {
		add_table(to, reading, view);
		return;
	}
	buf_add_text(to, "Read as CSV:\n");
	add_parts(to, reading, view);
}

bool reading_view_is_news(const cJSON *reading)
{
	if (cJSON_GetArraySize(answer_member(reading, "notes")) > 0 ||
	    cJSON_GetArraySize(answer_member(reading, "sheets")) > 1)
		return true;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		const cJSON *part = answer_member(reading, parts[i].key);
		if (slice_is(answer_text(part, "by"), "detected") &&
		    !slice_is(answer_text(part, "is"), parts[i].usual))
			return true;
	}
	return false;
}
