#include "cjson_twin.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

#include "base/must.h"

static bool same_number(struct slice text, double number)
{
	char *copy = memory_new(text.len + 1);
	memcpy(copy, text.at, text.len);
	double ours = strtod(copy, NULL);
	memory_free(copy);
	return ours == number;
}

static bool same_value(const struct field *field, const cJSON *item)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return cJSON_IsString(item) && slice_is(field->value, item->valuestring);
	case FIELD_NUMBER:
		return cJSON_IsNumber(item) && same_number(field->value, item->valuedouble);
	case FIELD_BOOL:
		return cJSON_IsBool(item) &&
		       slice_is(field->value, cJSON_IsTrue(item) ? "true" : "false");
	case FIELD_NULL:
		return cJSON_IsNull(item) && field->value.len == 0;
	}
	never("a kind outside its table");
}

/** Compares the members of one object with the fields from *next on, in order. */
static bool same_members(const cJSON *object, const char *group, const struct record *record,
			 size_t *next)
{
	for (const cJSON *item = object->child; item != NULL; item = item->next) {
		if (cJSON_IsObject(item) && group[0] == '\0') {
			if (!same_members(item, item->string, record, next))
				return false;
			continue;
		}
		if (*next == record->fields_len)
			return false;
		const struct field *field = &record->fields[(*next)++];
		if (!slice_is(field->group, group) || !slice_is(field->name, item->string) ||
		    !same_value(field, item))
			return false;
	}
	return true;
}

bool cjson_agrees(struct slice text, const struct record *record)
{
	size_t next = 0;
	cJSON *tree = cJSON_ParseWithLength(text.at, text.len);
	bool same = tree != NULL && cJSON_IsObject(tree) && same_members(tree, "", record, &next) &&
		    next == record->fields_len;
	cJSON_Delete(tree);
	return same;
}
