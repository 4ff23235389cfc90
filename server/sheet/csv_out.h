/** A CSV file as spreadsheets open it safely: text that cannot start a formula.
 *
 * Two dialects: RFC 4180 (comma, decimal point), and the one a Norwegian Excel opens and writes
 * (semicolon, decimal comma, a byte order mark). CRLF, UTF-8. Undefined is empty.
 *
 * Promise: text that starts with = + - @ TAB or CR, apostrophes before it or not, gets one
 *   apostrophe in front, so that no spreadsheet takes it for a formula; with `formulas_kept` only
 *   text that has such an apostrophe already. csv_unguarded() undoes both: whatever text is
 *   written, what is read is the same.
 * Promise: text that could be a fraction is in quotes, so csv_recast() can tell it from one.
 *   Numbers are written plain, with all their digits.
 * Source: OWASP, CSV Injection.
 */
#pragma once

#include "base/buf.h"

enum csv_dialect { CSV_RFC4180, CSV_EXCEL_NB };

/** How a file is written; {0} is what is written where nothing is said. */
struct csv_form {
	enum csv_dialect dialect;
	bool formulas_kept;
};

/** "rfc4180" or "excel-nb"; false on anything else. */
bool csv_dialect_from(struct slice word, enum csv_dialect *dialect);

struct csv_out {
	struct buf *to;
	struct csv_form form;
	bool first; /**< no separator before the next cell */
};

/** RFC 4180, guarded. */
struct csv_out csv_out_on(struct buf *to);
/** Goes on with a file in this form. */
struct csv_out csv_out_as(struct buf *to, const struct csv_form *form);
/** What the file begins with: the byte order mark, where the dialect has one. */
void csv_begin(struct csv_out *c);
void csv_text(struct csv_out *c, struct slice text);
void csv_double(struct csv_out *c, double number);
void csv_int(struct csv_out *c, int64_t number);
void csv_decimal(struct csv_out *c, struct slice number); /**< a plain decimal: "-12.5" */
void csv_empty(struct csv_out *c);
void csv_end_row(struct csv_out *c);

/** The text that csv_text() wrote so: without the apostrophe in front. */
struct slice csv_unguarded(struct slice text);

/** A file that csv_out_on() wrote, in another form. Pure, any thread. */
void csv_recast(struct slice file, const struct csv_form *form, struct buf *to);
