#include "pg/listen.h"

#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "loop/loop.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MOST_MS = 5000, SCRIPT_BYTES = 4096 };

struct pg_listen {
	struct loop *loop;
	struct pg_listen_settings settings;
	char *conninfo;
	struct buf script; /**< "listen a;listen b;" */
	struct pg_conn *conn;
	struct pg_backoff backoff;
	struct loop_timer *timer;
	bool listening;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void connect_again(void *arg);

/** Channels are words of ours: anything else in one would be a bug, and SQL. */
static void add_channel(struct buf *script, const char *channel)
{
	must(channel[0] != '\0' &&
	     strspn(channel, "abcdefghijklmnopqrstuvwxyz_") == strlen(channel));
	buf_add_text(script, "listen ");
	buf_add_text(script, channel);
	buf_add_byte(script, ';');
}

static void failed(struct pg_listen *p, const char *words)
{
	p->listening = false;
	pg_conn_close(&p->conn, NULL, NULL);
	uint32_t wait_ms = pg_backoff_next(&p->backoff, p->settings.random);
	log_warn("pg.listen_down", LOG_NUMBER("retry_ms", wait_ms), LOG_TEXT("why", words));
	loop_timer_start(p->timer, wait_ms);
}

static void broke(void *arg)
{
	failed(arg, "the connection was lost");
}

static void notified(void *arg, const char *channel, const char *payload)
{
	struct pg_listen *p = arg;
	p->settings.notify(p->settings.arg, channel, payload);
}

static void listens(void *arg, const struct pg_answer *a)
{
	struct pg_listen *p = arg;
	/* A broken connection tells by broke() next; a closing one has nobody left to tell. */
	if (p->conn == NULL || !pg_conn_is_open(p->conn))
		return;
	if (a->status < 0) {
		failed(p, a->why.words);
		return;
	}
	pg_backoff_reset(&p->backoff);
	p->listening = true;
	log_info("pg.listening", LOG_TEXT("script", p->script.at));
	p->settings.resync(p->settings.arg);
}

static void opened(void *arg, const struct pg_answer *a)
{
	struct pg_listen *p = arg;
	if (p->conn == NULL)
		return;
	if (a->status < 0)
		failed(p, a->why.words);
	else
		pg_conn_script(p->conn, p->script.at, listens, p);
}

static void connect_again(void *arg)
{
	struct pg_listen *p = arg;
	p->conn = pg_conn_new(p->loop, &p->settings.conn);
	pg_conn_on_broken(p->conn, broke, p);
	pg_conn_on_notify(p->conn, notified, p);
	pg_conn_open(p->conn, opened, p);
}

struct pg_listen *pg_listen_new(struct loop *l, const struct pg_listen_settings *settings)
{
	struct pg_listen *p = memory_new(sizeof(*p));
	size_t len = strlen(settings->conn.conninfo);
	p->loop = l;
	p->settings = *settings;
	p->conninfo = memory_new(len + 1);
	memcpy(p->conninfo, settings->conn.conninfo, len);
	p->settings.conn.conninfo = p->conninfo;
	p->backoff.first_ms = settings->backoff_first_ms > 0 ? settings->backoff_first_ms
							     : BACKOFF_FIRST_MS;
	p->backoff.most_ms = settings->backoff_most_ms > 0 ? settings->backoff_most_ms
							   : BACKOFF_MOST_MS;
	buf_init(&p->script, SCRIPT_BYTES);
	for (const char *const *channel = settings->channels; *channel != NULL; channel++)
		add_channel(&p->script, *channel);
	buf_add_byte(&p->script, '\0');
	must(!buf_over(&p->script));
	p->timer = loop_timer_new(l, connect_again, p);
	connect_again(p);
	return p;
}

static void finished(void *arg)
{
	struct pg_listen *p = arg;
	void (*closed)(void *arg) = p->closed;
	void *closed_arg = p->closed_arg;
	buf_fini(&p->script);
	memory_free(p->conninfo);
	memory_free(p);
	if (closed != NULL)
		closed(closed_arg);
}

void pg_listen_close(struct pg_listen **listen, void (*closed)(void *arg), void *arg)
{
	struct pg_listen *p = *listen;
	*listen = NULL;
	if (p == NULL)
		return;
	p->closed = closed;
	p->closed_arg = arg;
	p->listening = false;
	loop_timer_free(&p->timer);
	if (p->conn != NULL)
		pg_conn_close(&p->conn, finished, p);
	else
		loop_later(p->loop, finished, p);
}

bool pg_listen_ready(const struct pg_listen *p)
{
	return p->listening;
}
