/** Repr-Digest: sha-256=:<base64>: (RFC 9530), what a client says of the body it sends. */
#pragma once

#include "http/exchange.h"

enum { DIGEST_HEADER_BYTES = 32 };

/** False where there is none. Other algorithms are passed over. */
bool digest_header_read(const struct exchange *x, unsigned char digest[DIGEST_HEADER_BYTES]);
