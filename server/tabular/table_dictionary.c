#include "tabular/table_dictionary.h"

#include <math.h>

void table_dictionary_init(struct table_dictionary *d, size_t limit_bytes)
{
	*d = (struct table_dictionary){.cut = false};
	arena_init(&d->arena, limit_bytes);
	d->last = &d->variables;
}

void table_dictionary_fini(struct table_dictionary *d)
{
	arena_fini(&d->arena);
}

/** Cut to TABLE_LABEL_BYTES, control characters as blanks. */
static bool keep_text(struct table_dictionary *d, struct slice text, struct slice *kept)
{
	text = slice_cut(text, TABLE_LABEL_BYTES);
	char *room = arena_take(&d->arena, text.len + 1);
	if (room == NULL)
		return false;
	for (size_t i = 0; i < text.len; i++)
		room[i] = (char)((unsigned char)text.at[i] < ' ' ? ' ' : text.at[i]);
	*kept = (struct slice){room, text.len};
	return true;
}

struct table_variable *table_dictionary_add(struct table_dictionary *d, struct slice name,
					    struct slice label)
{
	struct table_variable *v = arena_take(&d->arena, sizeof(*v));
	if (v == NULL || !keep_text(d, name, &v->name) || !keep_text(d, label, &v->label)) {
		d->cut = true;
		return NULL;
	}
	v->last = &v->values;
	*d->last = v;
	d->last = &v->next;
	return v;
}

struct table_value *table_variable_add(struct table_dictionary *d, struct table_variable *v,
				       struct slice code, struct slice label)
{
	struct table_value *value = v != NULL ? arena_take(&d->arena, sizeof(*value)) : NULL;
	if (value == NULL || !keep_text(d, code, &value->code) ||
	    !keep_text(d, label, &value->label)) {
		d->cut = true;
		return NULL;
	}
	value->score = NAN;
	*v->last = value;
	v->last = &value->next;
	return value;
}

static void value_json(const struct table_value *value, struct json_out *j)
{
	json_open_object(j);
	json_pair_text(j, "code", value->code);
	json_pair_text(j, "label", value->label);
	json_pair_bool(j, "missing", value->missing);
	json_pair_double(j, "score", value->score);
	json_close_object(j);
}

static void variable_json(const struct table_variable *v, struct json_out *j)
{
	static const char *const uses[] = {
		[TABLE_USE_SERIAL] = "serial", [TABLE_USE_WEIGHT] = "weight"};
	json_open_object(j);
	json_pair_text(j, "name", v->name);
	json_pair_text(j, "label", v->label);
	if (v->use != TABLE_USE_NONE)
		json_pair_text(j, "use", slice_of(uses[v->use]));
	json_pair_int(j, "missing", (int64_t)v->missing);
	json_key(j, "values");
	json_open_array(j);
	for (const struct table_value *value = v->values; value != NULL; value = value->next)
		value_json(value, j);
	json_close_array(j);
	json_close_object(j);
}

void table_dictionary_json(const struct table_dictionary *d, struct json_out *j)
{
	json_open_array(j);
	for (const struct table_variable *v = d->variables; v != NULL; v = v->next)
		variable_json(v, j);
	json_close_array(j);
}
