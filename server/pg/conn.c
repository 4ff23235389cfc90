#include "pg/conn.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "base/log.h"
#include "pg/conn_private.h"
#include "pg/conninfo.h"

#define BIT(name) (1U << PG_##name)

enum {
	CONNECT_TIMEOUT_S = 5,
	QUEUE_LIMIT = 1024,
	COPY_BUDGET_BYTES = 256 * 1024,
	SERVER_LOWEST = 150000,
	SERVER_15_SAFE = 150019, /* CVE-2026-14666: row-level security under cached plans */
	SERVER_15_BEST = 150020,
};

/* clang-format off */
/** Which states may follow which. Anything else is a bug. */
static const unsigned next_states[] = {
	[PG_NEW]        = BIT(CONNECTING) | BIT(BROKEN) | BIT(CLOSING),
	[PG_CONNECTING] = BIT(IDLE) | BIT(BROKEN) | BIT(CLOSING),
	[PG_IDLE]       = BIT(SENDING) | BIT(BROKEN) | BIT(CLOSING),
	[PG_SENDING]    = BIT(READING) | BIT(IDLE) | BIT(BROKEN) | BIT(CLOSING),
	[PG_READING]    = BIT(SENDING) | BIT(IDLE) | BIT(COPY_IN) | BIT(COPY_OUT) | BIT(BROKEN) | BIT(CLOSING),
	[PG_COPY_IN]    = BIT(SENDING) | BIT(BROKEN) | BIT(CLOSING),
	[PG_COPY_OUT]   = BIT(READING) | BIT(BROKEN) | BIT(CLOSING),
	[PG_BROKEN]     = BIT(CLOSING),
	[PG_CLOSING]    = 0,
};
/* clang-format on */

static const char *const state_names[] = {
#define X(name, words) [PG_##name] = #name,
	PG_STATES(X)
#undef X
};

static void step(struct pg_conn *c, bool fired);

void conn_enter(struct pg_conn *c, enum pg_state to)
{
	must((next_states[c->state] & (1U << to)) != 0);
	c->state = to;
}

bool conn_is_working(const struct pg_conn *c)
{
	return c->state != PG_NEW && c->state != PG_CONNECTING && c->state != PG_BROKEN &&
	       c->state != PG_CLOSING;
}

void conn_lose(struct pg_conn *c, const char *words)
{
	if (c->lost)
		return;
	c->lost = true;
	/* libpq's words end with a line feed and may have several lines. */
	trouble(&c->lost_why, E_BUSY, "the connection to the database was lost: %.*s",
		(int)strcspn(words, "\n"), words);
}

static void watch_fired(void *owner)
{
	step(owner, true);
}

static void woken(void *arg)
{
	struct pg_conn *c = arg;
	c->woken = false;
	step(c, false);
}

void conn_wake(struct pg_conn *c)
{
	if (c->woken)
		return;
	c->woken = true;
	loop_later(c->loop, woken, c);
}

static void timer_fired(void *arg)
{
	struct pg_conn *c = arg;
	conn_lose(c, "no answer in time");
	step(c, false);
}

struct pg_conn *pg_conn_new(struct loop *l, const struct pg_settings *settings)
{
	struct pg_conn *c = memory_new(sizeof(*c));
	size_t len = strlen(settings->conninfo);
	c->loop = l;
	c->settings = *settings;
	c->conninfo = memory_new(len + 1);
	memcpy(c->conninfo, settings->conninfo, len);
	c->settings.conninfo = c->conninfo;
	if (c->settings.connect_timeout_s == 0)
		c->settings.connect_timeout_s = CONNECT_TIMEOUT_S;
	if (c->settings.queue_limit == 0)
		c->settings.queue_limit = QUEUE_LIMIT;
	if (c->settings.copy_budget_bytes == 0)
		c->settings.copy_budget_bytes = COPY_BUDGET_BYTES;
	c->timer = loop_timer_new(l, timer_fired, c);
	return c;
}

void pg_conn_open(struct pg_conn *c, void (*done)(void *arg, const struct pg_answer *answer),
		  void *arg)
{
	must(c->state == PG_NEW);
	conn_enter(c, PG_CONNECTING);
	c->open = op_new(OP_SCRIPT, done, arg);
	conn_wake(c);
	struct conninfo parameters;
	c->open->refused = conninfo_make(&parameters, &c->settings, &c->lost_why);
	if (c->open->refused < 0) {
		c->lost = true;
		return;
	}
	c->pq = PQconnectStartParams(parameters.keywords, parameters.values, 1);
	must(c->pq != NULL); /* only for want of memory */
	PQsetNoticeReceiver(c->pq, conn_notice, c);
	loop_timer_start(c->timer, (uint64_t)c->settings.connect_timeout_s * 1000);
}

