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

void reading_view_add(struct buf *to, const cJSON *reading, const struct view *view)
{
	if (!cJSON_IsObject(reading))
		return;
	buf_add_text(to, "Read as CSV:\n");
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		add_part(to, answer_member(reading, parts[i].key), parts[i].words, view);
}

bool reading_view_is_news(const cJSON *reading)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		const cJSON *part = answer_member(reading, parts[i].key);
		if (slice_is(answer_text(part, "by"), "detected") &&
		    !slice_is(answer_text(part, "is"), parts[i].usual))
			return true;
	}
	return false;
}
