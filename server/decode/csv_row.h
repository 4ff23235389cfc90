/** One bounded row of CSV as fields, one after the other.
 *
 * Lifetime: values point into the row's text, or into the arena where quotes were unescaped.
 * Errors: a stable code (decoder.h) says what is wrong with a field.
 */
#pragma once

#include "base/arena.h"

struct csv_row {
	struct slice text;
	const char *at, *end;
	struct arena *arena;
	char separator;
	bool more; /**< a field begins at `at` */
};

/** A carriage return at the end of `text` is not part of the row. */
struct csv_row csv_row_over(struct slice text, char separator, struct arena *arena);
/** NULL or the code of what is wrong with the field at r->at, which then is left behind. */
const char *csv_row_next(struct csv_row *r, struct slice *value);

/** NULL, or the code of a byte that no CSV may hold, wherever it stands. *may_compose: there may
 * be characters that are not normalised. */
const char *csv_row_check(struct slice text, bool *may_compose);
/** Where csv_row_check() found it. */
size_t csv_row_bad_byte(struct slice text);
