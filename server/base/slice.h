/** Borrowed bytes: where they start and how many.
 *
 * Lifetime: whoever made the bytes says until when; a slice owns nothing.
 * A slice may hold any byte, NUL too, and is not NUL-terminated.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *at;
	size_t len;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
#define SLICE_NONE     ((struct slice){NULL, 0})
#define SLICE_ARGS(s)  (int)(s).len, (s).at /**< for "%.*s" */

static inline struct slice slice_of(const char *text)
{
	return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_of(text));
}

/** Byte order, shorter first among equals: the order of COLLATE "C". */
int slice_compare(struct slice a, struct slice b);
bool slice_equal_ignoring_case(struct slice a, struct slice b); /**< ASCII letters only */
bool slice_starts_with(struct slice a, struct slice prefix);
struct slice slice_trim(struct slice a);	      /**< without spaces and tabs at both ends */
struct slice slice_from(struct slice a, size_t skip); /**< skip may exceed the length: empty */

/** The part before `separator`, which is taken from *rest together with it;
 * all of *rest where the separator does not occur. False when *rest was spent
 * (its `at` is NULL). */
bool slice_next_part(struct slice *rest, char separator, struct slice *part);

/** A whole decimal number, optional leading minus, nothing else. False on any
 * other byte, on an empty slice, and outside int64. "-0" and "007" are numbers. */
bool slice_to_int64(struct slice a, int64_t *number);

/** The first `most` bytes at most, cut between two characters of UTF-8. */
struct slice slice_cut(struct slice a, size_t most);

bool slice_is_utf8(struct slice a); /**< strict: no surrogates, no overlong, no NUL check */
bool slice_is_text(struct slice a); /**< UTF-8 without control bytes */
