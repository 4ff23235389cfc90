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

/** A jump of more than five minutes since the last look is logged: what is compared with the time
 * of a signature, or of an embargo, is not to be believed then. */
void database_clock_told(struct database_clock *c, int64_t instant);
int64_t database_clock_says(const struct database_clock *c);
