#include "http/http_date.h"

#include "base/clock.h"

enum { SECONDS_A_DAY = 86400, SATURDAY = 6 };

static int64_t floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

/** Made out of "2020-05-04T08:15:00.000000Z". */
void http_date_print(struct buf *to, int64_t instant)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t second = floor_divide(instant, 1000000);
	struct buf text;
	buf_init(&text, 64);
	clock_print(&text, second * 1000000);
	/* The epoch of our instants, 2000-01-01, was a Saturday; a clock may stand before it. */
	int64_t day = (floor_divide(second, SECONDS_A_DAY) + SATURDAY) % 7;
	int month = (text.at[5] - '0') * 10 + text.at[6] - '0';
	buf_print(to, "%s, %.2s %s %.4s %.8s GMT", days[day < 0 ? day + 7 : day], text.at + 8,
		  months[month - 1], text.at, text.at + 11);
	buf_fini(&text);
}
