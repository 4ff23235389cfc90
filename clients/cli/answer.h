/** What a server answered, read with care.
 *
 * A server may be wrong, or not ours: text is checked (strict UTF-8, nesting,
 * nothing behind the value) before cJSON sees it, and a missing field is NAN or
 * an empty slice, never a made-up zero.
 * Lifetime: slices point into the document.
 * Limits: ANSWER_DEPTH levels of nesting.
 */
#pragma once

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

enum { ANSWER_DEPTH = 64 };

/** The document hangs on the arena and dies with it. E_INPUT: not an answer we can read. */
enum status answer_parse(struct slice json, struct arena *arena, const cJSON **document,
			 struct trouble *why) NODISCARD;

const cJSON *answer_member(const cJSON *object, const char *key); /**< NULL: absent */
double answer_number(const cJSON *object, const char *key);	  /**< NAN: absent or null */
struct slice answer_text(const cJSON *object, const char *key);	  /**< empty: absent */
/** Why `key` is null: "key_reason" beside it, or the object's "reason"; empty: not said. */
struct slice answer_reason(const cJSON *object, const char *key);
bool answer_is_true(const cJSON *object, const char *key);
bool answer_is_false(const cJSON *object, const char *key);
