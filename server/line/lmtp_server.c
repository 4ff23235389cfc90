#include "line/lmtp_server.h"

#include "line/line_address.h"
#include "line/lmtp_session.h"
#include "net/listener.h"

enum { TICK_MS = 1000, QUEUE_BYTES = 256 * 1024, STALL_MS = 30000, SMTP_PORT = 25 };

struct lmtp_server {
	struct listener *listener; /* NULL: not open */
	struct loop_timer *tick;
	struct lmtp_sessions sessions;
};

static void ticked(void *arg)
{
	struct lmtp_server *s = arg;
	lmtp_sessions_tick(&s->sessions);
	loop_timer_start(s->tick, TICK_MS);
}

struct lmtp_server *lmtp_server_new(struct loop *loop, struct sources *sources, struct inbox *inbox)
{
	struct lmtp_server *s = memory_new(sizeof(*s));
	s->sessions = (struct lmtp_sessions){
		.loop = loop, .sources = sources, .inbox = inbox, .room_bytes = LMTP_ROOM_BYTES};
	return s;
}

static void accepted(void *owner, struct stream *stream)
{
	struct lmtp_server *s = owner;
	lmtp_session_begin(&s->sessions, stream);
}

static enum status listen_at(struct lmtp_server *s, const char *text, struct trouble *why)
{
	struct slice path = slice_of(text), prefix = SLICE("unix:");
	struct line_address address;
	if (slice_starts_with(path, prefix))
		return listener_open_path(s->listener, text + prefix.len, why);
	enum status st = line_address_read(slice_of(text), &address, why);
	if (st < 0)
		return st;
	if (address.port == SMTP_PORT)
		return trouble(why, E_INPUT, "LMTP is never spoken at port 25");
	if (!line_address_is_private(&address))
		return trouble(why, E_DENIED,
			       "LMTP has no password and %s is not a private address",
			       address.host);
	return listener_open(s->listener, address.host, address.port, why);
}

enum status lmtp_server_open(struct lmtp_server *s, const char *address, const char *domain,
			     struct trouble *why)
{
	static const struct listener_limits limits = {
		.connections = LMTP_SESSIONS_MOST,
		.backlog = LMTP_SESSIONS_MOST,
		.stream = {.queue_bytes = QUEUE_BYTES, .write_stall_ms = STALL_MS}};
	s->sessions.domain = domain;
	s->listener = listener_new(s->sessions.loop, &limits, accepted, s);
	enum status st = listen_at(s, address, why);
	if (st < 0) {
		listener_close(&s->listener);
		return st;
	}
	s->tick = loop_timer_new(s->sessions.loop, ticked, s);
	loop_timer_start(s->tick, TICK_MS);
	return OK;
}

unsigned lmtp_server_port(const struct lmtp_server *s)
{
	return s->listener != NULL ? listener_port(s->listener) : 0;
}

void lmtp_server_stop(struct lmtp_server *s)
{
	listener_close(&s->listener);
	loop_timer_free(&s->tick);
	lmtp_sessions_stop(&s->sessions);
}

bool lmtp_server_busy(const struct lmtp_server *s)
{
	return lmtp_sessions_busy(&s->sessions);
}

void lmtp_server_free(struct lmtp_server *s)
{
	if (s == NULL)
		return;
	must(s->listener == NULL && !lmtp_sessions_busy(&s->sessions));
	memory_free(s);
}
