#include "http/request.h"

#include "base/clock.h"
#include "base/must.h"
#include "base/percent.h"
#include "http/problem.h"

static bool answer(struct conn *c, int status, const char *code, const char *words)
{
	exchange_problem(&c->x, status, code, http_status_text(status), slice_of(words));
	return false;
}

static bool body_is_wanted(struct conn *c)
{
	const struct route *route = c->x.route;
	int64_t length = http_parser_framing(c->parser)->content_length;
	bool takes = route->handler->body != NULL || route->handler->whole != NULL;
	if (length == 0)
		return true;
	if (!takes || route->limit_body_bytes == 0) {
		bool odd = c->x.method == METHOD_GET || c->x.method == METHOD_HEAD ||
			   c->x.method == METHOD_DELETE;
		return answer(c, odd ? 400 : 413, "body_not_wanted", "no body is taken here");
	}
	if (route->limit_body_bytes > 0 && length > route->limit_body_bytes)
		return answer(c, 413, "body_too_large", "the body is larger than allowed");
	/* The collector's limit stands one byte above, so that the 413 comes first. */
	must(route->handler->body != NULL || route->limit_body_bytes > 0);
	buf_init(&c->collected, (size_t)route->limit_body_bytes + 1);
	return true;
}

/** The server as a whole: OPTIONS * (RFC 9110 9.3.7). */
static bool answer_for_the_server(struct conn *c)
{
	exchange_answer_add_header(&c->x, "Allow",
				   SLICE("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
	exchange_answer(&c->x, 204, NULL, SLICE_NONE);
	return false;
}

static bool answer_without_route(struct conn *c, enum routed routed, struct slice allow)
{
	if (routed == ROUTE_NONE)
		return answer(c, 404, "not_found", "there is nothing at this path");
	if (routed == ROUTE_BAD_PATH)
		return answer(c, 400, "bad_path", "the path is not percent-encoded UTF-8 text");
	exchange_answer_add_header(&c->x, "Allow", allow);
	if (c->x.method == METHOD_OPTIONS) {
		exchange_answer(&c->x, 204, NULL, SLICE_NONE);
		return false;
	}
	return answer(c, 405, "method_not_allowed", "the path does not take this method");
}

bool request_is_wanted(struct conn *c)
{
	const struct framing *framing = http_parser_framing(c->parser);
	struct slice decoded, allow = SLICE_NONE;
	c->x.method = http_parser_guard(c->parser)->method;
	c->x.path = framing->path;
	c->x.query = framing->query;
	if (slice_equal(c->x.path, SLICE("*")))
		return answer_for_the_server(c);
	if (!percent_decode(&c->arena, c->x.query, true, &decoded))
		return answer(c, 400, "bad_query", "the query is not percent-encoded UTF-8 text");
	enum routed routed = router_find(c->server->router, &c->x, &allow);
	if (routed != ROUTED)
		return answer_without_route(c, routed, allow);
	return body_is_wanted(c);
}

void request_count(struct conn *c, int status)
{
	struct http_server *s = c->server;
	int class = status == STATUS_CLIENT_GONE ? 0 : status / 100;
	must(class >= 0 && class < 6);
	s->counters.requests[class]++;
	s->counters.in_flight--;
	s->counters.bytes_in += c->turn.bytes_in;
	s->counters.bytes_out += c->turn.bytes_out;
	if (c->x.route != NULL)
		s->by_route[c->x.route - s->routes][class]++;
	if (s->access == NULL)
		return;
	struct http_access a = {
		.number = c->x.number,
		.route = c->x.route,
		.method = c->x.method,
		.path = c->x.path,
		.peer = exchange_peer(&c->x),
		.status = status,
		.duration_us = clock_monotonic_us() - c->turn.started_us,
		.bytes_in = c->turn.bytes_in,
		.bytes_out = c->turn.bytes_out,
	};
	s->access(s->context, &a);
}
