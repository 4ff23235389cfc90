/** The HTTP/1.1 server: a table of routes behind one or more ports.
 *
 * Lifetime: routes, handlers, tags and limits' strings outlive the server;
 * http_server_free() only after the `done` of http_server_stop().
 * Limits: every one is in struct http_limits.
 */
#pragma once

#include "base/status.h"
#include "http/exchange.h"
#include "loop/loop.h"

struct http_limits {
	unsigned connections; /**< 10000, lowered to the descriptor limit minus 256 */
	unsigned per_address; /**< 0: no cap by address */
	int backlog;	      /**< 1024 */
	size_t head_bytes;    /**< 16 KiB; above it 431 */
	unsigned fields;      /**< 64; above it 431 */
	size_t target_bytes;  /**< 4 KiB; above it 414 */
	size_t arena_bytes;   /**< 1 MiB a request */
	size_t queue_bytes;   /**< 1 MiB of unsent answer a connection; a sixteenth if pipelined */
	size_t drain_bytes;   /**< 64 KiB of unwanted body are read after an early answer */
	uint64_t head_ms;     /**< 10 s for a whole head */
	uint64_t body_grace_ms;	 /**< 20 s; in every such span ... */
	uint64_t body_rate;	 /**< ... 1000 bytes a second must arrive, pauses apart */
	uint64_t idle_ms;	 /**< 60 s between requests */
	uint64_t write_stall_ms; /**< 30 s without the client taking a byte */
	uint64_t linger_ms;	 /**< 2 s between our FIN and the close */
	uint64_t stop_ms;	 /**< 10 s for what is in flight when the server stops */
};

struct http_limits http_limits_default(void);

/** What is known of a request when it ended: for the canonical log line and the metrics. */
struct http_access {
	uint64_t number;
	const struct route *route; /**< NULL: none matched, or the request was refused unparsed */
	enum http_method method;
	struct slice path; /**< empty where it was refused unparsed */
	const char *peer;
	int status; /**< 499: the client was gone before the answer was complete */
	uint64_t duration_us;
	uint64_t bytes_in, bytes_out; /**< bodies */
};

struct http_counters {
	uint64_t connections_accepted, connections_refused;
	uint64_t connections; /**< open now */
	uint64_t in_flight;   /**< requests whose answer is not complete */
	uint64_t requests[6]; /**< by status class: [2] is 2xx; [0] the client was gone */
	uint64_t bytes_in, bytes_out;
};

struct http_server;

/** Route paths are checked with must(): a malformed table is our bug. */
struct http_server *http_server_new(struct loop *l, const struct route *routes, size_t count,
				    const struct http_limits *limits, void *context);
/** Called at the end of each request; `a` is borrowed. The server's context comes first. */
void http_server_on_access(struct http_server *s,
			   void (*access)(void *context, const struct http_access *a));
/** Who stands around a route's handler: is called instead of it and calls it in turn; NULL: nobody.
 * It has `body` and `whole`: the handler's own say which of them is called. */
void http_server_set_around(struct http_server *s,
			    const struct handler *(*around)(const struct route *route));
/** May be called several times. port 0: the kernel chooses, see http_server_port(). */
enum status http_server_listen(struct http_server *s, const char *host, unsigned port,
			       struct trouble *why) NODISCARD;
unsigned http_server_port(const struct http_server *s); /**< of the last listen */
/** Serves one connected socket, as if it had been accepted. */
enum status http_server_adopt(struct http_server *s, int descriptor, struct trouble *why) NODISCARD;
/** Stops listening, closes idle connections, lets requests in flight finish (at most
 * stop_ms), then calls done(arg). Once. */
void http_server_stop(struct http_server *s, void (*done)(void *arg), void *arg);
void http_server_free(struct http_server *s);

void http_server_counters(const struct http_server *s, struct http_counters *counters);
/** Requests of one route of the table by status class, six numbers. */
const uint64_t *http_server_route_requests(const struct http_server *s, size_t route);
