#include "api/held_words.h"

#include <cjson/cJSON.h>

#include "tabular/formats.h"

static void hold(struct held_words *h, const char *name, struct slice value)
{
	must(h->len < HELD_WORDS);
	h->words[h->len++] = (struct held_word){name, value};
}

static bool find(void *arg, const char *name, struct slice *value)
{
	const struct held_words *h = arg;
	if (h->x != NULL && exchange_query(h->x, name, value))
		return true;
	for (size_t i = 0; i < h->len; i++) {
		if (strcmp(h->words[i].name, name) == 0) {
			*value = h->words[i].value;
			return true;
		}
	}
	return false;
}

static void delete_tree(void *tree)
{
	cJSON_Delete(tree);
}

/** A part that its sender declared, in the words he used. */
static void hold_declared(struct held_words *h, const char *name, const cJSON *part,
			  struct arena *arena)
{
	const cJSON *by = cJSON_GetObjectItemCaseSensitive(part, "by");
	const cJSON *is = cJSON_GetObjectItemCaseSensitive(part, "is");
	if (!cJSON_IsString(by) || strcmp(by->valuestring, "declared") != 0)
		return;
	if (cJSON_IsString(is))
		hold(h, name, slice_of(is->valuestring));
	else if (cJSON_IsNumber(is))
		hold(h, name, slice_of(arena_print(arena, "%d", is->valueint)));
}

static void read_reading(struct held_words *h, struct slice json, struct arena *arena)
{
	static const struct {
		const char *part, *name;
	} parts[] = {{"encoding", "encoding"},	{"delimiter", "delimiter"}, {"decimal", "decimal"},
		     {"header", "header_rows"}, {"dates", "dates"},	    {"sheet", "sheet"}};
	cJSON *tree = cJSON_ParseWithLength(json.at, json.len);
	if (tree == NULL)
		return;
	arena_defer(arena, delete_tree, tree);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		hold_declared(h, parts[i].name,
			      cJSON_GetObjectItemCaseSensitive(tree, parts[i].part), arena);
}

static struct slice type_of(struct slice format)
{
	static const struct {
		const char *word, *type;
	} types[] = {{"csv", "text/csv"},
		     {"ndjson", "application/x-ndjson"},
		     {"json", "application/json"}};
	const struct table_format *table = table_format_of_word(format);
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (slice_is(format, types[i].word))
			return slice_of(types[i].type);
	return table != NULL ? slice_of(table->media_type) : SLICE_NONE;
}

void held_words_read(struct held_words *h, struct exchange *x, const struct pg_result *rows,
		     struct arena *arena, struct upload_words *words)
{
	*h = (struct held_words){.x = x};
	if (!pg_is_null(rows, 0, 2))
		read_reading(h, pg_get_bytes(rows, 0, 2), arena);
	if (!pg_is_null(rows, 0, 3)) {
		struct slice code = arena_copy(arena, pg_get_bytes(rows, 0, 3));
		if (code.at != NULL)
			hold(h, "mapping", code);
	}
	*words = (struct upload_words){
		.find = find, .arg = h, .type = type_of(pg_get_bytes(rows, 0, 1))};
}
