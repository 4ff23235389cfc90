#include "tabular/sav_value.h"

#include <errno.h>
#include <math.h>

#include "decode/charset.h"

enum { TEXT_BYTES = 4 * (SAV_TEXT_BYTES + SAV_ELEMENT), DAY_SECONDS = 86400, MILLIS = 1000 };

/* Dates and times */

/** A proleptic Gregorian date from days since 1582-10-14. Source: H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
static void add_date(struct buf *to, int64_t days)
{
	enum { ERA_DAYS = 146097, FROM_MARCH_OF_YEAR_0 = 719468 - 141428 };
	int64_t z = days + FROM_MARCH_OF_YEAR_0, era = z / ERA_DAYS;
	int64_t of_era = z - era * ERA_DAYS;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) /
			      365;
	int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * of_year + 2) / 153; /* 0 = March */
	int64_t day = of_year - (153 * month + 2) / 5 + 1;
	int64_t year = year_of_era + 400 * era + (month >= 10 ? 1 : 0);
	buf_print(to, "%04lld-%02lld-%02lld", (long long)year,
		  (long long)(month < 10 ? month + 3 : month - 9), (long long)day);
}

static void add_clock(struct buf *to, int64_t millis)
{
	int64_t seconds = millis / MILLIS;
	buf_print(to, "%02lld:%02lld:%02lld", (long long)(seconds / 3600),
		  (long long)(seconds / 60 % 60), (long long)(seconds % 60));
	if (millis % MILLIS != 0)
		buf_print(to, ".%03lld", (long long)(millis % MILLIS));
}

static void add_instant(struct buf *to, double value, bool always_with_time)
{
	enum { LAST_DAY = 3074323 }; /* 9999-12-31 */
	if (value < 0 || value >= (double)(LAST_DAY + 1LL) * DAY_SECONDS) {
		table_csv_print_number(to, value);
		return;
	}
	int64_t millis = llround(value * MILLIS);
	int64_t of_day = millis % ((int64_t)DAY_SECONDS * MILLIS);
	add_date(to, millis / ((int64_t)DAY_SECONDS * MILLIS));
	if (of_day == 0 && !always_with_time)
		return;
	buf_add_byte(to, ' ');
	add_clock(to, of_day);
}

/** Hours go on beyond 24: it may be a span. */
static void add_time(struct buf *to, double value)
{
	const double most = 1e12;
	if (fabs(value) > most) {
		table_csv_print_number(to, value);
		return;
	}
	if (value < 0)
		buf_add_byte(to, '-');
	add_clock(to, llround(fabs(value) * MILLIS));
}

/** Fifteen digits, but whole numbers that a double holds exactly have all of theirs. */
static void add_number(struct buf *to, double value)
{
	const double exact = 9007199254740992.0;
	if (value == trunc(value) && fabs(value) <= exact)
		buf_add_int(to, (int64_t)value);
	else
		table_csv_print_number(to, value);
}

void sav_value_add(struct buf *to, double value, int format)
{
	if (!isfinite(value))
		return;
	switch (format) {
	case SAV_DATE:
	case SAV_ADATE:
	case SAV_EDATE:
	case SAV_SDATE:
	case SAV_JDATE:
	case SAV_MOYR:
	case SAV_QYR:
	case SAV_WKYR:
		add_instant(to, value, false);
		break;
	case SAV_DATETIME:
	case SAV_YMDHMS:
		add_instant(to, value, true);
		break;
	case SAV_TIME:
	case SAV_DTIME:
	case SAV_MTIME:
		add_time(to, value);
		break;
	default:
		add_number(to, value);
	}
}

/* Texts */

void sav_text_init(struct sav_text *t, const struct encoding *encoding)
{
	t->converter = iconv_open("UTF-8", encoding->iconv);
	must(t->converter != (iconv_t)-1); /* encoding_available() */
	buf_init(&t->utf8, TEXT_BYTES);
	t->cut = 0;
}

void sav_text_fini(struct sav_text *t)
{
	iconv_close(t->converter);
	buf_fini(&t->utf8);
}

/** One piece of what iconv() gives; `from` NULL: what it has kept back to compose (cp1258). */
static size_t convert_some(struct sav_text *t, char **from, size_t *len, int *why)
{
	char room[1024], *to = room;
	size_t left = sizeof(room);
	size_t done = iconv(t->converter, from, len, &to, &left);
	*why = errno;
	buf_add(&t->utf8, (struct slice){room, (size_t)(to - room)});
	return done;
}

static void convert(struct sav_text *t, struct slice raw)
{
	char *from = (char *)(uintptr_t)raw.at;
	size_t len = raw.len;
	int why = 0;
	while (len > 0) {
		if (convert_some(t, &from, &len, &why) != (size_t)-1 || why == E2BIG)
			continue;
		if (why == EINVAL) {
			t->cut++;
			break;
		}
		convert_some(t, NULL, NULL, &why);
		buf_add_byte(&t->utf8, CHARSET_BAD_BYTE);
		from++;
		len--;
	}
	convert_some(t, NULL, NULL, &why);
}

/** Some writers pad the segments of long texts with zero bytes. */
struct slice sav_text_read(struct sav_text *t, struct slice raw)
{
	struct slice part;
	raw = sav_trim(raw);
	buf_clear(&t->utf8);
	while (slice_next_part(&raw, '\0', &part))
		convert(t, part);
	return sav_trim(buf_slice(&t->utf8));
}

struct slice sav_text_show(struct sav_text *t, struct slice raw)
{
	struct slice text = sav_text_read(t, raw);
	for (size_t i = 0; i < text.len; i++)
		if (t->utf8.at[i] == CHARSET_BAD_BYTE || (unsigned char)t->utf8.at[i] < ' ')
			t->utf8.at[i] = t->utf8.at[i] == '\n' ? ' ' : '?';
	return text;
}
