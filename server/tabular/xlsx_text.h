/** The text of one cell or shared string, collected piece by piece.
 *
 * Blanks stay, whether or not xml:space="preserve" says so: gnumeric does not write it.
 * Limits: XLSX_TEXT_BYTES as written; a cell may hold 32767 characters, and what is more than
 * DECODE_FIELD_BYTES is cut to a text that is still too long for the decoder, which names the row.
 */
#pragma once

#include "base/buf.h"

enum { XLSX_TEXT_BYTES = 262144 };

struct xlsx_text {
	struct buf buf;
	bool has_escape; /**< there may be an _x000A_ */
};

void xlsx_text_init(struct xlsx_text *t);
void xlsx_text_fini(struct xlsx_text *t);
void xlsx_text_clear(struct xlsx_text *t);
void xlsx_text_add(struct xlsx_text *t, struct slice piece);
/** Once, when all of it is there: escapes undone. Valid until the next call. */
struct slice xlsx_text_whole(struct xlsx_text *t);