/** Waits for these events on the socket libpq has now, whatever it had before. */
static void arm(struct pg_conn *c, int events)
{
	int fd = PQsocket(c->pq);
	if (c->watch != NULL && watch_fd(c->watch) != fd)
		watch_drop(&c->watch);
	if (c->watch == NULL && fd >= 0)
		c->watch = watch_new(c->loop, fd, watch_fired, c);
	if (c->watch == NULL || !watch_arm(c->watch, events))
		conn_lose(c, "its socket cannot be watched");
}

/** Nothing of the kind is documented to be safe: CVEs of minor releases, features of major ones. */
static bool is_too_old(struct pg_conn *c)
{
	int version = PQserverVersion(c->pq);
	bool has_holes = version / 10000 == 15 && version < SERVER_15_SAFE;
	if (version < SERVER_LOWEST || (has_holes && !c->settings.allow_old_server)) {
		c->lost = true;
		trouble_code(&c->lost_why, E_INTERNAL, "database_too_old",
			     "PostgreSQL %d.%d is too old: 15.%d or newer is needed",
			     version / 10000, version % 10000, SERVER_15_SAFE % 10000);
		c->open->refused = E_INTERNAL;
		return true;
	}
	if (version / 10000 == 15 && version < SERVER_15_BEST)
		log_warn("pg.old_server", LOG_NUMBER("version", version),
			 LOG_NUMBER("wanted", SERVER_15_BEST));
	return false;
}

static void connected(struct pg_conn *c)
{
	if (is_too_old(c))
		return;
	if (PQsetnonblocking(c->pq, 1) != 0) {
		conn_lose(c, PQerrorMessage(c->pq));
		return;
	}
	loop_timer_stop(c->timer);
	conn_enter(c, PG_IDLE);
	struct op *open = c->open;
	c->open = NULL;
	op_answer(open);
}

static void step_connecting(struct pg_conn *c)
{
	/* PQconnectPoll() may close the socket and open another, even under the same number, and
	 * libuv must not watch a closed one: let go first. */
	if (c->watch != NULL && !watch_arm(c->watch, 0))
		conn_lose(c, "its socket cannot be watched");
	if (c->lost)
		return;
	if (PQstatus(c->pq) == CONNECTION_BAD) {
		conn_lose(c, PQerrorMessage(c->pq));
		return;
	}
	switch (PQconnectPoll(c->pq)) {
	case PGRES_POLLING_READING:
		arm(c, UV_READABLE);
		break;
	case PGRES_POLLING_WRITING:
		arm(c, UV_WRITABLE);
		break;
	case PGRES_POLLING_OK:
		connected(c);
		break;
	default:
		conn_lose(c, PQerrorMessage(c->pq));
	}
}

static void give_notifications(struct pg_conn *c)
{
	PGnotify *n;
	while (conn_is_working(c) && (n = PQnotifies(c->pq)) != NULL) {
		if (c->notify != NULL)
			c->notify(c->notify_arg, n->relname, n->extra);
		PQfreemem(n);
	}
}

static void tell_drained(struct pg_conn *c)
{
	if (!c->copy_paused)
		return;
	c->copy_paused = false;
	if (c->drain != NULL)
		c->drain(c->drain_arg);
}

/** Where the work of this step leaves us, and what we wait for. */
static void settle(struct pg_conn *c, bool heard)
{
	if ((c->state == PG_READING || c->state == PG_SENDING) && c->sent.first == NULL)
		conn_enter(c, PG_IDLE);
	bool reads = c->state != PG_COPY_OUT || !c->out_paused;
	arm(c, (reads ? UV_READABLE : 0) | (c->flush_pending ? UV_WRITABLE : 0));
	bool waits = (c->sent.first != NULL && reads) || c->copy_paused;
	if (!waits)
		loop_timer_stop(c->timer);
	else if (c->settings.answer_timeout_ms > 0 && (heard || !c->timed))
		loop_timer_start(c->timer, c->settings.answer_timeout_ms);
	c->timed = waits;
}

/** Everything that is open gets its answer; nobody is connected any more. These words may reach a
 * client: where the database is and who connects to it is for the log and for open's answer. */
static void answer_all(struct pg_conn *c)
{
	const char *words = c->state == PG_CLOSING ? "the connection to the database was closed"
						   : "the connection to the database was lost";
	struct op *op;
	while ((op = op_take(&c->refused)) != NULL)
		op_answer_unsent(op, op->refused, "the operation was refused");
	while ((op = op_take(&c->sent)) != NULL) {
		if (op->refused < 0)
			op_answer_unsent(op, op->refused, words);
		else
			op_answer_lost(op, words);
	}
	while ((op = op_take(&c->queued)) != NULL)
		op_answer_unsent(op, E_BUSY, words);
}

