#include "outgoing/watch.h"

#include <uv.h>

#include "base/must.h"

struct multi_watch {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
	void (*stirred)(void *arg);
	void *arg;
};

/** One socket of libcurl's. */
struct socket_watch {
	uv_poll_t poll;
	struct multi_watch *owner; /* NULL: libcurl has given the socket up */
	curl_socket_t socket;
};

static void act(struct multi_watch *w, curl_socket_t socket, int events)
{
	int running;
	must(curl_multi_socket_action(w->multi, socket, events, &running) == CURLM_OK);
	w->stirred(w->arg);
}

/** libuv reports a reset as a status below 0 without events and polls no more: libcurl alone can
 * tell what it means. */
static void socket_ready(uv_poll_t *poll, int status, int events)
{
	struct socket_watch *s = poll->data;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0;
	if (s->owner == NULL)
		return;
	if ((events & UV_READABLE) != 0)
		flags |= CURL_CSELECT_IN;
	if ((events & UV_WRITABLE) != 0)
		flags |= CURL_CSELECT_OUT;
	act(s->owner, s->socket, flags);
}

static void socket_closed(uv_handle_t *handle)
{
	memory_free(handle->data);
}

static void forget(struct multi_watch *w, struct socket_watch *s)
{
	if (s == NULL)
		return;
	curl_multi_assign(w->multi, s->socket, NULL);
	s->owner = NULL;
	uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, socket_closed);
}

static struct socket_watch *watch(struct multi_watch *w, curl_socket_t socket)
{
	struct socket_watch *s = memory_new(sizeof(*s));
	*s = (struct socket_watch){.owner = w, .socket = socket};
	must(uv_poll_init_socket(loop_uv(w->loop), &s->poll, socket) == 0);
	s->poll.data = s;
	curl_multi_assign(w->multi, socket, s);
	return s;
}

static int wants_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *known)
{
	struct multi_watch *w = arg;
	struct socket_watch *s = known;
	int events = 0;
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		forget(w, s);
		return 0;
	}
	if (s == NULL)
		s = watch(w, socket);
	if ((what & CURL_POLL_IN) != 0)
		events |= UV_READABLE;
	if ((what & CURL_POLL_OUT) != 0)
		events |= UV_WRITABLE;
	must(uv_poll_start(&s->poll, events, socket_ready) == 0);
	return 0;
}

/** Never acts at once: libcurl is in the middle of something when it asks. */
static int wants_timer(CURLM *multi, long after_ms, void *arg)
{
	struct multi_watch *w = arg;
	(void)multi;
	if (after_ms < 0)
		loop_timer_stop(w->timer);
	else
		loop_timer_start(w->timer, (uint64_t)after_ms);
	return 0;
}

static void time_came(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

struct multi_watch *multi_watch_new(struct loop *l, CURLM *multi, void (*stirred)(void *arg),
				    void *arg)
{
	struct multi_watch *w = memory_new(sizeof(*w));
	*w = (struct multi_watch){.loop = l, .multi = multi, .stirred = stirred, .arg = arg};
	w->timer = loop_timer_new(l, time_came, w);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, wants_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, w);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, wants_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, w);
	return w;
}

void multi_watch_free(struct multi_watch *w)
{
	loop_timer_free(&w->timer);
	memory_free(w);
}
