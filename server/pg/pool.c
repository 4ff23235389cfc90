#include "pg/pool.h"

#include <string.h>

#include "base/log.h"
#include "loop/loop.h"

#define BIT(name) (1U << SLOT_##name)

enum {
	SHARED = 2,
	EXCLUSIVE = 4,
	WAITING_LIMIT = 1024,
	WAIT_MS = 10000,
	BACKOFF_FIRST_MS = 100,
	BACKOFF_MOST_MS = 5000,
};

/* clang-format off */
#define SLOT_STATES(X)                                                     \
	X(DOWN,     "waits for its next try")                              \
	X(OPENING,  "connects and greets")                                 \
	X(FREE,     "usable; a shared one stays here while it works")      \
	X(TAKEN,    "somebody has it")                                     \
	X(CLEANING, "rolls back what was left open")                       \
	X(DRAINING, "the pool closes; the last answers are awaited")       \
	X(ENDED,    "the pool closes; the connection is gone or going")

enum slot_state {
#define X(name, words) SLOT_##name,
	SLOT_STATES(X)
#undef X
};

static const unsigned next_states[] = {
	[SLOT_DOWN]     = BIT(OPENING) | BIT(ENDED),
	[SLOT_OPENING]  = BIT(FREE) | BIT(DOWN) | BIT(ENDED),
	[SLOT_FREE]     = BIT(TAKEN) | BIT(DOWN) | BIT(DRAINING),
	[SLOT_TAKEN]    = BIT(FREE) | BIT(CLEANING) | BIT(DOWN) | BIT(ENDED),
	[SLOT_CLEANING] = BIT(FREE) | BIT(DOWN) | BIT(ENDED),
	[SLOT_DRAINING] = BIT(ENDED),
	[SLOT_ENDED]    = 0,
};
/* clang-format on */

struct slot {
	enum slot_state state;
	bool shared;
	struct pg_pool *pool;
	struct pg_conn *conn;
	struct pg_backoff backoff;
	struct loop_timer *timer;
};

/** One pg_pool_take that has not been served. */
struct waiter {
	struct waiter *next;
	uint64_t until_ms; /**< of uv_now() */
	void (*done)(void *arg, struct pg_conn *conn, const struct trouble *why);
	void *arg;
};

struct waiters {
	struct waiter *first, *last;
	size_t count;
};

struct pg_pool {
	struct loop *loop;
	struct pg_pool_settings settings;
	char *conninfo, *greeting;
	struct slot *slots;
	size_t slot_count, open_conns; /**< connections whose memory is not yet gone */
	struct waiters waiting, refused;
	struct loop_timer *timer; /**< the first waiter's end of patience */
	bool serving_due, closing;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void slot_open(struct slot *s);

static void slot_enter(struct slot *s, enum slot_state to)
{
	must((next_states[s->state] & (1U << to)) != 0);
	s->state = to;
}

static struct waiter *first_of(struct waiters *list)
{
	struct waiter *w = list->first;
	if (w == NULL)
		return NULL;
	list->first = w->next;
	if (list->first == NULL)
		list->last = NULL;
	list->count--;
	return w;
}

static void append(struct waiters *list, struct waiter *w)
{
	if (list->last != NULL)
		list->last->next = w;
	else
		list->first = w;
	list->last = w;
	list->count++;
}

static void answer(struct waiter *w, struct pg_conn *conn, const char *words)
{
	struct trouble why;
	if (words != NULL)
		trouble_code(&why, E_BUSY, "database_busy", "%s", words);
	w->done(w->arg, conn, words != NULL ? &why : NULL);
	memory_free(w);
}

static struct slot *free_exclusive(struct pg_pool *p)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		struct slot *s = &p->slots[i];
		if (!s->shared && s->state == SLOT_FREE && pg_conn_is_open(s->conn))
			return s;
	}
	return NULL;
}

