/** What a conversation says, as text: the same however its bytes are cut. */
#pragma once

#include "channel/fastagi.h"

/** Feeds `bytes` in pieces of piece(arg) bytes (0: whole) and writes a line for each thing said; a
 * command goes out before each line "S:", which is taken away, as recordings have them. */
void fastagi_told(struct slice bytes, size_t (*piece)(void *arg), void *arg, struct buf *to);
