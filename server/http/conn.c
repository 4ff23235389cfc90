#include "http/conn.h"

#include "base/clock.h"
#include "base/must.h"
#include "http/problem.h"
#include "http/request.h"

enum { KEPT_TAIL_BYTES = 4096, EXTRA_BYTES = 16384, OUT_BYTES = 32768, PIPELINED_PART = 16 };

#define TO(name) (1u << CONN_##name)

/** Which states may follow which. Anything else is a bug. */
/* clang-format off */
static const unsigned next_states[] = {
	[CONN_IDLE]      = TO(HEAD) | TO(FLUSHING) | TO(CLOSING),
	[CONN_HEAD]      = TO(BODY) | TO(FLUSHING) | TO(CLOSING),
	[CONN_BODY]      = TO(IDLE) | TO(PAUSED) | TO(WAITING) | TO(DRAINING) | TO(FLUSHING) | TO(CLOSING),
	[CONN_PAUSED]    = TO(BODY) | TO(DRAINING) | TO(FLUSHING) | TO(CLOSING),
	[CONN_WAITING]   = TO(IDLE) | TO(DRAINING) | TO(FLUSHING) | TO(CLOSING),
	[CONN_DRAINING]  = TO(IDLE) | TO(FLUSHING) | TO(CLOSING),
	[CONN_FLUSHING]  = TO(LINGERING) | TO(CLOSING),
	[CONN_LINGERING] = TO(CLOSING),
	[CONN_CLOSING]   = 0,
};
/* clang-format on */

static uint64_t now_ms(const struct conn *c)
{
	return uv_now(loop_uv(c->server->loop));
}

static void enter(struct conn *c, enum conn_state to)
{
	must(next_states[c->state] & (1u << to));
	c->state = to;
	c->since_ms = now_ms(c);
	c->window_ms = c->since_ms;
	c->window_bytes = 0;
}

static bool was_lost(const struct conn *c)
{
	return c->state == CONN_CLOSING;
}

static void close_now(struct conn *c)
{
	if (was_lost(c))
		return;
	enter(c, CONN_CLOSING);
	stream_close(&c->stream);
	conn_kick(c);
}

/** Everything queued, then FIN. */
static void close_behind_answer(struct conn *c)
{
	size_t unread = c->stepping ? c->in.len : c->tail.len;
	c->unclean = unread > 0 || !(c->turn.complete || http_parser_idle(c->parser));
	enter(c, CONN_FLUSHING);
	stream_finish(c->stream);
}

/** Ends the exchange: what its arena holds is gone, its number is known to the log. */
static void end_exchange(struct conn *c, int status)
{
	request_count(c, status);
	c->turn.open = false;
	c->turn.handed = false;
	arena_rewind(&c->arena, (struct arena_mark){0});
	buf_clear(&c->extra);
	buf_fini(&c->collected);
}

static void tell_gone(struct conn *c)
{
	if (!c->turn.handed)
		return;
	c->turn.handed = false;
	c->turn.intercept = NULL;
	if (c->turn.handler->gone != NULL)
		c->turn.handler->gone(&c->x);
}

/** There is nobody left to answer. */
static void lost(struct conn *c)
{
	if (was_lost(c))
		return;
	if (c->turn.open && !c->turn.answered && c->turn.kept) {
		close_now(c);
		return;
	}
	if (c->turn.open && !c->turn.answered)
		tell_gone(c);
	if (c->turn.open)
		end_exchange(c, c->turn.answered ? c->turn.status : STATUS_CLIENT_GONE);
	close_now(c);
}

static void restart(struct conn *c)
{
	http_parser_restart(c->parser);
	c->served_one = true;
	enter(c, CONN_IDLE);
	if (c->server->stopping)
		close_behind_answer(c);
}

/** The answer is complete: what becomes of the connection? */
static void settle(struct conn *c)
{
	bool complete = c->turn.complete;
	if (!c->turn.open || !c->turn.answered || was_lost(c))
		return;
	end_exchange(c, c->turn.status);
	if (c->turn.aborted) {
		stream_flush(c->stream);
		close_now(c);
	} else if (!c->turn.keep) {
		close_behind_answer(c);
	} else if (complete) {
		restart(c);
	} else {
		enter(c, CONN_DRAINING);
	}
}