static void free_pool_if_ended(struct pg_pool *p)
{
	if (!p->closing || p->open_conns > 0 || p->serving_due)
		return;
	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].state != SLOT_ENDED)
			return;
	void (*closed)(void *arg) = p->closed;
	void *arg = p->closed_arg;
	for (size_t i = 0; i < p->slot_count; i++)
		loop_timer_free(&p->slots[i].timer);
	loop_timer_free(&p->timer);
	memory_free(p->slots);
	memory_free(p->conninfo);
	memory_free(p->greeting);
	memory_free(p);
	if (closed != NULL)
		closed(arg);
}

/** Gives free connections to those who wait longest. */
static void serve(void *arg)
{
	struct pg_pool *p = arg;
	struct waiter *w;
	struct slot *s;
	uint64_t now = uv_now(loop_uv(p->loop));
	while ((w = first_of(&p->refused)) != NULL)
		answer(w, NULL, "too many wait for the database");
	while (p->closing && (w = first_of(&p->waiting)) != NULL)
		answer(w, NULL, "the server is stopping");
	while (p->waiting.first != NULL && (s = free_exclusive(p)) != NULL) {
		slot_enter(s, SLOT_TAKEN);
		answer(first_of(&p->waiting), s->conn, NULL);
	}
	while (p->waiting.first != NULL && p->waiting.first->until_ms <= now)
		answer(first_of(&p->waiting), NULL, "no connection to the database came free");
	if (p->waiting.first != NULL)
		loop_timer_start(p->timer, p->waiting.first->until_ms - now);
	else
		loop_timer_stop(p->timer);
}

static void serve_later(void *arg)
{
	struct pg_pool *p = arg;
	serve(p);
	p->serving_due = false;
	if (p->refused.first != NULL || (p->closing && p->waiting.first != NULL)) {
		p->serving_due = true;
		loop_later(p->loop, serve_later, p);
	}
	free_pool_if_ended(p);
}

static void serve_soon(struct pg_pool *p)
{
	if (p->serving_due)
		return;
	p->serving_due = true;
	loop_later(p->loop, serve_later, p);
}

static void conn_closed(void *arg)
{
	struct slot *s = arg;
	s->pool->open_conns--;
	free_pool_if_ended(s->pool);
}

static void drop_conn(struct slot *s)
{
	pg_conn_close(&s->conn, conn_closed, s);
}

static void slot_end(struct slot *s)
{
	slot_enter(s, SLOT_ENDED);
	loop_timer_stop(s->timer);
	if (s->conn != NULL)
		drop_conn(s);
	serve_soon(s->pool); /* which also looks whether all have ended */
}

/** The connection is of no use; another is tried after a wait. */
static void slot_failed(struct slot *s, const char *words)
{
	if (s->pool->closing) {
		slot_end(s);
		return;
	}
	slot_enter(s, SLOT_DOWN);
	drop_conn(s);
	uint32_t wait_ms = pg_backoff_next(&s->backoff, s->pool->settings.random);
	log_warn("pg.down", LOG_NUMBER("retry_ms", wait_ms), LOG_TEXT("why", words));
	loop_timer_start(s->timer, wait_ms);
}

static void conn_broke(void *arg)
{
	struct slot *s = arg;
	/* Who has taken it learns by its answers and gives it back. */
	if (s->state == SLOT_FREE)
		slot_failed(s, "the connection was lost");
}

static void slot_usable(struct slot *s)
{
	pg_backoff_reset(&s->backoff);
	slot_enter(s, SLOT_FREE);
	serve_soon(s->pool);
}

/* The two answers of an opening slot come in this order, also when the first is a failure and has
 * closed the connection: then the second finds the slot elsewhere. */
static void opened(void *arg, const struct pg_answer *a)
{
	struct slot *s = arg;
	if (s->state != SLOT_OPENING)
		return; /* the pool has closed meanwhile */
	if (a->status < 0)
		slot_failed(s, a->why.words);
	else if (s->pool->greeting == NULL)
		slot_usable(s);
}

