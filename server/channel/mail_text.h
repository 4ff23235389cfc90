/** The bytes of a text, in whatever encoding its mail says, as UTF-8.
 *
 * What is declared is believed where we know it (decode/encoding.h), but for text that is UTF-8
 * and said to be something of one byte a character; what is not declared, or not known, is found
 * out. Bytes that mean nothing become U+FFFD; control bytes but tab and line end are left out.
 */
#pragma once

#include "base/arena.h"

/** `label` empty: none. `at` NULL: the arena is too small. */
struct slice mail_text_utf8(struct slice bytes, struct slice label, struct arena *arena) NODISCARD;
