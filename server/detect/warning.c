#include "detect/warning.h"

static const char *const codes[] = {
	[WARNING_REVERSED_SCALE] = "reversed_scale",
	[WARNING_STRAIGHT_LINING] = "straight_lining",
};

void warnings_add(struct warnings *w, const struct warning *one)
{
	if (w->len < WARNINGS_MOST)
		w->at[w->len++] = *one;
}

static void text_or_null(struct json_out *j, const char *key, struct slice text)
{
	if (text.len > 0)
		json_pair_text(j, key, text);
	else
		json_pair_null(j, key);
}

void warnings_json(const struct warnings *w, struct json_out *j)
{
	json_open_array(j);
	for (size_t i = 0; i < w->len; i++) {
		const struct warning *one = &w->at[i];
		json_open_object(j);
		json_pair_text(j, "code", slice_of(codes[one->code]));
		json_pair_text(j, "by", slice_of(one->by));
		text_or_null(j, "group", one->group);
		text_or_null(j, "column", one->column);
		json_pair_int(j, "n", one->n);
		json_pair_text(j, "measure", slice_of(one->measure));
		json_pair_double(j, "figure", one->figure);
		json_pair_double(j, "expected", one->expected);
		json_pair_text(j, "words", slice_of(one->words));
		json_close_object(j);
	}
	json_close_array(j);
}
