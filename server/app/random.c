#include "app/random.h"

#include <openssl/rand.h>

#include "base/clock.h"

static uint64_t next(void *arg)
{
	uint64_t bits;
	(void)arg;
	/* Jitter, nothing more: the clock is good enough where the system gives no bytes. */
	if (RAND_bytes((unsigned char *)&bits, sizeof(bits)) != 1)
		bits = clock_monotonic_us();
	return bits;
}

struct pg_random random_source(void)
{
	return (struct pg_random){.next = next};
}
