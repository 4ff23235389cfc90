/** A time zone of the system's time zone database, and days.
 *
 * Lifetime: zone_new() to zone_free(); reading is safe from several threads.
 * Units: instants as in base/clock.h; days count from 2000-01-01 (a Saturday), day 0.
 * Errors: zone_new() gives NULL for a name the database does not have. "UTC" is always there.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define DAY_NONE INT32_MIN

struct zone;

struct zone *zone_new(struct slice name);
/** NULL is allowed. */
void zone_free(struct zone *zone);

/** What clocks and calendars there say at an instant. */
struct local_time {
	int32_t day; /**< date */
	int minute;  /**< of the day, 0..1439 */
	int weekday; /**< ISO: Monday = 1 .. Sunday = 7 */
};
struct local_time zone_local(const struct zone *zone, int64_t instant);

/** At how many instants clocks there show a date and time (`shown` is the instant at which UTC
 * shows it): 1; none in the hour that spring leaves out; 2 in the one that autumn repeats.
 * *instant is the first of them. */
int zone_instants(const struct zone *zone, int64_t shown, int64_t *instant);

/** "2020-04-09" and nothing else, a date that exists; false otherwise. */
bool day_parse(struct slice text, int32_t *day);
void day_print(struct buf *to, int32_t day);
int day_weekday(int32_t day); /**< ISO: Monday = 1 .. Sunday = 7 */
