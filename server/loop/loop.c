#include "loop/loop.h"

#include <signal.h>
#include <stddef.h>

#include "base/must.h"

struct later {
	void (*fn)(void *arg);
	void *arg;
};

struct later_list {
	struct later *at;
	size_t count, room;
};

struct loop {
	uv_loop_t uv;
	uv_idle_t
		turn; /* active while somebody waits for the next turn: libuv then does not sleep */
	struct later_list waiting, running;
};

struct offload {
	uv_work_t work_request;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

struct loop_timer {
	uv_timer_t uv;
	void (*fn)(void *arg);
	void *arg;
};

struct loop *loop_new(void)
{
	struct loop *l = memory_new(sizeof(*l));
	/* libuv 1.44 writes without MSG_NOSIGNAL: one reset connection would end the process. */
	must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	must(uv_loop_init(&l->uv) == 0);
	must(uv_idle_init(&l->uv, &l->turn) == 0);
	l->turn.data = l;
	return l;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	must(l->waiting.count == 0);
	uv_close((uv_handle_t *)&l->turn, NULL);
	uv_run(&l->uv, UV_RUN_NOWAIT);
	must(uv_loop_close(&l->uv) == 0);
	memory_free(l->waiting.at);
	memory_free(l->running.at);
	memory_free(l);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

uv_loop_t *loop_uv(struct loop *l)
{
	return &l->uv;
}

/** What is asked for while the list runs waits for the turn after it. */
static void turn_came(uv_idle_t *handle)
{
	struct loop *l = handle->data;
	struct later_list now = l->waiting;
	l->waiting = l->running;
	l->waiting.count = 0;
	l->running = now;
	for (size_t i = 0; i < now.count; i++)
		now.at[i].fn(now.at[i].arg);
	if (l->waiting.count == 0)
		uv_idle_stop(&l->turn);
}

void loop_later(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct later_list *list = &l->waiting;
	if (list->count == list->room) {
		list->room = list->room > 0 ? list->room * 2 : 64;
		list->at = memory_resize(list->at, list->room, sizeof(*list->at));
	}
	list->at[list->count++] = (struct later){fn, arg};
	if (!uv_is_active((const uv_handle_t *)&l->turn))
		uv_idle_start(&l->turn, turn_came);
}

static void offload_works(uv_work_t *request)
{
	struct offload *o = request->data;
	o->work(o->arg);
}

static void offload_done(uv_work_t *request, int status)
{
	struct offload *o = request->data;
	must(status == 0); /* nobody can cancel it: the request never leaves this file */
	void (*done)(void *arg) = o->done;
	void *arg = o->arg;
	memory_free(o);
	done(arg);
}

void loop_offload(struct loop *l, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct offload *o = memory_new(sizeof(*o));
	*o = (struct offload){.work = work, .done = done, .arg = arg};
	o->work_request.data = o;
	must(uv_queue_work(&l->uv, &o->work_request, offload_works, offload_done) == 0);
}

struct loop_timer *loop_timer_new(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = memory_new(sizeof(*t));
	must(uv_timer_init(&l->uv, &t->uv) == 0);
	t->uv.data = t;
	t->fn = fn;
	t->arg = arg;
	return t;
}

static void timer_fired(uv_timer_t *handle)
{
	struct loop_timer *t = handle->data;
	t->fn(t->arg);
}

void loop_timer_start(struct loop_timer *t, uint64_t after_ms)
{
	/* A zero timer re-armed from its own callback never lets libuv 1.44 poll (its issue 4250).
	 */
	uv_update_time(t->uv.loop);
	must(uv_timer_start(&t->uv, timer_fired, after_ms > 0 ? after_ms : 1, 0) == 0);
}

void loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

static void timer_closed(uv_handle_t *handle)
{
	memory_free(handle->data);
}

void loop_timer_free(struct loop_timer **t)
{
	struct loop_timer *taken = *t;
	*t = NULL;
	if (taken != NULL)
		uv_close((uv_handle_t *)&taken->uv, timer_closed);
}

void loop_timer_unref(struct loop_timer *t)
{
	uv_unref((uv_handle_t *)&t->uv);
}
