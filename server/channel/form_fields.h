/** The fields of an application/x-www-form-urlencoded body, in their order.
 *
 * Lifetime: names and values live in the body or in the arena.
 * Errors: E_INPUT bad_form (an escape that is none) · E_LIMIT too_many_fields, or the arena is
 *   too small. Limits: FORM_FIELDS_MOST fields.
 */
#pragma once

#include "base/arena.h"

enum { FORM_FIELDS_MOST = 512 };

struct form_field {
	struct slice name, value; /**< decoded; any bytes */
};

struct form_fields {
	const struct form_field *at;
	size_t len;
};

enum status form_fields_read(struct slice body, struct arena *arena, struct form_fields *fields,
			     struct trouble *why) NODISCARD;
/** The first of that name; `at` NULL: there is none. */
struct slice form_fields_find(const struct form_fields *fields, const char *name);
/** That one alone, the others unread: of a large body. `at` NULL: there is none, or it is not
 * encoded, or the arena is too small. */
struct slice form_field_of(struct slice body, const char *name, struct arena *arena);
