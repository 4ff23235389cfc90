#include "http/head.h"

#include <stdio.h>

#include "base/clock.h"
#include "http/bytes.h"

enum { SECONDS_A_DAY = 86400, SATURDAY = 6 };

void head_start(struct buf *to, int status)
{
	must(status >= 100 && status <= 599);
	if (status == 200) {
		buf_add(to, SLICE("HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\n"));
		return;
	}
	buf_print(to, "HTTP/1.1 %d %s\r\nX-Content-Type-Options: nosniff\r\n", status,
		  http_status_text(status));
}

void head_field(struct buf *to, const char *name, struct slice value)
{
	buf_add_text(to, name);
	buf_add(to, SLICE(": "));
	size_t start = to->len;
	buf_add(to, value);
	for (size_t i = start; i < to->len; i++) {
		if ((unsigned char)to->at[i] < 0x20 || to->at[i] == 0x7f)
			to->at[i] = ' ';
	}
	buf_add(to, SLICE("\r\n"));
}

void head_length(struct buf *to, size_t body_bytes)
{
	buf_add(to, SLICE("Content-Length: "));
	buf_add_int(to, (int64_t)body_bytes);
	buf_add(to, SLICE("\r\n"));
}

bool head_allows_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

static int64_t floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

/** RFC 9110's IMF-fixdate out of "2020-05-04T08:15:00.000000Z". */
static void render_date(struct head_date *d)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct buf text;
	buf_init(&text, 64);
	clock_print(&text, d->second * 1000000);
	/* The epoch of our instants, 2000-01-01, was a Saturday; a clock may stand before it. */
	int64_t day = (floor_divide(d->second, SECONDS_A_DAY) + SATURDAY) % 7;
	int month = (text.at[5] - '0') * 10 + text.at[6] - '0';
	int len = snprintf(d->field, sizeof(d->field), "Date: %s, %.2s %s %.4s %.8s GMT\r\n",
			   days[day < 0 ? day + 7 : day], text.at + 8, months[month - 1], text.at,
			   text.at + 11);
	must(len > 0 && (size_t)len < sizeof(d->field));
	d->len = (size_t)len;
	buf_fini(&text);
}

struct slice head_date(struct head_date *d)
{
	int64_t second = floor_divide(clock_now(), 1000000);
	if (second != d->second || d->len == 0) {
		d->second = second;
		render_date(d);
	}
	return (struct slice){d->field, d->len};
}
