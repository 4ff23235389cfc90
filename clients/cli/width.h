/** Text from a server, made safe for a terminal and measured in its columns.
 *
 * Promise: what text_add_safe() writes holds no control character, no bidirectional
 * override, no line separator and no invalid UTF-8: each is replaced by U+FFFD, or
 * by "?" where only ASCII is wanted. A name can therefore not move the cursor,
 * colour the screen, or forge a second line.
 * Units: widths are terminal columns (Hangul 2, combining marks 0).
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

enum text_set { TEXT_UTF8, TEXT_ASCII };
enum text_side { TEXT_LEFT, TEXT_RIGHT };

void text_add_safe(struct buf *to, struct slice text, enum text_set set);

/** Columns of safe text; a byte that is not UTF-8 counts as one. */
size_t text_width(struct slice text);

/** Exactly `width` columns: padded at the other side, or cut with an ellipsis
 * ("..." in ASCII) at a character's border, never between a letter and its marks. */
void text_add_cell(struct buf *to, struct slice text, size_t width, enum text_side side,
		   enum text_set set);

void text_add_spaces(struct buf *to, size_t count);
bool text_is_ascii(struct slice text);
