/** Fills a decode_fault with words that are safe to print, store and send. */
#pragma once

#include "decode/decoder.h"

/** `code` must be a literal. The texts are cut at a character; bytes that are not
 * UTF-8 and control characters show as '?'. */
void fault_fill(struct decode_fault *fault, uint64_t row, const char *code, struct slice column,
		struct slice value);
/** The same for a text of its own; room >= 1. */
void fault_copy(char *to, size_t room, struct slice from);
void fault_expect(struct decode_fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);
