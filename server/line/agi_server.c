#include "line/agi_server.h"

#include "line/agi_call.h"
#include "line/line_address.h"
#include "net/listener.h"

enum { TICK_MS = 1000, QUEUE_BYTES = 64 * 1024, STALL_MS = 30000 };

struct agi_server {
	struct loop *loop;
	struct listener *listener; /* NULL: not open */
	struct loop_timer *tick;
	struct agi_calls calls;
};

static void ticked(void *arg)
{
	struct agi_server *s = arg;
	agi_calls_tick(&s->calls);
	loop_timer_start(s->tick, TICK_MS);
}

struct agi_server *agi_server_new(struct loop *loop, struct sources *sources, struct inbox *inbox)
{
	struct agi_server *s = memory_new(sizeof(*s));
	s->loop = loop;
	s->calls.sources = sources;
	s->calls.inbox = inbox;
	return s;
}

static void accepted(void *owner, struct stream *stream)
{
	struct agi_server *s = owner;
	agi_call_begin(&s->calls, stream);
}

enum status agi_server_open(struct agi_server *s, const char *address, bool anywhere,
			    struct trouble *why)
{
	static const struct listener_limits limits = {
		.connections = AGI_CALLS_MOST,
		.backlog = AGI_CALLS_MOST,
		.stream = {.queue_bytes = QUEUE_BYTES, .write_stall_ms = STALL_MS}};
	struct line_address at;
	enum status st = line_address_read(slice_of(address), &at, why);
	if (st < 0)
		return st;
	if (!anywhere && !line_address_is_private(&at))
		return trouble(why, E_DENIED,
			       "FastAGI has no password and %s is not a private address", at.host);
	s->listener = listener_new(s->loop, &limits, accepted, s);
	st = listener_open(s->listener, at.host, at.port, why);
	if (st < 0) {
		listener_close(&s->listener);
		return st;
	}
	s->tick = loop_timer_new(s->loop, ticked, s);
	loop_timer_start(s->tick, TICK_MS);
	return OK;
}

unsigned agi_server_port(const struct agi_server *s)
{
	return s->listener != NULL ? listener_port(s->listener) : 0;
}

unsigned agi_server_calls(const struct agi_server *s)
{
	return s->calls.len;
}

void agi_server_stop(struct agi_server *s)
{
	listener_close(&s->listener);
	loop_timer_free(&s->tick);
	agi_calls_leave(&s->calls);
}

bool agi_server_busy(const struct agi_server *s)
{
	return s->calls.len > 0;
}

void agi_server_free(struct agi_server *s)
{
	if (s == NULL)
		return;
	must(s->listener == NULL && s->calls.len == 0);
	memory_free(s);
}
