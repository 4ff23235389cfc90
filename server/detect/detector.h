/** Looks at the results of one file for answers that look wrong, and warns at its end.
 *
 * Four tests: a column that runs against the others of its rows, in the file, a channel or a
 * shopper; a channel or shopper whose answers are all mirrored; a shopper with more rows of one
 * same answer than the others; a file with more of them than near ones. Each warns of one honest
 * file in a thousand at most. docs/uploads.md has the formulas and what they cannot see.
 *
 * Promise: a function of what the rows hold, not of their order; nothing of a row is kept.
 * Lifetime: borrows the programme.
 * Limits: six sums a column for each channel met, and what shoppers.h says.
 */
#pragma once

#include "base/buf.h"
#include "survey/programme.h"
#include "survey/result.h"

struct detector;

struct detector *detector_new(const struct programme *p, const struct instrument *i);
void detector_free(struct detector *d);
void detector_add(struct detector *d, const struct result *r);
/** A JSON array, "[]" where nothing is to be warned of. Once, after the last row. */
void detector_warnings(struct detector *d, struct buf *to);
