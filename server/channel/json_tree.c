#include "channel/json_tree.h"

#include "base/clock.h"
#include "channel/payload.h"
#include "decode/json_scan.h"

enum {
	NAME_BYTES = 64,
	ARENA_BYTES = 4096,
	ESCAPE_BYTES = 6,
	HIGH_HALVES = 0xD800,
	LOW_HALVES = 0xDC00
};

static const char question_mark[] = "\\u003f";

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

/** The unit of UTF-16 that the escape at the beginning spells, "\\ud83d"; -1: there is none. */
static int unit_of(struct slice text)
{
	int unit = 0;
	if (text.len < ESCAPE_BYTES || text.at[0] != '\\' || text.at[1] != 'u')
		return -1;
	for (size_t i = 2; i < ESCAPE_BYTES; i++) {
		char c = (char)(text.at[i] | 0x20);
		bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
		if (!digit && !letter)
			return -1;
		unit = unit * 16 + (digit ? c - '0' : c - 'a' + 10);
	}
	return unit;
}

static bool is_in(int unit, int from)
{
	return unit >= from && unit < from + 0x400;
}

/** Bytes of the escape that the text begins with; *fits: it spells a character. */
static size_t escape_of(struct slice text, bool *fits)
{
	int unit = unit_of(text);
	*fits = unit != 0 && !is_in(unit, HIGH_HALVES) && !is_in(unit, LOW_HALVES);
	if (unit < 0)
		return text.len < 2 ? text.len : 2;
	if (!is_in(unit, HIGH_HALVES) ||
	    !is_in(unit_of(slice_from(text, ESCAPE_BYTES)), LOW_HALVES))
		return ESCAPE_BYTES;
	*fits = true;
	return 2 * ESCAPE_BYTES;
}

/** Escapes that spell no character become question marks: words that were cut within an emoji
 * must not cost the answers beside them. */
static struct slice mended(struct slice text, struct arena *arena)
{
	struct slice copy = arena_copy(arena, text);
	for (size_t at = 0; at < copy.len;) {
		bool fits = true;
		char *begin = (char *)(uintptr_t)copy.at + at;
		at += *begin == '\\' ? escape_of(slice_from(copy, at), &fits) : 1;
		if (!fits)
			memcpy(begin, question_mark, ESCAPE_BYTES);
	}
	return copy;
}

static bool may_be_mended(struct json_verdict verdict)
{
	return verdict.code != NULL && (strcmp(verdict.code, "nul_character") == 0 ||
					strcmp(verdict.code, "lone_surrogate") == 0);
}

const cJSON *json_tree_read(struct slice text, struct arena *arena, const char **why)
{
	struct json_verdict verdict = json_judge(text, JSON_TREE_DEPTH, JSON_TREE_KEYS);
	*why = verdict.code;
	if (may_be_mended(verdict)) {
		text = mended(text, arena);
		if (text.at == NULL)
			return NULL;
		verdict = json_judge(text, JSON_TREE_DEPTH, JSON_TREE_KEYS);
	}
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

size_t json_tree_dedupe(struct slice text, const char *path, char *key, size_t room)
{
	struct arena arena;
	const char *fault;
	arena_init(&arena, text.len + ARENA_BYTES);
	const cJSON *tree = json_tree_read(text, &arena, &fault);
	size_t len = payload_dedupe_text(json_tree_string(json_tree_at(tree, path)), key, room);
	arena_fini(&arena);
	return len;
}
