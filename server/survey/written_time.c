#include <stdio.h>

#include "survey/written.h"

#define MICROSECONDS INT64_C(1000000)

enum { MONTHS = 12, NOON = 12, YEAR_DIGITS = 4, DAY_SECONDS = 86400 };

struct moment {
	int year, month, day, seconds, micros;
};

/* Pieces */

static bool take(struct slice *text, struct slice piece)
{
	if (!slice_starts_with(*text, piece))
		return false;
	*text = slice_from(*text, piece.len);
	return true;
}

static void take_blanks(struct slice *text)
{
	while (take(text, SLICE(" ")) || take(text, SLICE("\xC2\xA0")) ||
	       take(text, SLICE("\xE2\x80\xAF")))
		;
}

/** `most` digits or fewer; how many there were. */
static size_t take_number(struct slice *text, size_t most, int *number)
{
	size_t len = 0;
	*number = 0;
	for (; len < most && len < text->len && text->at[len] >= '0' && text->at[len] <= '9'; len++)
		*number = *number * 10 + (text->at[len] - '0');
	*text = slice_from(*text, len);
	return len;
}

/* The date */

/** "2026-5-4", "2026/5/4", "2026. 5. 4." */
static bool take_year_first(struct slice *text, int year, char divider, struct moment *m)
{
	const struct slice one = {&divider, 1};
	m->year = year;
	take_blanks(text);
	if (take_number(text, 2, &m->month) == 0 || !take(text, one))
		return false;
	take_blanks(text);
	if (take_number(text, 2, &m->day) == 0)
		return false;
	if (divider == '.')
		(void)take(text, one);
	return true;
}

/** 04/05: by what is declared or found, else by itself. */
static enum written put_in_order(enum date_order order, int first, int second, struct moment *m)
{
	if (order == DATES_UNKNOWN && first <= MONTHS && second <= MONTHS && first != second)
		return WRITTEN_NO_ORDER;
	if (order == DATES_UNKNOWN)
		order = first > MONTHS ? DATES_DAY_FIRST : DATES_MONTH_FIRST;
	m->day = order == DATES_DAY_FIRST ? first : second;
	m->month = order == DATES_DAY_FIRST ? second : first;
	return WRITTEN_READ;
}

static enum written take_date(const struct csv_reading *r, struct slice *text, struct moment *m)
{
	int first, second;
	size_t len = take_number(text, YEAR_DIGITS, &first);
	char divider = text->len > 0 ? text->at[0] : '\0';
	const struct slice one = {&divider, 1};
	if (divider != '.' && divider != '/' && divider != '-')
		return WRITTEN_AS_IS;
	*text = slice_from(*text, 1);
	if (len == YEAR_DIGITS)
		return take_year_first(text, first, divider, m) ? WRITTEN_READ : WRITTEN_AS_IS;
	bool whole = len > 0 && len <= 2 && take_number(text, 2, &second) > 0 && take(text, one) &&
		     take_number(text, YEAR_DIGITS, &m->year) == YEAR_DIGITS;
	if (!whole)
		return WRITTEN_AS_IS;
	return put_in_order(divider == '.' ? DATES_DAY_FIRST : r->dates, first, second, m);
}

static bool has_day(const struct moment *m, int32_t *day)
{
	char text[32];
	snprintf(text, sizeof(text), "%04d-%02d-%02d", m->year, m->month, m->day);
	return day_parse(slice_of(text), day);
}

/* The time of day */

enum half { HALF_NONE, HALF_MORNING, HALF_AFTERNOON };

static enum half take_half(struct slice *text)
{
	static const struct {
		const char *word;
		enum half half;
	} words[] = {{"AM", HALF_MORNING},
		     {"am", HALF_MORNING},
		     {"a.m.", HALF_MORNING},
		     {"\xEC\x98\xA4\xEC\xA0\x84", HALF_MORNING}, /* 오전 */
		     {"SA", HALF_MORNING},
		     {"PM", HALF_AFTERNOON},
		     {"pm", HALF_AFTERNOON},
		     {"p.m.", HALF_AFTERNOON},
		     {"\xEC\x98\xA4\xED\x9B\x84", HALF_AFTERNOON}, /* 오후 */
		     {"CH", HALF_AFTERNOON}};
	take_blanks(text);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (take(text, slice_of(words[i].word)))
			return words[i].half;
	return HALF_NONE;
}

/** ".5", ".123456": what databases and survey tools write behind the seconds. */
static bool take_fraction(struct slice *text, int *micros)
{
	enum { DIGITS = 6 };
	*micros = 0;
	if (!take(text, SLICE(".")))
		return true;
	size_t len = take_number(text, DIGITS, micros);
	for (size_t i = len; i < DIGITS; i++)
		*micros *= 10;
	return len > 0;
}

static bool take_clock(struct slice *text, int *hour, int *seconds, int *micros)
{
	int minute, second = 0;
	if (take_number(text, 2, hour) == 0 || !take(text, SLICE(":")) ||
	    take_number(text, 2, &minute) != 2)
		return false;
	if (take(text, SLICE(":")) &&
	    (take_number(text, 2, &second) != 2 || !take_fraction(text, micros)))
		return false;
	*seconds = minute * 60 + second;
	return *hour < 24 && minute < 60 && second < 60;
}

/** "10:15", "10:15:30", "10:15:30.5", "3:07 PM", "오후 3:07", and nothing behind. */
static bool take_time(struct slice text, struct moment *m)
{
	int hour, seconds;
	enum half half = take_half(&text);
	take_blanks(&text);
	if (!take_clock(&text, &hour, &seconds, &m->micros))
		return false;
	if (half == HALF_NONE)
		half = take_half(&text);
	if (text.len > 0 || (half != HALF_NONE && (hour < 1 || hour > NOON)))
		return false;
	if (half != HALF_NONE)
		hour = hour % NOON + (half == HALF_AFTERNOON ? NOON : 0);
	m->seconds = hour * 3600 + seconds;
	return true;
}

/* Both */

enum written written_instant(const struct csv_reading *r, const struct zone *zone,
			     struct slice text, int64_t *instant)
{
	struct moment m = {0};
	int32_t day;
	enum written read = take_date(r, &text, &m);
	if (read != WRITTEN_READ && read != WRITTEN_NO_ORDER)
		return read;
	bool divided = take(&text, SLICE("T"));
	size_t before = text.len;
	take_blanks(&text);
	if ((!divided && text.len == before) || !take_time(text, &m))
		return WRITTEN_AS_IS;
	if (read == WRITTEN_NO_ORDER)
		return read;
	if (!has_day(&m, &day))
		return WRITTEN_AS_IS;
	if (zone == NULL)
		return WRITTEN_NO_ZONE;
	int64_t shown = ((int64_t)day * DAY_SECONDS + m.seconds) * MICROSECONDS + m.micros;
	int times = zone_instants(zone, shown, instant);
	if (times == 1)
		return WRITTEN_READ;
	return times == 0 ? WRITTEN_HOUR_LEFT_OUT : WRITTEN_HOUR_TWICE;
}