static void disconnect(struct pg_conn *c)
{
	loop_timer_stop(c->timer);
	watch_drop(&c->watch);
	PQfinish(c->pq);
	c->pq = NULL;
	memory_free(c->prepared);
	c->prepared = NULL;
	c->prepared_count = c->prepared_room = 0;
}

static void break_down(struct pg_conn *c)
{
	struct op *open = c->open;
	c->open = NULL;
	conn_enter(c, PG_BROKEN);
	c->in_transaction = c->flush_pending = false;
	disconnect(c);
	if (open == NULL)
		log_warn("pg.lost", LOG_TEXT("why", c->lost_why.words));
	else
		op_answer_unsent(open, open->refused < 0 ? open->refused : E_BUSY,
				 c->lost_why.words);
	answer_all(c);
	if (c->state != PG_CLOSING)
		tell_drained(c);
	if (open == NULL && c->state != PG_CLOSING && c->broken != NULL)
		c->broken(c->broken_arg);
}

static void step_working(struct pg_conn *c, bool fired)
{
	/* What libpq had read before it failed is still taken below: a last answer may be in it. */
	bool paused = c->state == PG_COPY_OUT && c->out_paused;
	bool failed = fired && !paused && PQconsumeInput(c->pq) != 1;
	do {
		conn_send(c);
		conn_flush(c);
	} while (conn_read(c) && conn_is_working(c) && !c->lost);
	if (conn_is_working(c))
		give_notifications(c);
	if (conn_is_working(c) && !c->flush_pending && !c->lost)
		tell_drained(c);
	if (!conn_is_working(c))
		return;
	if (failed || PQstatus(c->pq) == CONNECTION_BAD)
		conn_lose(c, PQerrorMessage(c->pq));
	if (!c->lost)
		settle(c, fired);
}

static void refuse_some(struct pg_conn *c)
{
	struct op *op;
	while (c->state != PG_CLOSING && (op = op_take(&c->refused)) != NULL)
		op_answer_unsent(op, op->refused,
				 op->refused == E_LIMIT ? "the parameters are too large"
							: "too many operations wait");
}

/** The one place where the connection moves. Callbacks in here may start operations, which only
 * queue, and may close the connection, whose memory stays until the next turn. */
static void step(struct pg_conn *c, bool fired)
{
	if (c->state == PG_CLOSING)
		return;
	refuse_some(c);
	if (c->state == PG_CONNECTING)
		step_connecting(c);
	if (conn_is_working(c) && !c->lost)
		step_working(c, fired);
	if (c->state == PG_BROKEN)
		answer_all(c);
	else if (c->lost && c->state != PG_CLOSING)
		break_down(c);
}

static void close_finished(void *arg)
{
	struct pg_conn *c = arg;
	void (*closed)(void *arg) = c->closed;
	void *closed_arg = c->closed_arg;
	if (c->open != NULL)
		op_answer_unsent(c->open, E_BUSY, "the connection to the database was closed");
	answer_all(c);
	memory_free(c->conninfo);
	memory_free(c);
	if (closed != NULL)
		closed(closed_arg);
}

void pg_conn_close(struct pg_conn **conn, void (*closed)(void *arg), void *arg)
{
	struct pg_conn *c = *conn;
	*conn = NULL;
	if (c == NULL)
		return;
	conn_enter(c, PG_CLOSING);
	c->closed = closed;
	c->closed_arg = arg;
	disconnect(c);
	loop_timer_free(&c->timer);
	/* After every step that is due: laters come in the order of their calls. */
	loop_later(c->loop, close_finished, c);
}

void pg_conn_on_broken(struct pg_conn *c, void (*fn)(void *arg), void *arg)
{
	c->broken = fn;
	c->broken_arg = arg;
}

void pg_conn_on_notify(struct pg_conn *c,
		       void (*fn)(void *arg, const char *channel, const char *payload), void *arg)
{
	c->notify = fn;
	c->notify_arg = arg;
}

bool pg_conn_is_open(const struct pg_conn *c)
{
	return conn_is_working(c) && !c->lost;
}

size_t pg_conn_pending(const struct pg_conn *c)
{
	return c->queued.count + c->sent.count + c->refused.count + (c->copying ? 1 : 0);
}

bool pg_conn_in_transaction(const struct pg_conn *c)
{
	return c->in_transaction;
}

const char *pg_conn_state_name(const struct pg_conn *c)
{
	return state_names[c->state];
}
