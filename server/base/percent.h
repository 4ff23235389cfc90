/** Percent-decoding of paths, queries and forms, once and strictly. */
#pragma once

#include "base/arena.h"

/** The input itself where there is nothing to decode. False on bad escapes, control bytes,
 * text that is not UTF-8, and over the arena's limit. */
bool percent_decode(struct arena *arena, struct slice in, bool plus_is_space, struct slice *out);
/** The same for any bytes: what a form holds may be lines, and in another charset. */
bool percent_decode_bytes(struct arena *arena, struct slice in, bool plus_is_space,
			  struct slice *out);
