#include "line/line_address.h"

#include <arpa/inet.h>

static bool split(struct slice text, struct slice *host, struct slice *port)
{
	size_t at = text.len;
	while (at > 0 && text.at[at - 1] != ':')
		at--;
	if (at < 2)
		return false;
	*host = (struct slice){text.at, at - 1};
	*port = slice_from(text, at);
	if (host->at[0] != '[')
		return memchr(host->at, ':', host->len) == NULL;
	if (host->len < 3 || host->at[host->len - 1] != ']')
		return false;
	*host = (struct slice){host->at + 1, host->len - 2};
	return true;
}

static bool is_address(const char *host)
{
	struct in6_addr any;
	return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

enum status line_address_read(struct slice text, struct line_address *address, struct trouble *why)
{
	struct slice host, port;
	int64_t number;
	if (!split(text, &host, &port) || host.len >= LINE_HOST_BYTES ||
	    !slice_to_int64(port, &number) || number < 0 || number > 65535)
		return trouble(why, E_INPUT, "\"%.*s\" is not ADDRESS:PORT", SLICE_ARGS(text));
	if (slice_is(host, "localhost"))
		host = SLICE("127.0.0.1");
	memcpy(address->host, host.at, host.len);
	address->host[host.len] = '\0';
	address->port = (unsigned)number;
	if (!is_address(address->host))
		return trouble(why, E_INPUT, "\"%s\" is not an IP address", address->host);
	return OK;
}

static bool is_private_4(uint32_t ip)
{
	return ip >> 24 == 127 || ip >> 24 == 10 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8 ||
	       ip >> 16 == 0xa9fe;
}

bool line_address_is_private(const struct line_address *address)
{
	struct in_addr four;
	struct in6_addr six;
	if (inet_pton(AF_INET, address->host, &four) == 1)
		return is_private_4(ntohl(four.s_addr));
	if (inet_pton(AF_INET6, address->host, &six) != 1)
		return false;
	const uint8_t *b = six.s6_addr;
	if (IN6_IS_ADDR_V4MAPPED(&six))
		return is_private_4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
				    (uint32_t)b[14] << 8 | b[15]);
	return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_LINKLOCAL(&six) || (b[0] & 0xfe) == 0xfc;
}
