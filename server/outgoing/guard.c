#include "outgoing/guard.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "base/must.h"

/** A block of addresses: the first `bits` of `prefix`. */
struct block4 {
	uint32_t prefix;
	int bits;
	enum guard_zone zone;
};

/* clang-format off */
static const struct block4 blocks4[] = {
	{0x0a000000,  8, GUARD_PRIVATE}, /* 10/8 */
	{0x64400000, 10, GUARD_PRIVATE}, /* 100.64/10: shared by customers of a provider */
	{0x7f000000,  8, GUARD_PRIVATE}, /* 127/8: loopback */
	{0xac100000, 12, GUARD_PRIVATE}, /* 172.16/12 */
	{0xc0a80000, 16, GUARD_PRIVATE}, /* 192.168/16 */
	{0x00000000,  8, GUARD_NOWHERE}, /* this network; 0.0.0.0 is this machine */
	{0xa9fe0000, 16, GUARD_NOWHERE}, /* 169.254/16: link-local, metadata of clouds */
	{0xc0000000, 24, GUARD_NOWHERE}, /* 192.0.0/24: protocol assignments */
	{0xc0000200, 24, GUARD_NOWHERE}, /* 192.0.2/24: documentation */
	{0xc0586300, 24, GUARD_NOWHERE}, /* 192.88.99/24: 6to4 relays */
	{0xc6120000, 15, GUARD_NOWHERE}, /* 198.18/15: benchmarks */
	{0xc6336400, 24, GUARD_NOWHERE}, /* 198.51.100/24: documentation */
	{0xcb007100, 24, GUARD_NOWHERE}, /* 203.0.113/24: documentation */
	{0xe0000000,  3, GUARD_NOWHERE}, /* 224/4 multicast, 240/4 reserved, broadcast */
};

struct block6 {
	unsigned char prefix[16];
	int bits;
	enum guard_zone zone;
};

/** What is public lies in 2000::/3 alone; the rest of the table is what is not public there, and
 * what is private elsewhere. */
static const struct block6 blocks6[] = {
	{{[15] = 1},                128, GUARD_PRIVATE}, /* ::1 */
	{{0xfc},                      7, GUARD_PRIVATE}, /* fc00::/7: unique local */
	{{0x20, 0x01, 0x00},         23, GUARD_NOWHERE}, /* 2001::/23: Teredo and assignments */
	{{0x20, 0x01, 0x0d, 0xb8},   32, GUARD_NOWHERE}, /* 2001:db8::/32: documentation */
	{{0x20, 0x02},               16, GUARD_NOWHERE}, /* 2002::/16: 6to4 holds any IPv4 */
	{{0x3f, 0xff, 0x00},         20, GUARD_NOWHERE}, /* 3fff::/20: documentation */
	{{0x20},                      3, GUARD_PUBLIC},
};
/* clang-format on */

static enum guard_zone zone4(uint32_t address)
{
	for (size_t i = 0; i < COUNT_OF(blocks4); i++)
		if ((address ^ blocks4[i].prefix) >> (32 - blocks4[i].bits) == 0)
			return blocks4[i].zone;
	return GUARD_PUBLIC;
}

static bool starts_with(const unsigned char *address, const unsigned char *prefix, int bits)
{
	int whole = bits / 8, rest = bits % 8;
	if (memcmp(address, prefix, (size_t)whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static enum guard_zone zone6(const unsigned char *address)
{
	for (size_t i = 0; i < COUNT_OF(blocks6); i++)
		if (starts_with(address, blocks6[i].prefix, blocks6[i].bits))
			return blocks6[i].zone;
	return GUARD_NOWHERE;
}

enum guard_zone guard_zone_of(const struct sockaddr *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	switch (address->sa_family) {
	case AF_INET:
		memcpy(&in, address, sizeof(in));
		return zone4(ntohl(in.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&in6, address, sizeof(in6));
		return zone6(in6.sin6_addr.s6_addr);
	default:
		return GUARD_NOWHERE;
	}
}

bool guard_allows(const struct sockaddr *address, bool private_too)
{
	enum guard_zone zone = guard_zone_of(address);
	return zone == GUARD_PUBLIC || (zone == GUARD_PRIVATE && private_too);
}
