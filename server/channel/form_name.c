/** Names of a programme's file in the language of a customer. */
#include <cjson/cJSON.h>

#include "channel/form.h"

static const cJSON *name_in(const cJSON *names, const char *tag)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(names, tag);
	return cJSON_IsString(name) ? name : NULL;
}

/** The file's tags are its own: "nb-NO" and "no" are Norwegian. */
static const cJSON *name_like(const cJSON *names, enum form_language language)
{
	for (const cJSON *name = names->child; name != NULL; name = name->next) {
		enum form_language its;
		if (cJSON_IsString(name) && form_language_from(slice_of(name->string), &its) &&
		    its == language)
			return name;
	}
	return NULL;
}

struct slice form_name(struct names names, enum form_language language, struct arena *arena)
{
	struct slice kept = SLICE("");
	cJSON *tree = cJSON_ParseWithLength(names.json.at, names.json.len);
	if (tree == NULL)
		return kept;
	const cJSON *name = name_in(tree, form_language_tag(language));
	if (name == NULL)
		name = name_like(tree, language);
	if (name == NULL)
		name = name_like(tree, FORM_EN);
	for (const cJSON *any = tree->child; any != NULL && name == NULL; any = any->next)
		name = cJSON_IsString(any) ? any : NULL;
	if (name != NULL)
		kept = arena_copy(arena, slice_of(name->valuestring));
	cJSON_Delete(tree);
	return kept.at != NULL ? kept : SLICE("");
}
