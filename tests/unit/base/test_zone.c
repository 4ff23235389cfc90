/* Instants and dates from `TZ=... date -d` and PostgreSQL's `at time zone`. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/zone.h"

static struct zone *zone;

static void end(void)
{
	zone_free(zone);
}

TestSuite(zone, .fini = end);

static struct local_time there(const char *name, const char *instant)
{
	int64_t at;
	zone = zone_new(slice_of(name));
	cr_assert_not_null(zone, "%s", name);
	cr_assert(clock_parse(slice_of(instant), &at));
	return zone_local(zone, at);
}

static void expect_day(int32_t day, const char *date)
{
	int32_t expected;
	cr_assert(day_parse(slice_of(date), &expected));
	cr_expect_eq(day, expected, "%d is not %s", day, date);
}

Test(zone, summer_time_moves_the_clock)
{
	struct local_time t = there("Europe/Oslo", "2020-07-06T06:59:59Z");
	cr_expect_eq(t.minute, 8 * 60 + 59);
	cr_expect_eq(t.weekday, 1);
	expect_day(t.day, "2020-07-06");
}

Test(zone, winter_time_is_one_hour)
{
	cr_expect_eq(there("Europe/Oslo", "2020-01-06T08:00:00Z").minute, 9 * 60);
}

Test(zone, the_hour_that_comes_twice_is_told_apart_by_its_instant)
{
	cr_expect_eq(there("Europe/Oslo", "2020-10-25T00:30:00Z").minute, 2 * 60 + 30);
	zone_free(zone);
	cr_expect_eq(there("Europe/Oslo", "2020-10-25T01:30:00Z").minute, 2 * 60 + 30);
}

Test(zone, the_date_there_may_be_the_next)
{
	struct local_time t = there("Asia/Seoul", "2021-12-31T15:00:00Z");
	expect_day(t.day, "2022-01-01");
	cr_expect_eq(t.minute, 0);
	cr_expect_eq(t.weekday, 6);
}

Test(zone, before_2000_days_are_negative)
{
	struct local_time t = there("UTC", "1999-12-31T23:59:59.999999Z");
	cr_expect_eq(t.day, -1);
	cr_expect_eq(t.minute, 24 * 60 - 1);
	cr_expect_eq(t.weekday, 5);
}

Test(zone, rules_go_on_after_the_last_known_change)
{
	cr_expect_eq(there("Europe/Oslo", "2150-07-01T10:00:00Z").minute, 12 * 60);
}

Test(zone, names_the_database_does_not_have_are_none)
{
	static const char *const wrong[] = {
		"", "Europe/Atlantis", "/etc/localtime", "../UTC", "+02:00", "02", "europe oslo"};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		cr_expect_null(zone_new(slice_of(wrong[i])), "%s", wrong[i]);
}

Test(zone, a_date_is_printed_as_it_is_read)
{
	static const char *const dates[] = {"1999-12-31", "2000-01-01", "2020-02-29"};
	for (size_t i = 0; i < COUNT_OF(dates); i++) {
		struct buf text;
		int32_t day;
		buf_init(&text, 32);
		cr_assert(day_parse(slice_of(dates[i]), &day));
		day_print(&text, day);
		cr_expect(slice_is(buf_slice(&text), dates[i]));
		buf_fini(&text);
	}
}

Test(zone, what_is_no_date_is_refused)
{
	static const char *const wrong[] = {"2021-02-29", "2021-2-9", "2021-02-09 ", "20210209"};
	int32_t day;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		cr_expect_not(day_parse(slice_of(wrong[i]), &day), "%s", wrong[i]);
}

/* `python3 -c` with zoneinfo: fold=0 and fold=1 of the time, and whether it comes back. */
static int instants(const char *name, const char *shown, const char *first)
{
	int64_t at, found, expected;
	zone_free(zone);
	zone = zone_new(slice_of(name));
	cr_assert(clock_parse(slice_of(shown), &at));
	int count = zone_instants(zone, at, &found);
	cr_assert(clock_parse(slice_of(first), &expected));
	if (count > 0)
		cr_expect_eq(found, expected, "%s in %s", shown, name);
	return count;
}

Test(zone, a_time_shown_once_is_one_instant)
{
	cr_expect_eq(instants("Europe/Oslo", "2026-05-04T10:15:00Z", "2026-05-04T08:15:00Z"), 1);
	cr_expect_eq(instants("Asia/Seoul", "2026-05-04T00:15:00Z", "2026-05-03T15:15:00Z"), 1);
	cr_expect_eq(instants("America/New_York", "2026-03-08T01:59:59Z", "2026-03-08T06:59:59Z"),
		     1);
	cr_expect_eq(instants("UTC", "2026-05-04T10:15:00Z", "2026-05-04T10:15:00Z"), 1);
}

Test(zone, a_time_in_the_hour_that_autumn_repeats_is_two_instants)
{
	cr_expect_eq(instants("Europe/Oslo", "2026-10-25T02:00:00Z", "2026-10-25T00:00:00Z"), 2);
	cr_expect_eq(instants("America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"),
		     2);
}

Test(zone, a_time_that_spring_leaves_out_is_none)
{
	cr_expect_eq(instants("Europe/Oslo", "2026-03-29T02:00:00Z", "2026-03-29T02:00:00Z"), 0);
	cr_expect_eq(instants("Europe/Oslo", "2026-03-29T02:59:59Z", "2026-03-29T02:00:00Z"), 0);
}
