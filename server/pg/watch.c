#include "pg/watch.h"

#include <uv.h>

#include "loop/loop.h"

struct watch {
	uv_poll_t poll;
	int fd;
	int events; /**< asked for now; libuv stops by itself on errors, then 0 */
	void (*fn)(void *owner);
	void *owner; /**< NULL once dropped */
};

static void fired(uv_poll_t *h, int status, int events)
{
	struct watch *w = h->data;
	/* libuv reports a reset as status < 0 with no events and has stopped polling;
	 * only libpq can tell what it means (node-libpq #137). */
	if (status < 0)
		w->events = 0;
	(void)events;
	if (w->owner != NULL)
		w->fn(w->owner);
}

static void closed(uv_handle_t *h)
{
	memory_free(h->data);
}

struct watch *watch_new(struct loop *l, int fd, void (*fn)(void *owner), void *owner)
{
	struct watch *w = memory_new(sizeof(*w));
	*w = (struct watch){.fd = fd, .fn = fn, .owner = owner};
	if (uv_poll_init(loop_uv(l), &w->poll, fd) != 0) {
		memory_free(w);
		return NULL;
	}
	w->poll.data = w;
	return w;
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

bool watch_arm(struct watch *w, int events)
{
	if (events == w->events)
		return true;
	w->events = events;
	if (events == 0)
		return uv_poll_stop(&w->poll) == 0;
	return uv_poll_start(&w->poll, events, fired) == 0;
}

void watch_drop(struct watch **w)
{
	if (*w == NULL)
		return;
	(*w)->owner = NULL;
	uv_close((uv_handle_t *)&(*w)->poll, closed);
	*w = NULL;
}
