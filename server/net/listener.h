/** A TCP port, or a socket in the file system, that never stops accepting.
 *
 * The memory for the next connection exists before the kernel announces it, and
 * an accept that fails puts the port back to listening (libuv 1.44 would stop
 * for good). Above a cap connections are accepted and closed at once, so that
 * the queue of the kernel never hides them.
 *
 * Lifetime: listener_close() takes it; streams already handed out live on, and the
 * memory goes when the last of them has been closed.
 * Limits: connections, further lowered to the descriptor limit minus 256.
 */
#pragma once

#include "net/stream.h"

struct listener;

struct listener_limits {
	unsigned connections;
	unsigned per_address; /**< 0: no cap by address */
	int backlog;
	struct stream_limits stream;
};

/** `accepted` owns the stream it gets and calls stream_start() on it. */
struct listener *listener_new(struct loop *l, const struct listener_limits *limits,
			      void (*accepted)(void *owner, struct stream *s), void *owner);
/** host: "127.0.0.1", "::1", "0.0.0.0", "::", "localhost". port 0: the kernel chooses. */
enum status listener_open(struct listener *l, const char *host, unsigned port,
			  struct trouble *why) NODISCARD;
/** A socket file, for everybody who may enter its directory. One that nobody listens at any more is
 * replaced; E_CONFLICT: somebody does, or something else is there. It goes when the listener does.
 */
enum status listener_open_path(struct listener *l, const char *path, struct trouble *why) NODISCARD;
unsigned listener_port(const struct listener *l);	 /**< 0 while not open, and of a path */
unsigned listener_connections(const struct listener *l); /**< open now */
uint64_t listener_refused(const struct listener *l);	 /**< closed because of a cap, ever */
void listener_close(struct listener **l);
