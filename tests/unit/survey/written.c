/* Numbers and instants as spreadsheets write them. Instants from `TZ=Europe/Oslo date -d ... +%s`
 * and Python's zoneinfo. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "given.h"
#include "survey/written.h"

static struct arena arena;
static struct csv_reading reading;
static struct zone *oslo;

static void arrange(void)
{
	arena_init(&arena, 1 << 16);
	oslo = zone_new(SLICE("Europe/Oslo"));
	reading = (struct csv_reading){0};
}

static void clear(void)
{
	zone_free(oslo);
	arena_fini(&arena);
}

TestSuite(written, .init = arrange, .fini = clear);

static enum written number(const char *text, const char *plain)
{
	struct slice made = slice_of(text);
	enum written read = written_number(&reading, 3, slice_of(text), &arena, &made);
	cr_expect(slice_is(made, plain), "%s is %.*s", text, SLICE_ARGS(made));
	return read;
}

Test(written, a_decimal_comma_is_a_point_and_last_zeros_go)
{
	cr_expect_eq(number("82,50", "82.5"), WRITTEN_READ);
	cr_expect_eq(number("4,0", "4"), WRITTEN_READ);
	cr_expect_eq(number("-0,125", "-0.125"), WRITTEN_READ);
	cr_expect_eq(reading.decimal, ',');
	cr_expect_eq(reading.decimal_row, 3);
}

Test(written, typesetters_write_a_minus_and_blanks_between_thousands)
{
	cr_expect_eq(number("\xE2\x88\x92"
			    "1\xC2\xA0"
			    "234,56",
			    "-1234.56"),
		     WRITTEN_READ);
	cr_expect_eq(number("12\xE2\x80\xAF"
			    "345",
			    "12345"),
		     WRITTEN_READ);
	cr_expect_eq(number("\xE2\x88\x92"
			    "42",
			    "-42"),
		     WRITTEN_READ);
}

Test(written, the_other_mark_is_refused)
{
	cr_expect_eq(number("1,5", "1.5"), WRITTEN_READ);
	cr_expect_eq(number("1.5", "1.5"), WRITTEN_OTHER_MARK);
	cr_expect_eq(number("2.0", "2.0"), WRITTEN_OTHER_MARK);
	cr_expect_eq(number("2,5", "2.5"), WRITTEN_READ);
}

Test(written, three_decimals_may_be_thousands_until_the_mark_is_known)
{
	cr_expect_eq(number("1.500", "1.500"), WRITTEN_THOUSAND);
	cr_expect_eq(number("0.125", "0.125"), WRITTEN_READ);
	cr_expect_eq(number("1.500", "1.5"), WRITTEN_READ);
}

Test(written, what_is_no_number_stays_as_it_is)
{
	static const char *const texts[] = {"",
					    "12",
					    "-3",
					    "NA",
					    "1E5",
					    "1,5,0",
					    "1.",
					    ",5",
					    "1,5 %",
					    "+1",
					    " 1",
					    "0x1F",
					    "--1",
					    "1 234",
					    "1\xC2\xA0"
					    "23",
					    "1234\xC2\xA0"
					    "567",
					    "-",
					    "\xE2\x88\x92"};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		cr_expect_eq(number(texts[i], texts[i]), WRITTEN_AS_IS, "%s", texts[i]);
	cr_expect_eq(reading.decimal, 0);
}

static void is_instant(const char *text, const char *expected)
{
	int64_t instant, wanted;
	cr_assert_eq(written_instant(&reading, oslo, slice_of(text), &instant), WRITTEN_READ, "%s",
		     text);
	cr_assert(clock_parse(slice_of(expected), &wanted));
	cr_expect_eq(instant, wanted, "%s is not %s", text, expected);
}

static enum written no_instant(const char *text)
{
	int64_t instant;
	return written_instant(&reading, oslo, slice_of(text), &instant);
}

Test(written, dates_that_every_country_reads_alike_are_local_times)
{
	is_instant("04.05.2026 10:15", "2026-05-04T08:15:00Z");
	is_instant("4.1.2026 9:05:07", "2026-01-04T08:05:07Z");
	is_instant("2026-05-04 10:15", "2026-05-04T08:15:00Z");
	is_instant("2026-05-04T10:15:30", "2026-05-04T08:15:30Z");
	is_instant("2026-05-04 10:15:30.25", "2026-05-04T08:15:30.250000Z");
	is_instant("04.05.2026 10:15:30.123456", "2026-05-04T08:15:30.123456Z");
	cr_expect_eq(no_instant("2026-05-04 10:15:30."), WRITTEN_AS_IS);
	cr_expect_eq(no_instant("2026-05-04 10:15:30.1234567"), WRITTEN_AS_IS);
	is_instant("2026/5/4 10:15", "2026-05-04T08:15:00Z");
	is_instant("2026. 5. 4. \xEC\x98\xA4\xED\x9B\x84 3:07", "2026-05-04T13:07:00Z");
	is_instant("2026. 5. 4. 15:07", "2026-05-04T13:07:00Z");
}

Test(written, slashes_need_an_order)
{
	cr_expect_eq(no_instant("04/05/2026 10:15"), WRITTEN_NO_ORDER);
	is_instant("13/05/2026 10:15", "2026-05-13T08:15:00Z");
	is_instant("5/13/2026 10:15", "2026-05-13T08:15:00Z");
	is_instant("5/5/2026 10:15", "2026-05-05T08:15:00Z");
	reading.dates = DATES_DAY_FIRST;
	is_instant("04/05/2026 10:15", "2026-05-04T08:15:00Z");
	is_instant("04-05-2026 10:15", "2026-05-04T08:15:00Z");
	cr_expect_eq(no_instant("5/13/2026 10:15"), WRITTEN_AS_IS);
	reading.dates = DATES_MONTH_FIRST;
	is_instant("04/05/2026 10:15", "2026-04-05T08:15:00Z");
}

Test(written, halves_of_the_day)
{
	reading.dates = DATES_MONTH_FIRST;
	is_instant("5/4/2026 12:00 AM", "2026-05-03T22:00:00Z");
	is_instant("5/4/2026 12:00 PM", "2026-05-04T10:00:00Z");
	is_instant("5/4/2026 3:07:08 pm", "2026-05-04T13:07:08Z");
	cr_expect_eq(no_instant("5/4/2026 13:07 PM"), WRITTEN_AS_IS);
	cr_expect_eq(no_instant("5/4/2026 0:07 AM"), WRITTEN_AS_IS);
}

Test(written, no_clock_shows_the_hour_spring_leaves_out)
{
	cr_expect_eq(no_instant("29.03.2026 02:30"), WRITTEN_HOUR_LEFT_OUT);
	is_instant("29.03.2026 01:59", "2026-03-29T00:59:00Z");
	is_instant("29.03.2026 03:00", "2026-03-29T01:00:00Z");
}

Test(written, an_hour_that_comes_twice_says_nothing)
{
	cr_expect_eq(no_instant("25.10.2026 02:30"), WRITTEN_HOUR_TWICE);
	is_instant("25.10.2026 01:59", "2026-10-24T23:59:00Z");
	is_instant("25.10.2026 03:00", "2026-10-25T02:00:00Z");
}

Test(written, without_a_time_zone_a_local_time_means_nothing)
{
	int64_t instant;
	cr_expect_eq(written_instant(&reading, NULL, SLICE("04.05.2026 10:15"), &instant),
		     WRITTEN_NO_ZONE);
}

Test(written, what_is_no_local_time_is_none)
{
	static const char *const texts[] = {"",
					    "04.05.2026",
					    "31.02.2026 10:15",
					    "04.13.2026 10:15",
					    "04.05.26 10:15",
					    "04.05.2026 24:00",
					    "04.05.2026 10:60",
					    "04.05.2026 10",
					    "04.05.2026 10:15 x",
					    "04.05.2026  ",
					    "4/5-2026 10:15",
					    "2026-05-04 10:15+2",
					    "46146.43",
					    "yesterday 10:15",
					    "0.0.0000 10:15",
					    "2026. 5 10:15"};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		cr_expect_eq(no_instant(texts[i]), WRITTEN_AS_IS, "%s", texts[i]);
}
