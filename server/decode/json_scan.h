/** Is this text JSON, and JSON that every reader understands alike?
 *
 * The grammar of RFC 8259, whole and strict, in one pass without recursion, and
 * the promises of RFC 7493 (I-JSON) that make it mean one thing: UTF-8, no byte
 * order mark, no key twice in an object (also not spelled differently by
 * escapes), no lone surrogate; and no NUL spelled \u0000 (cJSON cuts a string
 * there, PostgreSQL refuses it). A text that passes may be given to cJSON.
 *
 * Errors: E_INPUT "not_json" where the grammar is broken anywhere; else the
 *   first broken promise: E_INPUT "not_utf8", "duplicate_key", "lone_surrogate",
 *   "nul_character", E_LIMIT "too_many_keys". E_LIMIT "too_deep" ends the check
 *   where it stands. The words name the byte.
 * Limits: depth_limit containers within each other, keys_limit keys an object;
 *   memory grows with the keys of the objects open at one time.
 */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum { JSON_DEPTH = 16, JSON_KEYS = 256 }; /**< what records and small bodies get */

enum status json_check(struct slice text, size_t depth_limit, size_t keys_limit,
		       struct trouble *why) NODISCARD;

struct json_verdict {
	const char *code; /**< one of the above; NULL = it passes */
	size_t at;	  /**< the byte */
};

/** The same without words. */
struct json_verdict json_judge(struct slice text, size_t depth_limit, size_t keys_limit);

/** Is a text with this verdict JSON to its last byte, so that what follows it can be trusted? */
static inline bool json_is_whole(struct json_verdict verdict)
{
	return verdict.code == NULL ||
	       (strcmp(verdict.code, "not_json") != 0 && strcmp(verdict.code, "too_deep") != 0);
}
