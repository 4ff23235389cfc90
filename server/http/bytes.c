#include "http/bytes.h"

#include "base/must.h"
#include "http/dated.h"
#include "http/head.h"

enum { HEAD_BYTES = 32768 };

struct http_bytes {
	unsigned references;
	int status;
	struct slice body;
	struct buf head;
	struct http_dated *dated; /* of the last second it was asked for in */
	char body_bytes[];
};

struct http_bytes *http_bytes_new(int status, const struct http_header *headers, size_t count,
				  struct slice body)
{
	struct http_bytes *b = memory_new(sizeof(*b) + body.len);
	bool cached = false;
	must(head_allows_body(status) || body.len == 0);
	b->references = 1;
	b->status = status;
	b->body = (struct slice){b->body_bytes, body.len};
	if (body.len > 0)
		memcpy(b->body_bytes, body.at, body.len);
	buf_init(&b->head, HEAD_BYTES);
	head_start(&b->head, status);
	for (size_t i = 0; i < count; i++) {
		head_field(&b->head, headers[i].name, headers[i].value);
		cached |= slice_equal_ignoring_case(slice_of(headers[i].name),
						    SLICE("Cache-Control"));
	}
	if (!cached)
		head_field(&b->head, "Cache-Control", SLICE("no-store"));
	if (head_allows_body(status))
		head_length(&b->head, body.len);
	must(!buf_over(&b->head));
	return b;
}

struct http_bytes *http_bytes_ref(struct http_bytes *b)
{
	b->references++;
	return b;
}

void http_bytes_unref(struct http_bytes *b)
{
	if (b == NULL)
		return;
	must(b->references > 0);
	if (--b->references > 0)
		return;
	http_dated_unref(b->dated);
	buf_fini(&b->head);
	memory_free(b);
}

int http_bytes_status(const struct http_bytes *b)
{
	return b->status;
}

struct slice http_bytes_head(const struct http_bytes *b)
{
	return buf_slice(&b->head);
}

struct slice http_bytes_body(const struct http_bytes *b)
{
	return b->body;
}

struct http_dated *http_bytes_dated(struct http_bytes *b, struct slice date_field)
{
	if (b->body.len < HTTP_DATED_LEAST)
		return NULL;
	if (b->dated != NULL && http_dated_is(b->dated, date_field))
		return b->dated;
	http_dated_unref(b->dated);
	b->dated = http_dated_new(buf_slice(&b->head), date_field, b->body);
	return b->dated;
}
