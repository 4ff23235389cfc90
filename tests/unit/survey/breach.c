/* Breaches one contact shows by itself. Expected answers are from a calendar of 2020: Easter
 * Sunday was 12 April; Norway's clocks went forward on 29 March and back on 25 October. */
#include "survey/breach.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/must.h"

enum { PHONE, EMAIL, CHANNELS };

static int32_t holidays[16];
static struct channel_limit limits[CHANNELS];
static struct programme p;
static struct wave wave;
static struct zone *zone;

/** Weekdays 9 to 15 in Oslo, phone 5 minutes, e-mail 3 working days sent before 12:00. */
static void arrange(void)
{
	static const char *const days[] = {"2020-04-09", "2020-04-10", "2020-04-13", "2020-05-01"};
	for (size_t i = 0; i < COUNT_OF(days); i++)
		cr_assert(day_parse(slice_of(days[i]), &holidays[i]));
	p = (struct programme){.holidays = holidays, .holidays_len = COUNT_OF(days)};
	limits[PHONE] = (struct channel_limit){.wait_seconds = 300};
	limits[EMAIL] = (struct channel_limit){.working_days = 3, .sent_until_minute = 12 * 60};
	zone = zone_new(SLICE("Europe/Oslo"));
	wave = (struct wave){.zone = zone,
			     .hours = {true, 9 * 60, 15 * 60, 0x1F},
			     .fieldwork = {.limits = limits}};
	for (int b = 0; b < BREACH_COUNT; b++)
		wave.fieldwork.action[b] = BREACH_WARNS;
}

static void end(void)
{
	zone_free(zone);
}

TestSuite(breach, .init = arrange, .fini = end);

static int64_t instant(const char *text)
{
	int64_t at;
	cr_assert(clock_parse(slice_of(text), &at), "%s", text);
	return at;
}

static uint32_t breaches_at(int channel, const char *contacted_at)
{
	struct result r = {.channel = channel,
			   .contacted_at = instant(contacted_at),
			   .answered = true,
			   .wait_seconds = SECONDS_NONE};
	return breaches_of_result(&p, &wave, &r);
}

static uint32_t breaches_of_wait(int channel, const char *contacted_at, int64_t wait_seconds)
{
	struct result r = {.channel = channel,
			   .contacted_at = instant(contacted_at),
			   .answered = true,
			   .wait_seconds = (int)wait_seconds};
	return breaches_of_result(&p, &wave, &r);
}

/** An e-mail answered at an instant. */
static bool is_in_time(const char *sent, const char *answered)
{
	int64_t wait = (instant(answered) - instant(sent)) / 1000000;
	return (breaches_of_wait(EMAIL, sent, wait) & (1u << BREACH_OVER_LIMIT)) == 0;
}

#define OUTSIDE	   (1u << BREACH_OUTSIDE_HOURS)
#define LATE	   (1u << BREACH_SENT_LATE)
#define OVER_LIMIT (1u << BREACH_OVER_LIMIT)

Test(breach, hours_begin_with_their_first_minute_and_end_before_their_last)
{
	cr_expect_eq(breaches_at(PHONE, "2020-02-03T08:59:59.999999+01:00"), OUTSIDE);
	cr_expect_eq(breaches_at(PHONE, "2020-02-03T09:00:00+01:00"), 0);
	cr_expect_eq(breaches_at(PHONE, "2020-02-03T14:59:59+01:00"), 0);
	cr_expect_eq(breaches_at(PHONE, "2020-02-03T15:00:00+01:00"), OUTSIDE);
}

Test(breach, hours_are_those_of_the_waves_clock_in_summer_and_winter)
{
	cr_expect_eq(breaches_at(PHONE, "2020-03-27T08:00:00Z"), 0);	   /* Friday, 09:00 */
	cr_expect_eq(breaches_at(PHONE, "2020-03-27T07:59:00Z"), OUTSIDE); /* 08:59 */
	cr_expect_eq(breaches_at(PHONE, "2020-03-30T07:00:00Z"), 0);	   /* Monday, 09:00 */
	cr_expect_eq(breaches_at(PHONE, "2020-03-30T13:00:00Z"), OUTSIDE); /* 15:00 */
	cr_expect_eq(breaches_at(PHONE, "2020-10-26T13:59:00Z"), 0);	   /* Monday, 14:59 */
}

