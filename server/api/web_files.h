/** What browsers load beside the pages: the style, the widget's scripts. Part of the program.
 *
 * Addresses given out name the content, so that a browser keeps it for good and a new program's
 * pages get the new one; the widget's, which stands in the pages of others, is asked for again.
 */
#pragma once

#include "http/exchange.h"

enum web_file { WEB_STYLE, WEB_FRAME, WEB_WIDGET, WEB_FILE_COUNT };

extern const struct handler web_style_get, web_frame_get, web_widget_get;

/** "survey.css?v=0123456789abcdef" behind `before`; NULL: over the arena's limit. */
const char *web_file_address(enum web_file file, const char *before, struct arena *arena);
