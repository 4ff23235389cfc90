/** How often each address did something lately: what stands between a public page and a flood.
 *
 * A place an address, found by its hash; where two addresses share a place the one that came last
 * has it and counts from nothing. So a flood may be let through, and nobody is shut out for
 * another one's doing, but for who shares an address with him.
 * Of IPv6 the first 64 bits are the address; a port is none of it.
 * Limits: VISITORS places, 24 bytes each. Not shared among servers.
 */
#pragma once

#include "http/exchange.h"

enum { VISITORS = 4096, VISITORS_MINUTE_MS = 60000 };

struct visitors;

struct visitors *visitors_new(unsigned most_a_minute);
void visitors_free(struct visitors *v);
/** It did so once more. */
void visitors_note(struct visitors *v, struct slice address, uint64_t now_ms);
/** It did so as often as it may, and must wait for the next minute. */
bool visitors_tired(const struct visitors *v, struct slice address, uint64_t now_ms);

/** Who asks: the other end of the connection or, where that is this machine or a private network,
 * which a proxy is, the last address of X-Forwarded-For. */
struct slice visitor_address(const struct exchange *x);
bool visitor_is_near(struct slice address);
