/** Text on its way into a page: the one place where it is made harmless. */
#pragma once

#include "base/buf.h"

/** As an element's text, or as an attribute's value within either kind of quotes. Of what is not
 * UTF-8, each byte above ASCII becomes '?'; control bytes but tab and line ends become blanks. */
void html_text(struct buf *to, struct slice text);
/** ` name="value"`. */
void html_attribute(struct buf *to, const char *name, struct slice value);
