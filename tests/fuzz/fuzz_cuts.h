/** The property every decoder is fuzzed for. */
#pragma once

#include "unit/decode/transcript.h"

/** The first byte of the input says in which parts the rest is fed: told whole and told in
 * parts must be the same, in bounded memory. Gives the whole transcript to the caller. */
struct transcript must_be_told_alike(enum decode_format format, const uint8_t *data, size_t size);
