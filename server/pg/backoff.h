/** How long to wait before trying again: doubling, with jitter.
 *
 * Units: milliseconds. Randomness is passed in, so tests own it.
 */
#pragma once

#include <stdint.h>

/** 64 random bits; arg is the owner's. */
struct pg_random {
	uint64_t (*next)(void *arg);
	void *arg;
};

struct pg_backoff {
	uint32_t first_ms, most_ms;
	uint32_t attempts; /**< failures in a row */
};

/** The wait after one more failure: evenly from half of to the whole of
 * min(most, first * 2^failures), at least 1. */
uint32_t pg_backoff_next(struct pg_backoff *b, struct pg_random random);
void pg_backoff_reset(struct pg_backoff *b);
