#include "cli/spread_view.h"

#include <math.h>
#include <stdio.h>

enum { WEEKDAYS = 7, WORKING_DAYS = 5, HOURS = 24, LABEL = 5, DIGITS_MOST = 20, SHADES = 5 };

static const char *const names[WEEKDAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const blocks[SHADES] = {"\u00B7", "\u2591", "\u2592", "\u2593", "\u2588"};
static const char *const signs[SHADES] = {".", "-", "+", "*", "#"};

struct spread {
	const struct view *view;
	double counts[WEEKDAYS][HOURS];
	double by_day[WEEKDAYS], all, most;
	int from, until; /* hours with contacts, half-open */
	int digits;	 /* of the largest count; 0: counts are left out */
};

static void read_counts(struct spread *s, const cJSON *weekdays)
{
	s->from = HOURS;
	for (int d = 0; d < WEEKDAYS; d++) {
		const cJSON *hours = cJSON_GetArrayItem(weekdays, d);
		for (int h = 0; h < HOURS; h++) {
			const cJSON *count = cJSON_GetArrayItem(hours, h);
			if (!cJSON_IsNumber(count) || !(count->valuedouble > 0))
				continue;
			s->counts[d][h] = count->valuedouble;
			s->by_day[d] += count->valuedouble;
			s->all += count->valuedouble;
			s->most = fmax(s->most, count->valuedouble);
			s->from = h < s->from ? h : s->from;
			s->until = h >= s->until ? h + 1 : s->until;
		}
	}
}

static int digits_of(double count)
{
	char text[DIGITS_MOST + 2];
	return snprintf(text, sizeof(text), "%.0f", fmin(count, 1e15));
}

/** Of the sums at the end of each line. */
static int sum_width(const struct spread *s)
{
	int digits = digits_of(s->all);
	return (digits > 3 ? digits : 3) + 3;
}

static size_t cell_width(const struct spread *s)
{
	return s->digits > 0 ? (size_t)s->digits + 3 : 3;
}

/** Nothing, and then four steps up to the most. */
static const char *shade(const struct spread *s, double count)
{
	int step = count > 0 ? (int)ceil(count / s->most * (SHADES - 1)) : 0;
	return s->view->ascii ? signs[step] : blocks[step];
}

static void add_hours(struct buf *to, const struct spread *s)
{
	text_add_spaces(to, LABEL);
	for (int h = s->from; h < s->until; h++)
		buf_print(to, "%*s%02d", (int)cell_width(s) - 2, "", h);
	buf_print(to, "%*s\n", sum_width(s), "all");
}

static void add_day(struct buf *to, const struct spread *s, int day)
{
	buf_print(to, "%-*s", LABEL, names[day]);
	for (int h = s->from; h < s->until; h++) {
		const char *sign = shade(s, s->counts[day][h]);
		if (s->digits == 0)
			buf_print(to, " %s%s", sign, sign);
		else if (s->counts[day][h] > 0)
			buf_print(to, " %s %*.0f", sign, s->digits, s->counts[day][h]);
		else
			buf_print(to, " %s %*s", sign, s->digits, "");
	}
	buf_print(to, "%*.0f\n", sum_width(s), s->by_day[day]);
}

/** "Before 11: 1203 (28 %), 11 to 13: ..." by the server's own parts of the day. */
static void add_parts(struct buf *to, const cJSON *fieldwork, const struct spread *s)
{
	const cJSON *counts = answer_member(answer_member(fieldwork, "totals"), "day_parts");
	const cJSON *part,
		*parts = answer_member(answer_member(fieldwork, "definition"), "day_parts");
	char key[DIGITS_MOST * 2];
	const char *between = "";
	cJSON_ArrayForEach(part, parts)
	{
		struct slice word = answer_text(part, "part");
		snprintf(key, sizeof(key), "%.*s", SLICE_ARGS(word));
		double count = answer_number(counts, key);
		if (isnan(count))
			continue;
		buf_add_text(to, between);
		text_add_safe(to, answer_text(part, "from"), s->view->set);
		buf_add_byte(to, '-');
		text_add_safe(to, answer_text(part, "until"), s->view->set);
		buf_print(to, ": %.0f (%.0f %%)", count, count * 100 / s->all);
		between = ", ";
	}
	double unknown = answer_number(counts, "unknown");
	if (unknown > 0)
		buf_print(to, "%swithout a time: %.0f", between, unknown);
	buf_add_byte(to, '\n');
}

void spread_view_add(struct buf *to, const cJSON *fieldwork, const struct view *view)
{
	struct spread s = {.view = view};
	read_counts(&s, answer_member(answer_member(fieldwork, "spread"), "weekdays"));
	if (!(s.all > 0))
		return;
	s.digits = digits_of(s.most);
	size_t hours = (size_t)(s.until - s.from);
	if (LABEL + hours * cell_width(&s) + (size_t)sum_width(&s) > view->columns)
		s.digits = 0;
	buf_add_text(to, "\nWhen contacts were made, time of ");
	text_add_safe(to, answer_text(answer_member(fieldwork, "definition"), "time_zone"),
		      view->set);
	buf_add_text(to, "\n\n");
	add_hours(to, &s);
	for (int d = 0; d < WEEKDAYS; d++)
		if (d < WORKING_DAYS || s.by_day[d] > 0)
			add_day(to, &s, d);
	buf_add_byte(to, '\n');
	add_parts(to, fieldwork, &s);
}
