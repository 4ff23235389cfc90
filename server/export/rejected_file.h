/** The rejected rows of a file as a file of the same kind, to be mended and sent again as it is.
 *
 * Each row stands as it came, with what is wrong with it behind: the columns error_code,
 * error_column, error_value and error_expected (survey/columns.h), which are ignored on the way in.
 * Several faults of one row stand in one field, in their order, with " | " between them. Those
 * columns are left out of what came, where it had them: it was such a file itself.
 *
 * CSV: UTF-8, its separator, its header rows, each row's own text and line end; a byte order mark
 * where the file had one or was not UTF-8; a sep= line where it had one. A row that cannot be
 * divided into fields stands whole, with the error columns behind it unless it had them.
 * NDJSON, JSON: the four are members of each object, at its end; what could not be read as one
 * stands as it came. Cells of the file keep their text; an error column that a spreadsheet might
 * take for a formula gets an apostrophe in front.
 *
 * Pure. Lifetime: as a decoder's: parts are borrowed until rejected_file_next() wants more.
 */
#pragma once

#include "base/buf.h"
#include "decode/decoder.h"

struct rejected_fault {
	struct slice code, column, value, expected;
};

struct rejected_file;

struct rejected_file *rejected_file_new(enum decode_format format, const struct csv_options *csv);
void rejected_file_free(struct rejected_file *f);
void rejected_file_feed(struct rejected_file *f, struct slice part);
void rejected_file_finish(struct rejected_file *f);

/** The next row of the file. False: it wants more, or *ended. */
bool rejected_file_next(struct rejected_file *f, uint64_t *row, bool *ended);
/** Writes that row, behind what the file begins with where it is the first. */
void rejected_file_add(struct rejected_file *f, const struct rejected_fault *faults, size_t len,
		       struct buf *to);
/** What stands behind the last row, and where there is none what the file begins with. */
void rejected_file_end(struct rejected_file *f, struct buf *to);