/** A greeting remembers its connection: the slot may have got another since. */
struct greeting {
	struct slot *slot;
	struct pg_conn *conn;
};

static void greeted(void *arg, const struct pg_answer *a)
{
	struct greeting g = *(struct greeting *)arg;
	memory_free(arg);
	if (g.slot->conn != g.conn || g.slot->state != SLOT_OPENING)
		return;
	if (a->status < 0)
		slot_failed(g.slot, a->why.words);
	else
		slot_usable(g.slot);
}

static void slot_open(struct slot *s)
{
	struct pg_pool *p = s->pool;
	slot_enter(s, SLOT_OPENING);
	s->conn = pg_conn_new(p->loop, &p->settings.conn);
	p->open_conns++;
	pg_conn_on_broken(s->conn, conn_broke, s);
	pg_conn_open(s->conn, opened, s);
	if (p->greeting == NULL)
		return;
	struct greeting *g = memory_new(sizeof(*g));
	*g = (struct greeting){s, s->conn};
	pg_conn_script(s->conn, p->greeting, greeted, g);
}

static void try_again(void *arg)
{
	slot_open(arg);
}

static void patience_ended(void *arg)
{
	serve_soon(arg);
}

static char *copy_text(const char *text)
{
	if (text == NULL)
		return NULL;
	size_t size = strlen(text) + 1;
	char *copy = memory_new(size);
	memcpy(copy, text, size);
	return copy;
}

static uint32_t or_default(uint32_t number, uint32_t usual)
{
	return number > 0 ? number : usual;
}

static struct pg_pool_settings with_defaults(struct pg_pool_settings s)
{
	s.shared = or_default(s.shared, SHARED);
	s.exclusive = or_default(s.exclusive, EXCLUSIVE);
	s.waiting_limit = or_default(s.waiting_limit, WAITING_LIMIT);
	s.wait_ms = or_default(s.wait_ms, WAIT_MS);
	s.backoff_first_ms = or_default(s.backoff_first_ms, BACKOFF_FIRST_MS);
	s.backoff_most_ms = or_default(s.backoff_most_ms, BACKOFF_MOST_MS);
	return s;
}

struct pg_pool *pg_pool_new(struct loop *l, const struct pg_pool_settings *settings)
{
	must(settings->random.next != NULL);
	struct pg_pool *p = memory_new(sizeof(*p));
	p->loop = l;
	p->settings = with_defaults(*settings);
	p->conninfo = copy_text(settings->conn.conninfo);
	p->greeting = copy_text(settings->greeting);
	p->settings.conn.conninfo = p->conninfo;
	p->timer = loop_timer_new(l, patience_ended, p);
	p->slot_count = (size_t)p->settings.shared + p->settings.exclusive;
	p->slots = memory_new(p->slot_count * sizeof(*p->slots));
	for (size_t i = 0; i < p->slot_count; i++) {
		struct slot *s = &p->slots[i];
		s->pool = p;
		s->shared = i < p->settings.shared;
		s->backoff = (struct pg_backoff){.first_ms = p->settings.backoff_first_ms,
						 .most_ms = p->settings.backoff_most_ms};
		s->timer = loop_timer_new(l, try_again, s);
		slot_open(s);
	}
	return p;
}

static void drained(void *arg, const struct pg_answer *a)
{
	struct slot *s = arg;
	(void)a; /* whatever it says, nothing is in flight any more */
	slot_end(s);
}

void pg_pool_close(struct pg_pool **pool, void (*closed)(void *arg), void *arg)
{
	struct pg_pool *p = *pool;
	*pool = NULL;
	if (p == NULL)
		return;
	must(!p->closing);
	p->closing = true;
	p->closed = closed;
	p->closed_arg = arg;
	serve_soon(p);
	for (size_t i = 0; i < p->slot_count; i++) {
		struct slot *s = &p->slots[i];
		if (s->state == SLOT_FREE) {
			slot_enter(s, SLOT_DRAINING);
			/* An empty script is answered after everything before it. */
			pg_conn_script(s->conn, "", drained, s);
		} else if (s->state != SLOT_TAKEN) {
			slot_end(s);
		}
	}
}

