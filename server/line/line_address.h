/** Where a line protocol listens: "127.0.0.1:4573", "[::1]:4573", "localhost:4573". */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum { LINE_HOST_BYTES = 64 };

struct line_address {
	char host[LINE_HOST_BYTES];
	unsigned port; /**< 0: the kernel chooses */
};

enum status line_address_read(struct slice text, struct line_address *address,
			      struct trouble *why) NODISCARD;
/** Of this machine, or of a network that is nobody else's: RFC 1918, 3927, 4193, 4291. */
bool line_address_is_private(const struct line_address *address);