Test(breach, weekends_and_holidays_are_outside)
{
	cr_expect_eq(breaches_at(PHONE, "2020-02-01T10:00:00+01:00"), OUTSIDE); /* Saturday */
	cr_expect_eq(breaches_at(PHONE, "2020-02-02T10:00:00+01:00"), OUTSIDE);
	cr_expect_eq(breaches_at(PHONE, "2020-04-08T10:00:00+02:00"), 0);
	cr_expect_eq(breaches_at(PHONE, "2020-04-09T10:00:00+02:00"), OUTSIDE);
	cr_expect_eq(breaches_at(PHONE, "2020-04-13T10:00:00+02:00"), OUTSIDE);
	cr_expect_eq(breaches_at(PHONE, "2020-04-14T10:00:00+02:00"), 0);
}

Test(breach, a_holiday_is_a_date_there_and_not_in_greenwich)
{
	wave.hours = (struct contact_hours){true, 0, 24 * 60, 0x7F};
	cr_expect_eq(breaches_at(PHONE, "2020-04-30T21:59:59Z"), 0);
	cr_expect_eq(breaches_at(PHONE, "2020-04-30T22:00:00Z"), OUTSIDE); /* 1 May, 00:00 */
	cr_expect_eq(breaches_at(PHONE, "2020-05-01T21:59:59Z"), OUTSIDE);
	cr_expect_eq(breaches_at(PHONE, "2020-05-01T22:00:00Z"), 0);
}

Test(breach, a_result_that_does_not_say_when_is_never_outside_or_late)
{
	struct result r = {.channel = EMAIL,
			   .contacted_at = CLOCK_NO_INSTANT,
			   .answered = true,
			   .wait_seconds = WAIT_SECONDS_LIMIT};
	cr_expect_eq(breaches_of_result(&p, &wave, &r), 0);
}

Test(breach, a_wave_without_hours_has_none_outside_them)
{
	wave.hours = (struct contact_hours){0};
	cr_expect_eq(breaches_at(PHONE, "2020-04-12T03:00:00+02:00"), 0);
}

Test(breach, a_customer_is_one_only_where_the_result_says_so)
{
	struct result r = {.contacted_at = CLOCK_NO_INSTANT, .wait_seconds = SECONDS_NONE};
	cr_expect_eq(breaches_of_result(&p, &wave, &r), 0);
	r.customer = true;
	cr_expect_eq(breaches_of_result(&p, &wave, &r), 1u << BREACH_CUSTOMER);
}

Test(breach, an_answer_on_the_last_second_of_the_limit_is_in_time)
{
	cr_expect_eq(breaches_of_wait(PHONE, "2020-02-03T10:00:00+01:00", 300), 0);
	cr_expect_eq(breaches_of_wait(PHONE, "2020-02-03T10:00:00+01:00", 301), OVER_LIMIT);
}

Test(breach, who_was_not_answered_has_not_waited_too_long)
{
	struct result r = {.channel = PHONE,
			   .contacted_at = instant("2020-02-03T10:00:00+01:00"),
			   .wait_seconds = 3600};
	cr_expect_eq(breaches_of_result(&p, &wave, &r), 0);
}

Test(breach, a_channel_without_limit_and_an_answer_without_time_are_good)
{
	limits[PHONE] = (struct channel_limit){0};
	cr_expect_eq(breaches_of_wait(PHONE, "2020-02-03T10:00:00+01:00", 86400), 0);
	limits[PHONE] = (struct channel_limit){.wait_seconds = 1};
	cr_expect_eq(breaches_of_wait(PHONE, "2020-02-03T10:00:00+01:00", SECONDS_NONE), 0);
	wave.fieldwork.limits = NULL;
	cr_expect_eq(breaches_of_wait(PHONE, "2020-02-03T10:00:00+01:00", 86400), 0);
}

Test(breach, sent_on_monday_with_three_days_is_good_until_the_end_of_wednesday)
{
	cr_expect(is_in_time("2020-02-03T11:00:00+01:00", "2020-02-05T23:59:59+01:00"));
	cr_expect_not(is_in_time("2020-02-03T11:00:00+01:00", "2020-02-06T00:00:00+01:00"));
}

