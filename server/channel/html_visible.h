/** The text of an HTML mail, line by line, for reading what somebody wrote in it.
 *
 * No browser: tags end words and lines, what is not shown (style, script, head, comments) is left
 * out, and what stands in a blockquote gets "> " before its lines, as in a plain mail.
 * Promise: linear in the input, any bytes. Limits: of the buf.
 */
#pragma once

#include "base/buf.h"

/** `html` is UTF-8. */
void html_visible(struct slice html, struct buf *text);
