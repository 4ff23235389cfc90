/** The database's clock, carried on by our monotonic one between two looks at it.
 *
 * Units: instants (base/clock.h).
 */
#pragma once

#include <stdint.h>

struct database_clock {
	int64_t instant; /**< CLOCK_NO_INSTANT: never looked at */
	uint64_t looked_us;
};

/** What it was at some time since `asked_us` of our monotonic clock. An answer that took more than
 * a second does not put it back: it was held up, and payloads must not look older than those before
 * them. A jump of more than five minutes since the last look is logged: what is compared with the
 * time of a signature, or of an embargo, is not to be believed then. */
void database_clock_told(struct database_clock *c, int64_t instant, uint64_t asked_us);
int64_t database_clock_says(const struct database_clock *c);
