/** What a parser makes of some bytes, as a line of text: "H GET / 0;E;R 400 malformed_request;". */
#pragma once

#include "base/buf.h"

/** Fed `piece` bytes at a time; 0: all at once. Stops where a connection would. */
void events_of(struct slice bytes, size_t piece, struct buf *events);
