/** A character as its bytes. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { UTF8_BYTES = 4 };

/** Writes 1 to UTF8_BYTES bytes, says how many. `code` is a character: no surrogate, at most
 * 0x10FFFF, which is the caller's to know. */
size_t utf8_write(char to[UTF8_BYTES], uint32_t code);
