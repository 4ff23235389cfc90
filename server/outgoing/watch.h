/** The sockets and the timer of libcurl's multi interface, on libuv; for outgoing.c only.
 *
 * Lifetime: a socket's handle is closed when libcurl gives the socket up and freed in libuv's close
 *   callback; libcurl may close the descriptor at once, and the next one of that number gets a
 *   handle of its own.
 * Source: curl's issues 1111, 3597 and 16026; libuv's issues 1495 and 4250.
 */
#pragma once

#include <curl/curl.h>

#include "loop/loop.h"

struct multi_watch;

/** Sets the multi handle's socket and timer functions. `stirred` after each time it has worked: a
 * transfer may have ended. */
struct multi_watch *multi_watch_new(struct loop *l, CURLM *multi, void (*stirred)(void *arg),
				    void *arg);
/** After curl_multi_cleanup(). */
void multi_watch_free(struct multi_watch *w);
