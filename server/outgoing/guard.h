/** Which addresses a request of ours may reach.
 *
 * A firm says where its Chatwoot stands, so a firm could make this server knock at its neighbours.
 * Asked of the address that is about to be connected to, not of a name: what a name means may
 * change between two look-ups.
 * Source: IANA's special-purpose address registries (RFC 6890 and its updates), as of 2024.
 */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

enum guard_zone {
	GUARD_PUBLIC,
	GUARD_PRIVATE, /**< loopback, 10/8, 100.64/10, 172.16/12, 192.168/16, ::1, fc00::/7 */
	GUARD_NOWHERE  /**< link-local (cloud metadata too), multicast, documentation, mapped or
			* translated IPv4, 6to4, Teredo, reserved, no internet address at all */
};

enum guard_zone guard_zone_of(const struct sockaddr *address);
/** Public addresses; private ones where the operator has opened them; never the rest. */
bool guard_allows(const struct sockaddr *address, bool private_too);
