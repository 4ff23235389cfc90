#include "api/visitors.h"

#include "base/hash.h"

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

void visitors_note(struct visitors *v, struct slice address, uint64_t now_ms)
{
	uint64_t hash = hash_bytes(address);
	struct place *p = &v->places[hash % VISITORS];
	if (!is_of_now(p, hash, now_ms))
		*p = (struct place){.address = hash, .since_ms = now_ms};
	if (p->count < v->most)
		p->count++;
}

bool visitors_tired(const struct visitors *v, struct slice address, uint64_t now_ms)
{
	uint64_t hash = hash_bytes(address);
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
	struct slice peer = slice_of(exchange_peer(x)), part, last = SLICE_NONE;
	struct slice forwarded = exchange_header(x, "x-forwarded-for");
	if (!visitor_is_near(peer))
		return peer;
	while (slice_next_part(&forwarded, ',', &part))
		last = slice_trim(part);
	return last.len > 0 ? last : peer;
}