static void answer_for_the_handler(struct conn *c, int status, const char *code, const char *words)
{
	c->turn.must_close = true;
	if (c->turn.answered || c->turn.streaming) {
		lost(c);
		return;
	}
	tell_gone(c);
	buf_clear(&c->extra);
	c->turn.has_cache_control = false;
	if (status == 405)
		exchange_answer_add_header(&c->x, "Allow",
					   SLICE("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
	exchange_problem(&c->x, status, code, http_status_text(status), slice_of(words));
	settle(c);
}

static void open_exchange(struct conn *c)
{
	c->turn = (struct turn){.open = true, .started_us = clock_monotonic_us()};
	c->x = (struct exchange){.arena = &c->arena, .conn = c, .number = ++c->server->last_number};
	c->server->counters.in_flight++;
}

/** What cannot be parsed is answered if nobody has begun to, and then the connection ends. */
static void refuse(struct conn *c)
{
	const struct http_refusal *r = http_parser_refusal(c->parser);
	if (c->state == CONN_DRAINING) {
		close_behind_answer(c);
		return;
	}
	if (!c->turn.open)
		open_exchange(c);
	answer_for_the_handler(c, r->status, r->code, r->words);
}

static void send_continue(struct conn *c)
{
	if (!c->turn.owes_continue)
		return;
	c->turn.owes_continue = false;
	/* Whoever already sends does not need to be asked. */
	if (c->in.len == 0)
		(void)stream_put(c->stream, SLICE("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void begin(struct conn *c)
{
	const struct handler *h = c->turn.handler;
	c->turn.handed = true;
	if (h->begin != NULL)
		h->begin(&c->x);
	if (c->turn.answered)
		settle(c);
	else if (c->turn.pause_wanted && !c->turn.resume_wanted)
		enter(c, CONN_PAUSED);
	else
		send_continue(c);
}

static const struct handler *handler_of(const struct conn *c)
{
	const struct route *route = c->x.route;
	const struct handler *around = c->server->around != NULL ? c->server->around(route) : NULL;
	return around != NULL ? around : route->handler;
}

static void head_came(struct conn *c)
{
	if (c->state == CONN_IDLE)
		enter(c, CONN_HEAD);
	enter(c, CONN_BODY);
	open_exchange(c);
	c->turn.owes_continue = http_parser_framing(c->parser)->expects_continue;
	if (request_is_wanted(c)) {
		c->turn.handler = handler_of(c);
		begin(c);
	} else {
		settle(c);
	}
}

static bool outgrew_limit(const struct conn *c)
{
	int64_t limit = c->x.route->limit_body_bytes;
	return limit >= 0 && c->turn.bytes_in > (uint64_t)limit;
}

static void body_came(struct conn *c, struct slice part)
{
	const struct handler *h = c->turn.handler;
	c->turn.bytes_in += part.len;
	c->window_bytes += part.len;
	if (outgrew_limit(c)) {
		answer_for_the_handler(c, 413, "body_too_large", "the body is larger than allowed");
		return;
	}
	if (c->x.route->handler->body == NULL) {
		buf_add(&c->collected, part);
		return;
	}
	c->turn.resume_wanted = false;
	enum flow flow = h->body(&c->x, part);
	if (c->turn.answered)
		settle(c);
	else if (flow == FLOW_STOP)
		enter(c, CONN_WAITING);
	else if (flow == FLOW_PAUSE && !c->turn.resume_wanted)
		enter(c, CONN_PAUSED);
}

static void request_ended(struct conn *c)
{
	c->turn.complete = true;
	if (c->state == CONN_DRAINING) {
		restart(c);
		return;
	}
	const struct handler *h = c->turn.handler, *own = c->x.route->handler;
	enter(c, CONN_WAITING);
	if (own->whole != NULL && own->body == NULL)
		h->whole(&c->x, buf_slice(&c->collected));
	else if (h->end != NULL)
		h->end(&c->x);
	settle(c);
}

/** The client has closed its half and the request it began will never be complete. */
static void input_ended(struct conn *c)
{
	if (!c->turn.open)
		close_behind_answer(c);
	else
		lost(c);
}

/** A pipelining client that does not read gets no further answers: nobody needs a key to ask, and
 * the queue is meant for one long answer. */
static bool output_is_full(const struct conn *c)
{
	return c->state == CONN_IDLE &&
	       stream_unsent(c->stream) > c->server->limits.queue_bytes / PIPELINED_PART;
}

/** What still waits after a flush has a `flushed` coming, which goes on from here. */
static bool must_wait_for_output(struct conn *c)
{
	if (!output_is_full(c))
		return false;
	stream_flush(c->stream);
	return output_is_full(c);
}

static bool parses(const struct conn *c)
{
	return c->state == CONN_IDLE || c->state == CONN_HEAD || c->state == CONN_BODY ||
	       c->state == CONN_DRAINING;
}

/** One event of the parser. False: nothing more can happen now. */
static bool advance(struct conn *c)
{
	struct slice part;
	if (!parses(c) || must_wait_for_output(c))
		return false;
	switch (http_parser_next(c->parser, &c->in, &part)) {
	case PARSED_MORE:
		if (c->state == CONN_IDLE && !http_parser_idle(c->parser))
			enter(c, CONN_HEAD);
		if (c->eof)
			input_ended(c);
		return false;
	case PARSED_HEAD:
		head_came(c);
		break;
	case PARSED_BODY:
		/* An early answer keeps the connection only where little is left to drop. */
		if (c->state != CONN_DRAINING)
			body_came(c, part);
		break;
	case PARSED_END:
		request_ended(c);
		break;
	case PARSED_REFUSED:
		refuse(c);
		break;
	}
	return true;
}

static void keep_tail(struct conn *c, size_t tail_len)
{
	if (!parses(c) && c->state != CONN_PAUSED && c->state != CONN_WAITING)
		c->in = SLICE_NONE;
	if (tail_len > 0)
		buf_drop_front(&c->tail, tail_len - c->in.len);
	else
		buf_add(&c->tail, c->in);
	c->in = SLICE_NONE;
	if (c->tail.len == 0 && c->tail.room > KEPT_TAIL_BYTES) {
		buf_fini(&c->tail);
		buf_init(&c->tail, SIZE_MAX / 4);
	}
}

static void choose_reading(struct conn *c)
{
	bool curious = c->state == CONN_WAITING || output_is_full(c);
	bool drops = c->state == CONN_FLUSHING || c->state == CONN_LINGERING;
	bool wanted = (curious && c->tail.len == 0) || (parses(c) && !curious) ||
		      (drops && c->dropped <= c->server->limits.drain_bytes);
	if (wanted && !c->eof)
		stream_resume(c->stream);
	else
		stream_pause(c->stream);
}

static void note_resumed(struct conn *c)
{
	if (c->state != CONN_PAUSED || !c->turn.resume_wanted)
		return;
	enter(c, CONN_BODY);
	c->in = buf_slice(&c->tail);
	send_continue(c);
}

/** Everything that can happen now happens here; `fresh` is what was just read. */
static void conn_step(struct conn *c, struct slice fresh)
{
	must(!c->stepping);
	c->stepping = true;
	size_t tail_len = c->tail.len;
	if (tail_len > 0 && fresh.len > 0) {
		buf_add(&c->tail, fresh);
		tail_len = c->tail.len;
	}
	c->in = tail_len > 0 ? buf_slice(&c->tail) : fresh;
	settle(c);
	note_resumed(c);
	while (advance(c))
		;
	if (!was_lost(c)) {
		keep_tail(c, tail_len);
		stream_flush(c->stream);
		choose_reading(c);
	}
	c->stepping = false;
}

static void conn_free(struct conn *c)
{
	struct http_server *s = c->server;
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	http_parser_free(c->parser);
	arena_fini(&c->arena);
	buf_fini(&c->tail);
	buf_fini(&c->extra);
	buf_fini(&c->out);
	buf_fini(&c->collected);
	memory_free(c);
	http_server_conn_left(s);
}

static void turn_came(void *arg)
{
	struct conn *c = arg;
	c->step_pending = false;
	if (!was_lost(c)) {
		conn_step(c, SLICE_NONE);
		return;
	}
	if (c->turn.open && !c->turn.answered)
		return; /* kept: the answer comes, and with it another turn */
	if (c->turn.open)
		end_exchange(c, STATUS_CLIENT_GONE);
	conn_free(c);
}

void conn_kick(struct conn *c)
{
	if (c->step_pending || (c->stepping && !was_lost(c)))
		return;
	c->step_pending = true;
	loop_later(c->server->loop, turn_came, c);
}

static void bytes_came(void *owner, struct slice in)
{
	struct conn *c = owner;
	if (c->state == CONN_FLUSHING || c->state == CONN_LINGERING) {
		c->dropped += in.len;
		if (c->dropped <= c->server->limits.drain_bytes)
			return;
		if (c->state == CONN_LINGERING)
			close_now(c);
		else
			choose_reading(c);
		return;
	}
	conn_step(c, in);
}

static void eof_came(void *owner)
{
	struct conn *c = owner;
	c->eof = true;
	if (c->state == CONN_LINGERING)
		close_now(c);
	else if (c->turn.open && c->turn.streaming && !c->turn.answered)
		lost(c);
	else
		conn_step(c, SLICE_NONE);
}

static void gone_came(void *owner)
{
	lost(owner);
}

static void writable_came(void *owner)
{
	struct conn *c = owner;
	if (c->turn.open && c->turn.handed && c->turn.streaming && !c->turn.answered &&
	    c->turn.handler->writable != NULL) {
		c->stepping = true;
		c->turn.handler->writable(&c->x);
		c->stepping = false;
	}
	conn_step(c, SLICE_NONE);
}

static void flushed_came(void *owner)
{
	conn_step(owner, SLICE_NONE);
}

/** Closing while the client still sends would reset the answer out of its hands. */
static void finished_came(void *owner)
{
	struct conn *c = owner;
	must(c->state == CONN_FLUSHING);
	if (c->eof || !c->unclean) {
		close_now(c);
		return;
	}
	enter(c, CONN_LINGERING);
	if (c->dropped > c->server->limits.drain_bytes)
		close_now(c);
	else
		choose_reading(c);
}

static const struct stream_events events = {
	.bytes = bytes_came,
	.eof = eof_came,
	.gone = gone_came,
	.writable = writable_came,
	.flushed = flushed_came,
	.finished = finished_came,
};

void conn_new(struct http_server *server, struct stream *stream)
{
	const struct http_limits *l = &server->limits;
	struct conn *c = memory_new(sizeof(*c));
	c->server = server;
	c->stream = stream;
	c->parser = http_parser_new(&(struct guard_limits){
		.head_bytes = l->head_bytes, .target_bytes = l->target_bytes, .fields = l->fields});
	arena_init(&c->arena, l->arena_bytes);
	buf_init(&c->tail, SIZE_MAX / 4); /* reading stops while it holds anything */
	buf_init(&c->extra, EXTRA_BYTES);
	buf_init(&c->out, OUT_BYTES);
	c->since_ms = now_ms(c);
	c->next = server->living;
	c->link = &server->living;
	if (c->next != NULL)
		c->next->link = &c->next;
	server->living = c;
	server->counters.connections_accepted++;
	server->counters.connections++;
	stream_start(stream, &events, c);
}

/** In every span of grace the body must keep its rate; what a pause takes does not count. */
static bool body_is_too_slow(struct conn *c, uint64_t now)
{
	const struct http_limits *l = &c->server->limits;
	if (now < c->window_ms + l->body_grace_ms)
		return false;
	if (c->window_bytes < l->body_rate * l->body_grace_ms / 1000)
		return true;
	c->window_ms = now;
	c->window_bytes = 0;
	return false;
}

static void took_too_long(struct conn *c, const char *words)
{
	c->stepping = true;
	if (!c->turn.open)
		open_exchange(c);
	answer_for_the_handler(c, 408, "request_timeout", words);
	c->stepping = false;
	if (!was_lost(c))
		conn_step(c, SLICE_NONE);
}

/** Nobody is owed anything: the connection may just end. */
static bool is_spent(const struct conn *c, uint64_t age)
{
	const struct http_limits *l = &c->server->limits;
	if (c->state == CONN_DRAINING)
		return age > l->linger_ms;
	return c->state == CONN_IDLE && age > (c->served_one ? l->idle_ms : l->head_ms) &&
	       stream_unsent(c->stream) == 0;
}

void conn_tick(struct conn *c, uint64_t now)
{
	const struct http_limits *l = &c->server->limits;
	uint64_t age = now > c->since_ms ? now - c->since_ms : 0;
	if (was_lost(c))
		return;
	stream_tick(c->stream, now);
	if (is_spent(c, age))
		close_behind_answer(c);
	else if (c->state == CONN_HEAD && age > l->head_ms)
		took_too_long(c, "the head of the request did not arrive in time");
	else if (c->state == CONN_BODY && body_is_too_slow(c, now))
		took_too_long(c, "the body of the request arrives too slowly");
	else if (c->state == CONN_LINGERING && age > l->linger_ms)
		close_now(c);
}

void conn_stop(struct conn *c)
{
	if (c->state == CONN_IDLE && c->tail.len == 0) {
		close_behind_answer(c);
		return;
	}
	if (!c->turn.open || !c->turn.handed || c->turn.answered ||
	    c->turn.handler->stopping == NULL)
		return;
	c->turn.handler->stopping(&c->x);
}

void conn_abort(struct conn *c)
{
	bool awaited = was_lost(c) && c->turn.open && !c->turn.answered;
	c->turn.kept = false;
	if (!awaited) {
		lost(c);
		return;
	}
	tell_gone(c);
	c->turn.answered = true;
	conn_kick(c);
}
