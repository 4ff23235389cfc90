#include <criterion/criterion.h>

#include "base/clock.h"

static int64_t parsed(const char *text)
{
	int64_t instant = 0;
	cr_assert(clock_parse(slice_of(text), &instant), "%s", text);
	return instant;
}

/* Seconds from `date -u -d TEXT +%s`, less 946684800. */
Test(clock, an_instant_is_microseconds_since_2000_in_utc)
{
	cr_assert_eq(parsed("2000-01-01T00:00:00Z"), 0);
	cr_assert_eq(parsed("2020-05-04T10:15:00+02:00"), INT64_C(641895300) * 1000000);
	cr_assert_eq(parsed("1999-12-31 23:59:59.5Z"), -500000);
	cr_assert_eq(parsed("2020-02-29T12:00:00.123456-05:30"),
		     INT64_C(636312600) * 1000000 + 123456);
}

Test(clock, what_is_not_an_instant_is_refused)
{
	const char *no[] = {"now",
			    "2020-05-04",
			    "2020-05-04T10:15:00",
			    "2021-02-29T00:00:00Z",
			    "2020-13-01T00:00:00Z",
			    "2020-00-10T00:00:00Z",
			    "2020-05-04T24:00:00Z",
			    "2020-05-04T10:15:60Z",
			    "2020-05-04T10:15:00+2:00",
			    "2020-05-04T10:15:00+24:00",
			    "2020-05-04T10:15:00.Z",
			    "2020-05-04T10:15:00Zx",
			    "1899-12-31T00:00:00Z",
			    "2020-5-04T10:15:00Z0"};
	int64_t instant;
	for (size_t i = 0; i < COUNT_OF(no); i++)
		cr_assert_not(clock_parse(slice_of(no[i]), &instant), "%s", no[i]);
}

Test(clock, printing_and_parsing_meet_on_every_day_of_three_centuries)
{
	int64_t day = INT64_C(86400000000);
	for (int64_t d = -36524; d < 73000; d++) {
		struct buf b;
		int64_t instant = d * day + 3723000456;
		buf_init(&b, 64);
		clock_print(&b, instant);
		buf_add_byte(&b, '\0');
		cr_assert_eq(parsed(b.at), instant, "%s", b.at);
		buf_fini(&b);
	}
}

Test(clock, a_test_may_stand_still_in_time)
{
	int64_t then = 42;
	clock_pretend(&then);
	cr_assert_eq(clock_now(), 42);
	clock_pretend(NULL);
	cr_assert(clock_now() > 0);
}
