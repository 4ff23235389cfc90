#include "api/visitors.h"

#include <arpa/inet.h>

#include "base/hash.h"

enum { NETWORK_BYTES = 8 };

struct place {
	uint64_t address; /* hashed */
	uint64_t since_ms;
	unsigned count;
};

struct visitors {
	unsigned most;
	struct place places[VISITORS];
};

struct visitors *visitors_new(unsigned most_a_minute)
{
	struct visitors *v = memory_new(sizeof(*v));
	v->most = most_a_minute;
	return v;
}

void visitors_free(struct visitors *v)
{
	memory_free(v);
}

static bool is_of_now(const struct place *p, uint64_t address, uint64_t now_ms)
{
	return p->address == address && now_ms - p->since_ms < VISITORS_MINUTE_MS;
}

/** "[2001:db8::1]:443" and "192.0.2.1:443" without brackets and port, which is another one with
 * each connection. */
static struct slice without_port(struct slice address)
{
	const char *end = address.at + address.len, *colon;
	if (address.len > 0 && address.at[0] == '[') {
		const char *closed = memchr(address.at, ']', address.len);
		end = closed != NULL ? closed : end;
		return (struct slice){address.at + 1, (size_t)(end - address.at - 1)};
	}
	colon = address.len > 0 ? memchr(address.at, ':', address.len) : NULL;
	if (colon != NULL && memchr(colon + 1, ':', (size_t)(end - colon - 1)) == NULL)
		address.len = (size_t)(colon - address.at);
	return address;
}

/** Whoever has an address of IPv6 has all of its network, of 64 bits. */
static uint64_t hash_of(struct slice address)
{
	char text[INET6_ADDRSTRLEN] = {0};
	struct in6_addr six;
	struct slice host = without_port(address);
	if (host.len < sizeof(text))
		memcpy(text, host.at, host.len);
	if (inet_pton(AF_INET6, text, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
		host = (struct slice){(const char *)&six, NETWORK_BYTES};
	return hash_bytes(host);
}

void visitors_note(struct visitors *v, struct slice address, uint64_t now_ms)
{
	uint64_t hash = hash_of(address);
	struct place *p = &v->places[hash % VISITORS];
	if (!is_of_now(p, hash, now_ms))
		*p = (struct place){.address = hash, .since_ms = now_ms};
	if (p->count < v->most)
		p->count++;
}

bool visitors_tired(const struct visitors *v, struct slice address, uint64_t now_ms)
{
	uint64_t hash = hash_of(address);
	const struct place *p = &v->places[hash % VISITORS];
	return is_of_now(p, hash, now_ms) && p->count >= v->most;
}

/** 172.16.0.0 to 172.31.255.255. */
static bool is_172_private(struct slice address)
{
	struct slice rest = address, part;
	int64_t second;
	return slice_next_part(&rest, '.', &part) && slice_is(part, "172") &&
	       slice_next_part(&rest, '.', &part) && slice_to_int64(part, &second) &&
	       second >= 16 && second <= 31;
}

bool visitor_is_near(struct slice address)
{
	static const struct slice near[] = {SLICE("127."),     SLICE("10."), SLICE("192.168."),
					    SLICE("169.254."), SLICE("fc"),  SLICE("fd"),
					    SLICE("fe80:")};
	if (slice_starts_with(address, SLICE("::ffff:")))
		address = slice_from(address, sizeof("::ffff:") - 1);
	for (size_t i = 0; i < COUNT_OF(near); i++)
		if (slice_starts_with(address, near[i]))
			return true;
	return slice_is(address, "::1") || is_172_private(address);
}

struct slice visitor_address(const struct exchange *x)
{
	struct slice peer = slice_of(exchange_peer(x)), name, value, part, last = SLICE_NONE;
	if (!visitor_is_near(peer))
		return peer;
	/* A proxy adds to what it was sent, or a field of its own behind it. */
	for (unsigned i = 0; exchange_header_at(x, i, &name, &value); i++)
		while (slice_equal_ignoring_case(name, SLICE("x-forwarded-for")) &&
		       slice_next_part(&value, ',', &part))
			last = slice_trim(part);
	return last.len > 0 ? last : peer;
}