bool pg_pool_ready(const struct pg_pool *p)
{
	bool shared = false, exclusive = false;
	for (size_t i = 0; i < p->slot_count; i++) {
		const struct slot *s = &p->slots[i];
		bool up = (s->state == SLOT_FREE || s->state == SLOT_TAKEN ||
			   s->state == SLOT_CLEANING) &&
			  pg_conn_is_open(s->conn);
		shared |= up && s->shared;
		exclusive |= up && !s->shared;
	}
	return shared && exclusive && !p->closing;
}

/** The shared connection with the least to do; one that is still opening only where none is up. */
static struct pg_conn *least_busy(const struct pg_pool *p)
{
	struct pg_conn *best = NULL, *coming = NULL;
	for (size_t i = 0; i < p->slot_count && !p->closing; i++) {
		const struct slot *s = &p->slots[i];
		if (s->shared && s->state == SLOT_OPENING)
			coming = s->conn;
		if (!s->shared || s->state != SLOT_FREE || !pg_conn_is_open(s->conn))
			continue;
		if (best == NULL || pg_conn_pending(s->conn) < pg_conn_pending(best))
			best = s->conn;
	}
	return best != NULL ? best : coming;
}

/** A run that nobody can take. */
struct refusal {
	void (*done)(void *arg, const struct pg_answer *answer);
	void *arg;
};

static void refuse(void *arg)
{
	struct refusal r = *(struct refusal *)arg;
	struct pg_answer a = {0};
	memory_free(arg);
	a.status = trouble_code(&a.why, E_BUSY, "database_busy", "the database is not connected");
	r.done(r.arg, &a);
}

void pg_pool_run(struct pg_pool *p, const struct pg_statement *statement,
		 const struct pg_value *values, size_t count,
		 void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	struct pg_conn *conn = least_busy(p);
	if (conn != NULL) {
		pg_conn_run(conn, statement, values, count, done, arg);
		return;
	}
	struct refusal *r = memory_new(sizeof(*r));
	*r = (struct refusal){done, arg};
	loop_later(p->loop, refuse, r);
}

void pg_pool_take(struct pg_pool *p,
		  void (*done)(void *arg, struct pg_conn *conn, const struct trouble *why),
		  void *arg)
{
	struct waiter *w = memory_new(sizeof(*w));
	*w = (struct waiter){.done = done,
			     .arg = arg,
			     .until_ms = uv_now(loop_uv(p->loop)) + p->settings.wait_ms};
	append(p->waiting.count >= p->settings.waiting_limit ? &p->refused : &p->waiting, w);
	serve_soon(p);
}

static void cleaned(void *arg, const struct pg_answer *a)
{
	struct slot *s = arg;
	if (s->state != SLOT_CLEANING)
		return;
	if (a->status < 0 || s->pool->closing)
		slot_failed(s, a->why.words);
	else
		slot_usable(s);
}

void pg_pool_give(struct pg_pool *p, struct pg_conn **conn)
{
	struct pg_conn *c = *conn;
	*conn = NULL;
	struct slot *s = NULL;
	for (size_t i = 0; i < p->slot_count && s == NULL; i++)
		if (p->slots[i].conn == c)
			s = &p->slots[i];
	must(s != NULL && s->state == SLOT_TAKEN && pg_conn_pending(c) == 0);
	if (p->closing) {
		slot_end(s);
	} else if (!pg_conn_is_open(c)) {
		slot_failed(s, "the connection was lost while it was taken");
	} else if (pg_conn_in_transaction(c)) {
		slot_enter(s, SLOT_CLEANING);
		pg_conn_script(c, "rollback", cleaned, s);
	} else {
		slot_usable(s);
	}
}
