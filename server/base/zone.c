#include "base/zone.h"

#include <glib.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/must.h"

enum { NAME_BYTES = 64, MINUTES_A_DAY = 24 * 60, FIRST_WEEKDAY = 6 /* 2000-01-01 */ };
#define SECOND	      INT64_C(1000000)
#define DAY	      (SECOND * 86400)
#define EPOCH_SECONDS INT64_C(946684800) /* from 1970 to 2000 */

struct zone {
	GTimeZone *glib;
};

struct zone *zone_new(struct slice name)
{
	char text[NAME_BYTES + 1];
	if (name.len == 0 || name.len > NAME_BYTES || memchr(name.at, '\0', name.len) != NULL)
		return NULL;
	memcpy(text, name.at, name.len);
	text[name.len] = '\0';
	/* The library also reads offsets ("+02") and files outside the database. */
	if (text[0] == '/' || text[0] == '+' || text[0] == '-' || strstr(text, "..") != NULL ||
	    (text[0] >= '0' && text[0] <= '9'))
		return NULL;
	GTimeZone *glib = g_time_zone_new_identifier(text);
	if (glib == NULL)
		return NULL;
	struct zone *zone = memory_new(sizeof(*zone));
	zone->glib = glib;
	return zone;
}

void zone_free(struct zone *zone)
{
	if (zone == NULL)
		return;
	g_time_zone_unref(zone->glib);
	memory_free(zone);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int day_weekday(int32_t day)
{
	int64_t since = ((int64_t)day + FIRST_WEEKDAY - 1) % 7;
	return (int)(since < 0 ? since + 7 : since) + 1;
}

static int64_t offset_at(const struct zone *zone, int64_t instant)
{
	int64_t seconds = floor_divide(instant, SECOND) + EPOCH_SECONDS;
	int interval = g_time_zone_find_interval(zone->glib, G_TIME_TYPE_UNIVERSAL, seconds);
	return (int64_t)g_time_zone_get_offset(zone->glib, interval) * SECOND;
}

int zone_instants(const struct zone *zone, int64_t shown, int64_t *instant)
{
	/* Clocks are not moved twice within two days, and never by a day. */
	int64_t before = offset_at(zone, shown - DAY), after = offset_at(zone, shown + DAY);
	int64_t earlier = shown - (before > after ? before : after);
	int64_t later = shown - (before > after ? after : before);
	bool first = earlier + offset_at(zone, earlier) == shown;
	bool second = later != earlier && later + offset_at(zone, later) == shown;
	*instant = first ? earlier : later;
	return first + second;
}

struct local_time zone_local(const struct zone *zone, int64_t instant)
{
	struct local_time local;
	int64_t there = instant + offset_at(zone, instant);
	local.day = (int32_t)floor_divide(there, DAY);
	local.minute = (int)((there - (int64_t)local.day * DAY) / (60 * SECOND));
	local.weekday = day_weekday(local.day);
	must(local.minute >= 0 && local.minute < MINUTES_A_DAY);
	return local;
}

bool day_parse(struct slice text, int32_t *day)
{
	enum { DATE_BYTES = 10 };
	char instant_text[] = "0000-00-00T00:00:00Z";
	int64_t instant;
	if (text.len != DATE_BYTES)
		return false;
	memcpy(instant_text, text.at, DATE_BYTES);
	if (!clock_parse(slice_of(instant_text), &instant))
		return false;
	*day = (int32_t)floor_divide(instant, DAY);
	return true;
}

void day_print(struct buf *to, int32_t day)
{
	struct buf whole;
	buf_init(&whole, 64);
	clock_print(&whole, (int64_t)day * DAY);
	buf_add(to, (struct slice){buf_slice(&whole).at, 10});
	buf_fini(&whole);
}
