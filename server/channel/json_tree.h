/** A provider's JSON as cJSON's tree, once it is known to be JSON that means one thing. An escape
 * that spells no character, \u0000 or half of a surrogate pair, is read as a question mark.
 *
 * Lifetime: the tree ends with the arena.
 * Limits: JSON_TREE_DEPTH within each other, JSON_TREE_KEYS keys an object, JSON_TREE_VALUES values
 *   in all. A value takes some 150 bytes with its key, beside what its text takes: at most 35 MiB
 *   of memory that the arena does not count, and the text.
 */
#pragma once

#include <cjson/cJSON.h>

#include "base/arena.h"

enum { JSON_TREE_DEPTH = 32, JSON_TREE_KEYS = 1024, JSON_TREE_VALUES = 200000 };

/** NULL: *why is a stable code, "not_json", "duplicate_key", "too_many_values" and such. */
const cJSON *json_tree_read(struct slice text, struct arena *arena, const char **why);
/** By names with dots between, "conversation.inbox_id"; NULL: there is none. */
const cJSON *json_tree_at(const cJSON *tree, const char *path);
/** Of a string in RFC 3339, or of seconds or milliseconds since 1970, as a number or a string;
 * CLOCK_NO_INSTANT: of neither, or outside 2000..2199. */
int64_t json_tree_instant(const cJSON *value);
/** A string, as it is; empty: no string. */
struct slice json_tree_string(const cJSON *value);
/** The string at `path` as the key of an event; 0: the text is no JSON, has none, or it is too
 * long. */
size_t json_tree_dedupe(struct slice text, const char *path, char *key, size_t room);
