#include "base/clock.h"

#include <time.h>

enum { EPOCH_2000_DAYS = 10957 }; /* days from 1970-01-01 to 2000-01-01 */
#define US_PER_SECOND	INT64_C(1000000)
#define SECONDS_PER_DAY INT64_C(86400)

static const int64_t *pretended;

void clock_pretend(const int64_t *instant)
{
	pretended = instant;
}

int64_t clock_now(void)
{
	if (pretended != NULL)
		return *pretended;
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (t.tv_sec - EPOCH_2000_DAYS * SECONDS_PER_DAY) * US_PER_SECOND + t.tv_nsec / 1000;
}

uint64_t clock_monotonic_us(void)
{
	if (pretended != NULL)
		return (uint64_t)*pretended;
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t clock_monotonic_ms(void)
{
	return clock_monotonic_us() / 1000;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible
 * low-level date algorithms", days_from_civil). */
static int64_t days_from_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t of_era = days - era * 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static bool digits(const char *at, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*number = *number * 10 + (at[i] - '0');
	}
	return true;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool parse_date(const char *at, int64_t *days)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;
	if (!digits(at, 4, &year) || at[4] != '-' || !digits(at + 5, 2, &month) || at[7] != '-' ||
	    !digits(at + 8, 2, &day))
		return false;
	if (year < 1900 || year > 2199 || month < 1 || month > 12)
		return false;
	int length = lengths[month - 1] + (month == 2 && is_leap(year));
	if (day < 1 || day > length)
		return false;
	*days = days_from_date(year, month, day);
	return true;
}

static bool parse_time(const char *at, int64_t *seconds)
{
	int hour, minute, second;
	if (!digits(at, 2, &hour) || at[2] != ':' || !digits(at + 3, 2, &minute) || at[5] != ':' ||
	    !digits(at + 6, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

/** Takes ".123456" from *rest; digits beyond the sixth must be there to be dropped. */
static bool parse_fraction(struct slice *rest, int64_t *us)
{
	*us = 0;
	if (rest->len == 0 || rest->at[0] != '.')
		return true;
	size_t used = 1;
	int64_t unit = US_PER_SECOND / 10;
	for (; used < rest->len && rest->at[used] >= '0' && rest->at[used] <= '9';
	     used++, unit /= 10)
		*us += (rest->at[used] - '0') * unit;
	if (used < 2 || used > 10)
		return false;
	*rest = slice_from(*rest, used);
	return true;
}

static bool parse_zone(struct slice zone, int64_t *seconds_east)
{
	int hour, minute;
	*seconds_east = 0;
	if (zone.len == 1 && (zone.at[0] == 'Z' || zone.at[0] == 'z'))
		return true;
	if (zone.len != 6 || (zone.at[0] != '+' && zone.at[0] != '-') || zone.at[3] != ':')
		return false;
	if (!digits(zone.at + 1, 2, &hour) || !digits(zone.at + 4, 2, &minute) || hour > 23 ||
	    minute > 59)
		return false;
	*seconds_east = (zone.at[0] == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
	return true;
}

bool clock_parse(struct slice text, int64_t *instant)
{
	int64_t days, seconds, us, east;
	if (text.len < 20 || !parse_date(text.at, &days))
		return false;
	if (text.at[10] != 'T' && text.at[10] != 't' && text.at[10] != ' ')
		return false;
	if (!parse_time(text.at + 11, &seconds))
		return false;
	struct slice rest = slice_from(text, 19);
	if (!parse_fraction(&rest, &us) || !parse_zone(rest, &east))
		return false;
	*instant = ((days - EPOCH_2000_DAYS) * SECONDS_PER_DAY + seconds - east) * US_PER_SECOND +
		   us;
	return true;
}

void clock_print(struct buf *to, int64_t instant)
{
	int64_t per_day = SECONDS_PER_DAY * US_PER_SECOND;
	int64_t days = instant / per_day;
	int64_t us = instant % per_day;
	int year, month, day;
	if (us < 0) {
		us += per_day;
		days--;
	}
	date_from_days(days + EPOCH_2000_DAYS, &year, &month, &day);
	int second = (int)(us / US_PER_SECOND);
	buf_print(to, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month, day, second / 3600,
		  second / 60 % 60, second % 60, (int)(us % US_PER_SECOND));
}
