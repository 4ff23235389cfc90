/** Faults of rows or of a file, as an aligned table.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 * Limits: FAULTS_VIEW_ROWS lines; how many there are in all is said by the caller.
 */
#pragma once

#include "cli/view.h"

enum { FAULTS_VIEW_ROWS = 100, FAULTS_VALUE_COLUMNS = 32, FAULTS_EXPECTED_COLUMNS = 60 };

/** The members of each fault that any fault has: row, column or pointer, value, expected,
 * code, detail. Nothing where `faults` is no array or an empty one. */
void faults_view_add(struct buf *to, const cJSON *faults, const struct view *view);
/** The same of a list that was sent: its element `index` was row rows[index] of a file. */
void faults_view_add_of(struct buf *to, const cJSON *faults, const uint64_t *rows_sent,
			size_t rows_len, const struct view *view);
