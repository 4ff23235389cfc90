/** Digests as they stand in headers: hexadecimal in lower case, base64 of RFC 4648.
 *
 * Strict: one text for one digest, so that a text with a bit changed is never the same digest.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum digest_encoding { DIGEST_HEX, DIGEST_BASE64 };

/** Bytes written to `to`, at most `room`; false: not in that encoding, or longer than that. */
bool digest_decode(enum digest_encoding encoding, struct slice text, unsigned char *to, size_t room,
		   size_t *len);
/** `to` has room for 2 * len characters; no NUL. */
void digest_print_hex(const unsigned char *digest, size_t len, char *to);
