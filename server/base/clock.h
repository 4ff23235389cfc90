/** The two clocks, behind one header so that tests own time.
 *
 * Instants are microseconds since 2000-01-01 00:00:00 UTC, PostgreSQL's epoch
 * and resolution; durations are milliseconds on the monotonic clock.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define CLOCK_NO_INSTANT INT64_MIN

int64_t clock_now(void);	   /**< wall clock, instant */
uint64_t clock_monotonic_ms(void); /**< never goes back */
uint64_t clock_monotonic_us(void);

/** From now on both clocks stand where a test puts them; NULL gives the real ones back. */
void clock_pretend(const int64_t *instant);

/** RFC 3339 with a zone ("2020-05-04T10:15:00+02:00", fractions to microseconds,
 * "T" or a space, "Z" or an offset). False on anything else, on dates that do
 * not exist and on years outside 1900..2199. A leap second (":60") is refused. */
bool clock_parse(struct slice text, int64_t *instant);
void clock_print(struct buf *to, int64_t instant); /**< "2020-05-04T08:15:00.000000Z" */
