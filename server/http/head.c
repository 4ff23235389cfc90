#include "http/head.h"

#include "base/clock.h"
#include "http/bytes.h"
#include "http/http_date.h"

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

static void render_date(struct head_date *d)
{
	struct buf field;
	buf_init(&field, sizeof(d->field));
	buf_add_text(&field, "Date: ");
	http_date_print(&field, d->second * 1000000);
	buf_add_text(&field, "\r\n");
	must(!buf_over(&field));
	memcpy(d->field, field.at, field.len);
	d->len = field.len;
	buf_fini(&field);
}

static int64_t this_second(void)
{
	int64_t now = clock_now();
	return now / 1000000 - (now % 1000000 < 0);
}

struct slice head_date(struct head_date *d)
{
	int64_t second = this_second();
	if (second != d->second || d->len == 0) {
		d->second = second;
		render_date(d);
	}
	return (struct slice){d->field, d->len};
}
