#include "tabular/xlsx_value.h"

#include <math.h>
#include <stdlib.h>

#include "base/zone.h"
#include "tabular/table_csv.h"

enum {
	DAYS_1899_TO_2000 = 36526, /* from 1899-12-30 to day 0 of base/zone.h */
	DAYS_1899_TO_1904 = 1462,
	LEAP_DAY = 60,	      /* the one that 1900 did not have */
	LAST_DAY = 2958465,   /* 9999-12-31 */
	LONGEST_NUMBER = 400, /* of text that strtod() is let at */
	DIGITS = 15,
	LONGEST_WHOLE = 30
};

static const int64_t DAY_MS = INT64_C(86400000), HOUR_MS = 3600000, MINUTE_MS = 60000;

/* Dates */

static void print_time(struct buf *to, int64_t ms)
{
	buf_print(to, "%02d:%02d:%02d", (int)(ms / HOUR_MS), (int)(ms / MINUTE_MS % 60),
		  (int)(ms / 1000 % 60));
	if (ms % 1000 != 0)
		buf_print(to, ".%03d", (int)(ms % 1000));
}

static void print_day(struct buf *to, int64_t day, bool from_1904)
{
	if (from_1904)
		day += DAYS_1899_TO_1904;
	else if (day < LEAP_DAY)
		day++;
	day_print(to, (int32_t)(day - DAYS_1899_TO_2000));
}

/** Day 0 and the leap day of 1900 are in no calendar. */
static bool is_real_day(int64_t day, bool from_1904)
{
	return from_1904 || (day != 0 && day != LEAP_DAY);
}

static void print_date(struct buf *to, int64_t ms, struct xlsx_format format, bool from_1904)
{
	int64_t day = ms / DAY_MS, rest = ms % DAY_MS;
	if (is_real_day(day, from_1904))
		print_day(to, day, from_1904);
	else
		buf_add_text(to, day == 0 ? "1900-01-00" : "1900-02-29");
	if (rest == 0 && (format.shows & FORMAT_TIME) == 0)
		return;
	buf_add_byte(to, ' ');
	print_time(to, rest);
}

static void print_serial(struct buf *to, double serial, struct xlsx_format format, bool from_1904)
{
	int64_t ms = llround(serial * (double)DAY_MS);
	bool shows_date = (format.shows & FORMAT_DATE) != 0;
	bool has_no_day = ms < DAY_MS && (!shows_date || (ms > 0 && !from_1904));
	if (has_no_day || (format.shows & FORMAT_ELAPSED) != 0)
		print_time(to, ms);
	else
		print_date(to, ms, format, from_1904);
}

void xlsx_print_iso(struct buf *to, struct slice stored)
{
	struct slice rest = stored, date;
	bool has_date = slice_next_part(&rest, 'T', &date) && date.len > 0;
	if (has_date)
		buf_add(to, date);
	if (has_date && rest.len > 0)
		buf_add_byte(to, ' ');
	buf_add(to, rest);
}

/* Numbers */

struct number {
	bool is_one, has_exponent, has_fraction;
	size_t digits;
};

static size_t digits_at(struct slice text, size_t at)
{
	size_t from = at;
	while (at < text.len && text.at[at] >= '0' && text.at[at] <= '9')
		at++;
	return at - from;
}

/** -1.5E-7: how it is written. */
static struct number look_at(struct slice text)
{
	struct number n = {0};
	size_t at = text.len > 0 && (text.at[0] == '-' || text.at[0] == '+');
	n.digits = digits_at(text, at);
	at += n.digits;
	if (at < text.len && text.at[at] == '.') {
		size_t fraction = digits_at(text, at + 1);
		n.has_fraction = true;
		n.digits += fraction;
		at += 1 + fraction;
	}
	n.is_one = n.digits > 0;
	if (n.is_one && at < text.len && (text.at[at] | 0x20) == 'e') {
		at++;
		at += at < text.len && (text.at[at] == '-' || text.at[at] == '+');
		size_t exponent = digits_at(text, at);
		n.has_exponent = true;
		n.is_one = exponent > 0;
		at += exponent;
	}
	n.is_one = n.is_one && at == text.len && text.len < LONGEST_NUMBER;
	return n;
}

/** Whole numbers may be ids: no digit of them is rounded away. */
static bool says_it_best(struct slice text, const struct number *n)
{
	char first = text.at[0], last = text.at[text.len - 1];
	bool has_room = n->has_fraction ? n->digits <= DIGITS && last != '0' && last != '.'
					: n->digits <= LONGEST_WHOLE;
	bool leads_well = (first >= '1' && first <= '9') || text.len == 1 ||
			  (n->has_fraction && first == '0' && text.at[1] == '.');
	return !n->has_exponent && has_room && leads_well;
}

static double read_number(struct slice text)
{
	char copy[LONGEST_NUMBER];
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return strtod(copy, NULL);
}

static struct slice without_blanks(struct slice text)
{
	while (text.len > 0 && strchr(" \t\r\n", text.at[0]) != NULL)
		text = slice_from(text, 1);
	while (text.len > 0 && strchr(" \t\r\n", text.at[text.len - 1]) != NULL)
		text.len--;
	return text;
}

static bool is_serial(double number, bool from_1904)
{
	return number >= 0 && number < LAST_DAY + 1 - (from_1904 ? DAYS_1899_TO_1904 : 0);
}

static void print_digits(struct buf *to, struct slice text, const struct number *n, size_t least)
{
	for (size_t i = text.len; i < least && !n->has_fraction; i++)
		buf_add_byte(to, '0');
	buf_add(to, text);
}

bool xlsx_print_number(struct buf *to, struct slice stored, struct xlsx_format format,
		       bool from_1904)
{
	struct slice text = without_blanks(stored);
	struct number n = look_at(text);
	if (!n.is_one)
		buf_add(to, text);
	else if (format.shows != 0 && is_serial(read_number(text), from_1904))
		print_serial(to, read_number(text), format, from_1904);
	else if (says_it_best(text, &n))
		print_digits(to, text, &n, format.zeros);
	else
		table_csv_print_number(to, read_number(text));
	return n.is_one && format.shows == 0 && (n.has_fraction || n.has_exponent);
}
