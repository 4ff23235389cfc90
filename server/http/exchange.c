#include "http/exchange.h"

#include <stdio.h>

#include "base/must.h"
#include "base/percent.h"
#include "http/conn.h"
#include "http/dated.h"

void *exchange_context(const struct exchange *x)
{
	return x->conn->server->context;
}

const void *exchange_tag(const struct exchange *x)
{
	return x->route->tag;
}

const char *exchange_peer(const struct exchange *x)
{
	return x->conn->stream != NULL ? stream_peer(x->conn->stream) : "";
}

struct slice exchange_header(const struct exchange *x, const char *lower_name)
{
	return guard_field(http_parser_guard(x->conn->parser), lower_name);
}

bool exchange_header_at(const struct exchange *x, unsigned i, struct slice *name,
			struct slice *value)
{
	const struct guard *g = http_parser_guard(x->conn->parser);
	if (i >= g->field_count)
		return false;
	*name = guard_name(g, i);
	*value = guard_value(g, i);
	return true;
}

bool exchange_parameter(const struct exchange *x, const char *name, struct slice *value)
{
	for (unsigned i = 0; i < x->parameter_count; i++) {
		if (slice_is(x->parameters[i].name, name)) {
			*value = x->parameters[i].value;
			return true;
		}
	}
	return false;
}

bool exchange_query(struct exchange *x, const char *name, struct slice *value)
{
	struct slice pair, key, raw = x->query;
	while (slice_next_part(&raw, '&', &pair)) {
		if (pair.len == 0)
			continue;
		struct slice rest = pair;
		if (!slice_next_part(&rest, '=', &key) ||
		    !percent_decode(x->arena, key, true, &key) || !slice_is(key, name))
			continue;
		if (rest.at == NULL)
			rest = SLICE("");
		return percent_decode(x->arena, rest, true, value);
	}
	return false;
}

int64_t exchange_content_length(const struct exchange *x)
{
	const struct framing *f = http_parser_framing(x->conn->parser);
	if (f->content_length < 0 && x->conn->turn.complete)
		return (int64_t)x->conn->turn.bytes_in;
	return f->content_length;
}

struct slice exchange_content_type(const struct exchange *x)
{
	struct slice type, field = exchange_header(x, "content-type");
	if (field.at == NULL || !slice_next_part(&field, ';', &type))
		return SLICE_NONE;
	return slice_trim(type);
}

static bool field_names(struct slice field, struct slice etag)
{
	struct slice one;
	while (slice_next_part(&field, ',', &one)) {
		one = slice_trim(one);
		if (slice_equal(one, SLICE("*")))
			return true;
		/* RFC 9110 13.1.2: the weak comparison. */
		if (slice_starts_with(one, SLICE("W/")))
			one = slice_from(one, 2);
		if (slice_equal(one, etag))
			return true;
	}
	return false;
}

bool exchange_if_none_match(const struct exchange *x, struct slice etag)
{
	const struct guard *g = http_parser_guard(x->conn->parser);
	for (unsigned i = 0; i < g->field_count; i++) {
		if (slice_equal_ignoring_case(guard_name(g, i), SLICE("if-none-match")) &&
		    field_names(guard_value(g, i), etag))
			return true;
	}
	return false;
}

void exchange_pause(struct exchange *x)
{
	x->conn->turn.pause_wanted = true;
}

void exchange_resume(struct exchange *x)
{
	x->conn->turn.resume_wanted = true;
	conn_kick(x->conn);
}

void exchange_begin_late(struct exchange *x)
{
	struct conn *c = x->conn;
	c->turn.pause_wanted = false;
	if (x->route->handler->begin != NULL)
		x->route->handler->begin(x);
	bool goes_on = c->turn.open && !c->turn.answered && c->turn.intercept != NULL;
	if (goes_on && !c->turn.pause_wanted)
		exchange_resume(x);
}

void exchange_intercept(struct exchange *x, void (*answered)(struct exchange *x, int status,
							     const char *type, struct slice body))
{
	x->conn->turn.intercept = answered;
}

struct slice exchange_added_headers(const struct exchange *x)
{
	return buf_slice(&x->conn->extra);
}

