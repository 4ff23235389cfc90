#include "pg/backoff.h"

#include "base/must.h"

uint32_t pg_backoff_next(struct pg_backoff *b, struct pg_random random)
{
	must(b->first_ms > 0 && b->most_ms >= b->first_ms && random.next != NULL);
	uint64_t wait = b->first_ms;
	for (uint32_t i = 0; i < b->attempts && wait < b->most_ms; i++)
		wait *= 2;
	if (wait > b->most_ms)
		wait = b->most_ms;
	if (wait < b->most_ms)
		b->attempts++;
	uint64_t half = wait / 2;
	return (uint32_t)(wait - random.next(random.arg) % (half + 1));
}

void pg_backoff_reset(struct pg_backoff *b)
{
	b->attempts = 0;
}
