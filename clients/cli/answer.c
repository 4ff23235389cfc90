#include "cli/answer.h"

#include <math.h>
#include <stdio.h>

enum { ANSWER_KEY_BYTES = 80 };

/** cJSON recurses once a level, so the levels are counted first. */
static bool is_shallow(struct slice json)
{
	size_t depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < json.len; i++) {
		char c = json.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > ANSWER_DEPTH)
			return false;
	}
	return true;
}

static bool is_blank(const char *from, const char *end)
{
	for (; from < end; from++) {
		if (*from != ' ' && *from != '\t' && *from != '\r' && *from != '\n')
			return false;
	}
	return true;
}

static void delete_document(void *document)
{
	cJSON_Delete(document);
}

enum status answer_parse(struct slice json, struct arena *arena, const cJSON **document,
			 struct trouble *why)
{
	*document = NULL;
	if (json.len == 0)
		return trouble(why, E_INPUT, "the server's answer is empty");
	if (!slice_is_utf8(json) || !is_shallow(json))
		return trouble(why, E_INPUT, "the server's answer is not JSON");
	const char *end = NULL;
	cJSON *made = cJSON_ParseWithLengthOpts(json.at, json.len, &end, false);
	if (made == NULL || !is_blank(end, json.at + json.len)) {
		cJSON_Delete(made);
		return trouble(why, E_INPUT, "the server's answer is not JSON");
	}
	arena_defer(arena, delete_document, made);
	*document = made;
	return OK;
}

const cJSON *answer_member(const cJSON *object, const char *key)
{
	if (!cJSON_IsObject(object))
		return NULL;
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

double answer_number(const cJSON *object, const char *key)
{
	const cJSON *member = answer_member(object, key);
	if (!cJSON_IsNumber(member) || !isfinite(member->valuedouble))
		return NAN;
	return member->valuedouble;
}

struct slice answer_text(const cJSON *object, const char *key)
{
	const cJSON *member = answer_member(object, key);
	return cJSON_IsString(member) ? slice_of(member->valuestring) : SLICE("");
}

struct slice answer_reason(const cJSON *object, const char *key)
{
	char name[ANSWER_KEY_BYTES];
	int len = snprintf(name, sizeof(name), "%s_reason", key);
	must(len > 0 && (size_t)len < sizeof(name));
	struct slice reason = answer_text(object, name);
	return reason.len > 0 ? reason : answer_text(object, "reason");
}

bool answer_is_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(answer_member(object, key));
}

bool answer_is_false(const cJSON *object, const char *key)
{
	return cJSON_IsFalse(answer_member(object, key));
}
