/** A CSV file as spreadsheets open it safely: RFC 4180, CRLF, text that cannot start a formula.
 *
 * Text that starts with = + - @ TAB or CR gets an apostrophe in front and quotes round
 * it. Numbers are written plain, with all their digits; undefined is empty.
 */
#pragma once

#include "base/buf.h"

struct csv_out {
	struct buf *to;
	bool first; /**< no comma before the next cell */
};

struct csv_out csv_out_on(struct buf *to);
void csv_text(struct csv_out *c, struct slice text);
void csv_double(struct csv_out *c, double number);
void csv_int(struct csv_out *c, int64_t number);
void csv_empty(struct csv_out *c);
void csv_end_row(struct csv_out *c);