void exchange_keep(struct exchange *x)
{
	must(x->conn->turn.complete);
	x->conn->turn.kept = true;
}

void exchange_answer_add_header(struct exchange *x, const char *name, struct slice value)
{
	struct conn *c = x->conn;
	must(c->turn.open && !c->turn.answered && !c->turn.streaming);
	if (slice_equal_ignoring_case(slice_of(name), SLICE("Cache-Control")))
		c->turn.has_cache_control = true;
	head_field(&c->extra, name, value);
}

/** A body that is still coming may cost no more than a connection is worth. */
static bool rest_is_small(const struct conn *c)
{
	int64_t left = http_parser_left(c->parser);
	if (left == 0)
		return true;
	return left > 0 && (uint64_t)left <= c->server->limits.drain_bytes &&
	       !c->turn.owes_continue;
}

static bool may_keep(const struct conn *c)
{
	return !c->turn.must_close && !c->server->stopping && http_parser_keeps_alive(c->parser) &&
	       rest_is_small(c);
}

/** What every head ends with, and the fields the handler added. */
static void end_head(struct conn *c)
{
	struct buf *to = &c->out;
	c->turn.keep = c->turn.keep && may_keep(c);
	if (c->extra.len > 0)
		buf_add(to, buf_slice(&c->extra));
	buf_add(to, head_date(&c->server->date));
	if (!c->turn.keep)
		buf_add(to, SLICE("Connection: close\r\n"));
	else if (http_parser_guard(c->parser)->minor == 0)
		buf_add(to, SLICE("Connection: keep-alive\r\n"));
	buf_add(to, SLICE("\r\n"));
	must(!buf_over(to) && !buf_over(&c->extra));
	(void)stream_put(c->stream, buf_slice(to));
}

static struct buf *start_head(struct exchange *x, int status, const char *type)
{
	struct conn *c = x->conn;
	must(c->turn.open && !c->turn.answered && !c->turn.streaming && !c->turn.intercept);
	c->turn.status = status;
	c->turn.keep = true;
	buf_clear(&c->out);
	head_start(&c->out, status);
	if (type != NULL)
		head_field(&c->out, "Content-Type", slice_of(type));
	if (!c->turn.has_cache_control)
		buf_add(&c->out, SLICE("Cache-Control: no-store\r\n"));
	return &c->out;
}

/** The answer is complete. The connection goes on in a later turn, or as soon as the handler
 * has returned. */
static void conclude(struct conn *c)
{
	c->turn.answered = true;
	conn_kick(c);
}

void exchange_answer(struct exchange *x, int status, const char *type, struct slice body)
{
	struct conn *c = x->conn;
	void (*intercept)(struct exchange *, int, const char *, struct slice) = c->turn.intercept;
	if (intercept != NULL) {
		c->turn.intercept = NULL;
		intercept(x, status, type, body);
		return;
	}
	if (c->state == CONN_CLOSING) { /* kept, and nobody is there any more */
		c->turn.status = status;
		conclude(c);
		return;
	}
	struct buf *head = start_head(x, status, type);
	must(head_allows_body(status) || body.len == 0);
	if (head_allows_body(status))
		head_length(head, body.len);
	end_head(c);
	if (x->method != METHOD_HEAD && body.len > 0) {
		(void)stream_put(c->stream, body);
		c->turn.bytes_out += body.len;
	}
	conclude(c);
}

static void unref_bytes(void *what)
{
	http_bytes_unref(what);
}

static void unref_dated(void *what)
{
	http_dated_unref(what);
}

/** The common case: a large answer with nothing added, on a connection that stays. */
static bool answered_from_file(struct conn *c, struct http_bytes *shared)
{
	bool plain = may_keep(c) && http_parser_guard(c->parser)->minor == 1 && c->extra.len == 0 &&
		     c->x.method != METHOD_HEAD;
	struct http_dated *d = plain ? http_bytes_dated(shared, head_date(&c->server->date)) : NULL;
	if (d == NULL)
		return false;
	(void)stream_put_file(c->stream, http_dated_bytes(d), http_dated_file(d), unref_dated,
			      http_dated_ref(d));
	return true;
}