Test(breach, a_weekend_between_does_not_count)
{
	cr_expect(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-10T23:59:59+01:00"));
	cr_expect_not(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-11T00:00:00+01:00"));
}

Test(breach, sent_on_a_weekend_day_one_is_monday)
{
	cr_expect(is_in_time("2020-02-01T11:00:00+01:00", "2020-02-05T23:59:59+01:00"));
	cr_expect_not(is_in_time("2020-02-01T11:00:00+01:00", "2020-02-06T00:00:00+01:00"));
}

/** Wednesday before Easter is day 1; Thursday to Monday nobody works: Wednesday after is day 3. */
Test(breach, easter_does_not_count)
{
	cr_expect(is_in_time("2020-04-08T11:00:00+02:00", "2020-04-15T23:59:59+02:00"));
	cr_expect_not(is_in_time("2020-04-08T11:00:00+02:00", "2020-04-16T00:00:00+02:00"));
	cr_expect(is_in_time("2020-04-09T11:00:00+02:00", "2020-04-16T23:59:59+02:00"));
	cr_expect_not(is_in_time("2020-04-09T11:00:00+02:00", "2020-04-17T00:00:00+02:00"));
}

Test(breach, the_last_day_ends_by_the_clock_there_when_it_was_changed_between)
{
	cr_expect(is_in_time("2020-03-26T11:00:00+01:00", "2020-03-30T21:59:59Z"));
	cr_expect_not(is_in_time("2020-03-26T11:00:00+01:00", "2020-03-30T22:00:00Z"));
	cr_expect(is_in_time("2020-10-22T11:00:00+02:00", "2020-10-26T22:59:59Z"));
	cr_expect_not(is_in_time("2020-10-22T11:00:00+02:00", "2020-10-26T23:00:00Z"));
}

Test(breach, without_hours_working_days_are_monday_to_friday)
{
	wave.hours = (struct contact_hours){0};
	cr_expect(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-10T23:59:59+01:00"));
	cr_expect_not(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-11T00:00:00+01:00"));
}

Test(breach, a_programme_that_works_on_saturday_counts_it)
{
	wave.hours.weekdays = 0x3F;
	cr_expect_not(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-10T00:00:00+01:00"));
	cr_expect(is_in_time("2020-02-06T11:00:00+01:00", "2020-02-08T23:59:59+01:00"));
}

Test(breach, one_working_day_ends_with_the_day_of_sending)
{
	limits[EMAIL].working_days = 1;
	cr_expect(is_in_time("2020-02-03T11:00:00+01:00", "2020-02-03T23:59:59+01:00"));
	cr_expect_not(is_in_time("2020-02-03T11:00:00+01:00", "2020-02-04T00:00:00+01:00"));
}

Test(breach, sent_at_the_hour_itself_is_late)
{
	cr_expect_eq(breaches_at(EMAIL, "2020-02-03T11:59:59+01:00"), 0);
	cr_expect_eq(breaches_at(EMAIL, "2020-02-03T12:00:00+01:00"), LATE);
	cr_expect_eq(breaches_at(PHONE, "2020-02-03T12:00:00+01:00"), 0);
}

Test(breach, a_rule_that_is_ignored_is_not_looked_at)
{
	wave.fieldwork.action[BREACH_OUTSIDE_HOURS] = BREACH_IGNORES;
	cr_expect_eq(breaches_at(EMAIL, "2020-02-02T16:00:00+01:00"), LATE);
	wave.fieldwork.action[BREACH_SENT_LATE] = BREACH_REJECTS;
	cr_expect_eq(breaches_at(EMAIL, "2020-02-02T16:00:00+01:00"), LATE);
	cr_expect_eq(breaches_with_action(&wave.fieldwork, BREACH_REJECTS), LATE);
	cr_expect_eq(breaches_with_action(&wave.fieldwork, BREACH_IGNORES), OUTSIDE);
}

/** The table says which rules one result cannot break alone. */
Test(breach, rules_among_results_are_not_seen_in_one)
{
	struct result r = {.contacted_at = CLOCK_NO_INSTANT, .wait_seconds = SECONDS_NONE};
	wave.fieldwork.contacts_per_company = 0;
	cr_expect_eq(breaches_of_result(&p, &wave, &r), 0);
	cr_expect(breach_is_among(BREACH_SHOPPER_TWICE));
	cr_expect(breach_is_among(BREACH_SHOPPER_OFTEN));
	cr_expect_not(breach_is_among(BREACH_SENT_LATE));
	cr_expect_str_eq(breach_code(BREACH_SHOPPER_OFTEN), "shopper_too_often");
}
