#include "cli/warnings_view.h"

static void add_text(struct buf *to, const cJSON *warning, const char *key, const char *before,
		     const struct view *view)
{
	struct slice text = answer_text(warning, key);
	if (text.len == 0)
		return;
	buf_add_text(to, before);
	text_add_safe(to, text, view->set);
}

static void add_warning(struct buf *to, const cJSON *warning, const struct view *view)
{
	add_text(to, warning, "code", "  ", view);
	add_text(to, warning, "by", ", ", view);
	add_text(to, warning, "group", " ", view);
	add_text(to, warning, "column", ", column ", view);
	buf_print(to, ", %.0f rows:", answer_number(warning, "n"));
	add_text(to, warning, "measure", " ", view);
	buf_print(to, " %.3g where %.3g is expected\n", answer_number(warning, "figure"),
		  answer_number(warning, "expected"));
	add_text(to, warning, "words", "    ", view);
	buf_add_byte(to, '\n');
}

void warnings_view_add(struct buf *to, const cJSON *warnings, const struct view *view)
{
	const cJSON *warning;
	if (!cJSON_IsArray(warnings) || cJSON_GetArraySize(warnings) == 0)
		return;
	buf_add_text(to, "\nLooks wrong, and was taken as it is:\n");
	cJSON_ArrayForEach(warning, warnings) add_warning(to, warning, view);
}
