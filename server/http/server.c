#include "http/server.h"

#include "base/must.h"
#include "http/conn.h"
#include "net/listener.h"

enum { SLOWEST_TICK_MS = 1000, FASTEST_TICK_MS = 5 };

struct http_limits http_limits_default(void)
{
	return (struct http_limits){
		.connections = 10000,
		.per_address = 0,
		.backlog = 1024,
		.head_bytes = 16384,
		.fields = 64,
		.target_bytes = 4096,
		.arena_bytes = 1 << 20,
		.queue_bytes = 1 << 20,
		.drain_bytes = 65536,
		.head_ms = 10000,
		.body_grace_ms = 20000,
		.body_rate = 1000,
		.idle_ms = 60000,
		.write_stall_ms = 30000,
		.linger_ms = 2000,
		.stop_ms = 10000,
	};
}

/** Often enough that the shortest deadline is missed by a quarter at most. */
static uint64_t tick_for(const struct http_limits *l)
{
	const uint64_t deadlines[] = {l->head_ms, l->body_grace_ms, l->idle_ms, l->write_stall_ms,
				      l->linger_ms};
	uint64_t tick = SLOWEST_TICK_MS;
	for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
		if (deadlines[i] / 4 < tick)
			tick = deadlines[i] / 4;
	}
	return tick > FASTEST_TICK_MS ? tick : FASTEST_TICK_MS;
}

static void tick_came(void *arg)
{
	struct http_server *s = arg;
	uint64_t now = uv_now(loop_uv(s->loop));
	for (struct conn *c = s->living; c != NULL; c = c->next)
		conn_tick(c, now);
	loop_timer_start(s->tick, s->tick_ms);
}

struct http_server *http_server_new(struct loop *l, const struct route *routes, size_t count,
				    const struct http_limits *limits, void *context)
{
	struct http_server *s = memory_new(sizeof(*s));
	s->loop = l;
	s->limits = *limits;
	s->routes = routes;
	s->route_count = count;
	s->context = context;
	s->router = router_new(routes, count);
	s->by_route = memory_new((count + 1) * sizeof(*s->by_route));
	s->tick = loop_timer_new(l, tick_came, s);
	loop_timer_unref(s->tick);
	s->tick_ms = tick_for(limits);
	loop_timer_start(s->tick, s->tick_ms);
	return s;
}

void http_server_set_around(struct http_server *s,
			    const struct handler *(*around)(const struct route *route))
{
	s->around = around;
}

void http_server_on_access(struct http_server *s,
			   void (*access)(void *context, const struct http_access *a))
{
	s->access = access;
}

static struct stream_limits stream_limits_of(const struct http_server *s)
{
	return (struct stream_limits){.queue_bytes = s->limits.queue_bytes,
				      .write_stall_ms = s->limits.write_stall_ms};
}

static void accepted(void *owner, struct stream *stream)
{
	conn_new(owner, stream);
}

enum status http_server_listen(struct http_server *s, const char *host, unsigned port,
			       struct trouble *why)
{
	struct listener_limits limits = {
		.connections = s->limits.connections,
		.per_address = s->limits.per_address,
		.backlog = s->limits.backlog,
		.stream = stream_limits_of(s),
	};
	must(s->listener_count < COUNT_OF(s->listeners) && !s->stopping);
	struct listener *l = listener_new(s->loop, &limits, accepted, s);
	enum status st = listener_open(l, host, port, why);
	if (st < 0) {
		listener_close(&l);
		return st;
	}
	s->listeners[s->listener_count++] = l;
	s->port = listener_port(l);
	return OK;
}

unsigned http_server_port(const struct http_server *s)
{
	return s->port;
}

enum status http_server_adopt(struct http_server *s, int descriptor, struct trouble *why)
{
	struct stream_limits limits = stream_limits_of(s);
	struct stream *stream = stream_new(s->loop, &limits);
	enum status st = stream_adopt(stream, descriptor, why);
	if (st < 0) {
		stream_close(&stream);
		return st;
	}
	conn_new(s, stream);
	return OK;
}

static void everything_left(void *arg)
{
	struct http_server *s = arg;
	loop_timer_free(&s->tick);
	loop_timer_free(&s->stop_timer);
	s->stopped(s->stopped_arg);
}

void http_server_conn_left(struct http_server *s)
{
	s->counters.connections--;
	if (s->stopping && s->living == NULL)
		loop_later(s->loop, everything_left, s);
}

static void waited_long_enough(void *arg)
{
	struct http_server *s = arg;
	for (struct conn *c = s->living; c != NULL; c = c->next)
		conn_abort(c);
}

void http_server_stop(struct http_server *s, void (*done)(void *arg), void *arg)
{
	must(!s->stopping);
	s->stopping = true;
	s->stopped = done;
	s->stopped_arg = arg;
	for (size_t i = 0; i < s->listener_count; i++) {
		s->counters.connections_refused += listener_refused(s->listeners[i]);
		listener_close(&s->listeners[i]);
	}
	s->listener_count = 0;
	for (struct conn *c = s->living; c != NULL; c = c->next)
		conn_stop(c);
	s->stop_timer = loop_timer_new(s->loop, waited_long_enough, s);
	loop_timer_start(s->stop_timer, s->limits.stop_ms);
	if (s->living == NULL)
		loop_later(s->loop, everything_left, s);
}

void http_server_free(struct http_server *s)
{
	if (s == NULL)
		return;
	must(s->living == NULL && s->listener_count == 0);
	loop_timer_free(&s->tick);
	router_free(s->router);
	memory_free(s->by_route);
	memory_free(s);
}

void http_server_counters(const struct http_server *s, struct http_counters *counters)
{
	*counters = s->counters;
	for (size_t i = 0; i < s->listener_count; i++)
		counters->connections_refused += listener_refused(s->listeners[i]);
}

const uint64_t *http_server_route_requests(const struct http_server *s, size_t route)
{
	must(route < s->route_count);
	return s->by_route[route];
}
