/** What a whole head says about the body behind it, and which path it asks for.
 *
 * Refuses what two readers could understand differently: Content-Length with
 * Transfer-Encoding, either of them twice, any coding but exactly "chunked", any
 * coding in HTTP/1.0, no Host or two, a target that names another host.
 *
 * Lifetime: the slices point into the guard's head.
 * Source: RFC 9112 sections 3.2 and 6.3.
 */
#pragma once

#include "http/guard.h"

struct framing {
	int64_t content_length; /**< -1: chunked */
	bool has_length;	/**< a Content-Length field was there */
	bool expects_continue;
	struct slice path, query; /**< of the target, as sent; query without '?' */
};

/** False: g->refusal says why. */
bool framing_read(struct guard *g, struct framing *f);
