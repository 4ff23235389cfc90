#include "channel/form_fields.h"

#include "base/percent.h"

static size_t parts_of(struct slice body)
{
	struct slice part;
	size_t parts = 0;
	while (slice_next_part(&body, '&', &part))
		parts += part.len > 0;
	return parts;
}

static bool read_field(struct slice part, struct arena *arena, struct form_field *field)
{
	struct slice name = SLICE_NONE;
	(void)slice_next_part(&part, '=', &name);
	field->value = SLICE("");
	return percent_decode_bytes(arena, name, true, &field->name) &&
	       (part.at == NULL || percent_decode_bytes(arena, part, true, &field->value));
}

enum status form_fields_read(struct slice body, struct arena *arena, struct form_fields *fields,
			     struct trouble *why)
{
	size_t most = parts_of(body);
	if (most > FORM_FIELDS_MOST)
		return trouble_code(why, E_LIMIT, "too_many_fields", "%zu fields, at most %d", most,
				    FORM_FIELDS_MOST);
	struct form_field *at = arena_take_array(arena, most, sizeof(*at));
	/* Decoding never makes a text longer, so room for the body is room for its fields. */
	if (at == NULL || arena->limit_bytes - arena->used_bytes < body.len + 2 * most)
		return trouble(why, E_LIMIT, "the form does not fit its memory");
	*fields = (struct form_fields){at, 0};
	struct slice part;
	while (slice_next_part(&body, '&', &part)) {
		if (part.len == 0)
			continue;
		if (!read_field(part, arena, &at[fields->len]))
			return trouble_code(why, E_INPUT, "bad_form", "field %zu is not encoded",
					    fields->len + 1);
		fields->len++;
	}
	return OK;
}

struct slice form_fields_find(const struct form_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->len; i++)
		if (slice_is(fields->at[i].name, name))
			return fields->at[i].value;
	return SLICE_NONE;
}

struct slice form_field_of(struct slice body, const char *name, struct arena *arena)
{
	struct slice part, key, value;
	while (slice_next_part(&body, '&', &part)) {
		(void)slice_next_part(&part, '=', &key);
		if (!slice_is(key, name))
			continue;
		if (part.at == NULL)
			return SLICE("");
		return percent_decode_bytes(arena, part, true, &value) ? value : SLICE_NONE;
	}
	return SLICE_NONE;
}
