#include "inbox/database_clock.h"

#include "base/clock.h"
#include "base/log.h"

#define JUMP_US ((int64_t)5 * 60 * 1000000)
#define LATE_US 1000000

int64_t database_clock_says(const struct database_clock *c)
{
	if (c->instant == CLOCK_NO_INSTANT)
		return CLOCK_NO_INSTANT;
	return c->instant + (int64_t)(clock_monotonic_us() - c->looked_us);
}

void database_clock_told(struct database_clock *c, int64_t instant, uint64_t asked_us)
{
	int64_t expected = database_clock_says(c);
	int64_t jump = expected == CLOCK_NO_INSTANT ? 0 : instant - expected;
	if (jump < 0 && clock_monotonic_us() - asked_us > LATE_US)
		return;
	if (jump > JUMP_US || jump < -JUMP_US)
		log_error("inbox.clock_jumped", LOG_NUMBER("seconds", jump / 1000000));
	*c = (struct database_clock){instant, clock_monotonic_us()};
}
