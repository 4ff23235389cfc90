/** What an adapter hears, as it grows.
 *
 * Errors: none while hearing. What the arena does not hold is remembered, and the end says so.
 * Limits: HEARD_ANSWERS_MOST; a payload with more is bad, "too_many_answers".
 */
#pragma once

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "channel/heard.h"
#include "channel/payload.h"

struct heard_list {
	struct arena *arena;
	struct heard_answer *answers;
	size_t len, room;
	bool arena_over, too_many;
	const char *nothing; /**< the first reason why something was not heard; NULL: none yet */
};

struct heard_list heard_list_on(struct arena *arena);
/** One without a value is not added. */
void heard_list_add(struct heard_list *l, const struct heard_answer *answer);
/** A customer's own words, if there are any: the same contact's "comment". */
void heard_list_add_comment(struct heard_list *l, const struct heard_answer *of,
			    struct slice words);
void heard_list_nothing(struct heard_list *l, const char *why);
/** A string, trimmed, or a number in digits; empty: neither. */
struct slice heard_list_text(struct heard_list *l, const cJSON *value);
/** "a:b:c", of those that are not empty. */
struct slice heard_list_joined(struct heard_list *l, struct slice a, struct slice b,
			       struct slice c);
/** E_LIMIT: the arena was too small. */
enum status heard_list_end(const struct heard_list *l, struct heard *heard,
			   struct trouble *why) NODISCARD;
/** It cannot be understood. */
struct heard heard_bad(const char *why);

typedef void hears_tree(struct heard_list *l, const cJSON *tree, const struct payload *payload);
/** All of a payload that is one JSON document: `hear` gets its tree. What is no JSON is bad, and
 * `hear` is not called. Errors: as heard_list_end(). */
enum status heard_list_of_json(const struct payload *payload, hears_tree *hear, struct arena *arena,
			       struct heard *heard, struct trouble *why) NODISCARD;
