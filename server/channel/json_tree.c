#include "channel/json_tree.h"

#include "base/clock.h"
#include "decode/json_scan.h"

enum { NAME_BYTES = 64 };

static void delete_tree(void *tree)
{
	cJSON_Delete(tree);
}

/** Never too few: each value but the first has a comma before it, or opens what it is in. */
static size_t values_at_most(struct slice text)
{
	size_t values = 1;
	for (size_t i = 0; i < text.len; i++)
		values += text.at[i] == ',' || text.at[i] == '{' || text.at[i] == '[';
	return values;
}

const cJSON *json_tree_read(struct slice text, struct arena *arena, const char **why)
{
	struct json_verdict verdict = json_judge(text, JSON_TREE_DEPTH, JSON_TREE_KEYS);
	*why = verdict.code;
	if (verdict.code != NULL)
		return NULL;
	*why = "too_many_values";
	if (values_at_most(text) > JSON_TREE_VALUES)
		return NULL;
	cJSON *tree = cJSON_ParseWithLength(text.at, text.len);
	*why = "not_json"; /* a number that cJSON does not take */
	if (tree != NULL)
		arena_defer(arena, delete_tree, tree);
	return tree;
}

const cJSON *json_tree_at(const cJSON *tree, const char *path)
{
	struct slice rest = slice_of(path), part;
	while (tree != NULL && slice_next_part(&rest, '.', &part)) {
		char name[NAME_BYTES] = {0};
		must(part.len < sizeof(name));
		memcpy(name, part.at, part.len);
		tree = cJSON_GetObjectItemCaseSensitive(tree, name);
	}
	return tree;
}

static int64_t instant_of_unix(double number)
{
	static const double first_s = 946684800, end_s = 7258118400, least_ms = 1e11;
	double seconds = number >= least_ms ? number / 1000 : number;
	if (!(seconds >= first_s && seconds < end_s))
		return CLOCK_NO_INSTANT;
	return (int64_t)((seconds - first_s) * 1e6);
}

struct slice json_tree_string(const cJSON *value)
{
	return cJSON_IsString(value) ? slice_of(value->valuestring) : SLICE("");
}

int64_t json_tree_instant(const cJSON *value)
{
	int64_t number, instant;
	struct slice text = json_tree_string(value);
	if (cJSON_IsNumber(value))
		return instant_of_unix(value->valuedouble);
	if (slice_to_int64(text, &number))
		return instant_of_unix((double)number);
	return clock_parse(text, &instant) ? instant : CLOCK_NO_INSTANT;
}