void exchange_answer_bytes(struct exchange *x, struct http_bytes *shared)
{
	struct conn *c = x->conn;
	struct slice body = http_bytes_body(shared);
	must(c->turn.open && !c->turn.answered && !c->turn.streaming && !c->turn.intercept);
	c->turn.status = http_bytes_status(shared);
	c->turn.keep = true;
	if (answered_from_file(c, shared)) {
		c->turn.bytes_out += body.len;
		conclude(c);
		return;
	}
	buf_clear(&c->out);
	buf_add(&c->out, http_bytes_head(shared));
	end_head(c);
	if (x->method != METHOD_HEAD && body.len > 0) {
		(void)stream_put_shared(c->stream, body, unref_bytes, http_bytes_ref(shared));
		c->turn.bytes_out += body.len;
	}
	conclude(c);
}

void exchange_answer_not_modified(struct exchange *x, struct slice etag)
{
	exchange_answer_add_header(x, "ETag", etag);
	exchange_answer(x, 304, NULL, SLICE_NONE);
}

bool exchange_can_trail(const struct exchange *x)
{
	return http_parser_guard(x->conn->parser)->minor > 0;
}

/** The head leaves; what is added from now on comes behind the body. */
static void start_stream(struct conn *c)
{
	c->turn.streaming = true;
	end_head(c);
	buf_clear(&c->extra);
	conn_kick(c);
}

void exchange_stream_start(struct exchange *x, int status, const char *type)
{
	struct conn *c = x->conn;
	struct buf *head = start_head(x, status, type);
	must(head_allows_body(status));
	c->turn.chunked = exchange_can_trail(x);
	if (c->turn.chunked)
		buf_add(head, SLICE("Transfer-Encoding: chunked\r\n"));
	else
		c->turn.keep =
			false; /* HTTP/1.0: the end of the body is the end of the connection */
	start_stream(c);
}

void exchange_stream_start_sized(struct exchange *x, int status, const char *type, uint64_t length)
{
	struct conn *c = x->conn;
	struct buf *head = start_head(x, status, type);
	must(head_allows_body(status));
	head_length(head, length);
	c->turn.owed_bytes = length;
	start_stream(c);
}

enum flow exchange_stream_write(struct exchange *x, struct slice part)
{
	struct conn *c = x->conn;
	must(c->turn.streaming && !c->turn.answered);
	if (part.len == 0 || x->method == METHOD_HEAD)
		return FLOW_MORE;
	c->turn.bytes_out += part.len;
	if (!c->turn.chunked) {
		conn_kick(c);
		return stream_put(c->stream, part);
	}
	char size[24];
	int len = snprintf(size, sizeof(size), "%zx\r\n", part.len);
	(void)stream_put(c->stream, (struct slice){size, (size_t)len});
	(void)stream_put(c->stream, part);
	conn_kick(c);
	return stream_put(c->stream, SLICE("\r\n"));
}

void exchange_stream_trailer(struct exchange *x, const char *name, struct slice value)
{
	struct conn *c = x->conn;
	must(c->turn.streaming && !c->turn.answered);
	if (c->turn.chunked)
		head_field(&c->extra, name, value);
}

static void end_chunks(struct conn *c)
{
	must(!buf_over(&c->extra));
	(void)stream_put(c->stream, SLICE("0\r\n"));
	(void)stream_put(c->stream, buf_slice(&c->extra));
	(void)stream_put(c->stream, SLICE("\r\n"));
}

void exchange_stream_end(struct exchange *x)
{
	struct conn *c = x->conn;
	must(c->turn.streaming && !c->turn.answered);
	if (x->method != METHOD_HEAD) {
		must(c->turn.owed_bytes == 0 || c->turn.owed_bytes == c->turn.bytes_out);
		if (c->turn.chunked)
			end_chunks(c);
	}
	conclude(c);
}

void exchange_stream_abort(struct exchange *x)
{
	must(x->conn->turn.streaming && !x->conn->turn.answered);
	x->conn->turn.aborted = true;
	conclude(x->conn);
}
