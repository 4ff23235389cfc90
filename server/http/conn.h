/** One connection: its parser, its one exchange and its state. Private to http/.
 *
 * Lifetime: made for a connected stream; frees itself in a later turn after it entered
 * CLOSING. Everything that changes the state happens in conn_step(); functions of
 * exchange.h only take notes and ask for a turn.
 */
#pragma once

#include "http/exchange.h"
#include "http/head.h"
#include "http/parser.h"
#include "http/router.h"
#include "http/server.h"
#include "net/stream.h"

/* clang-format off */
#define CONN_STATES(X)                                                   \
	X(IDLE,      "between requests")                                 \
	X(HEAD,      "a head is arriving")                               \
	X(BODY,      "the handler takes the body")                       \
	X(PAUSED,    "the handler does not want the body yet")           \
	X(WAITING,   "nothing more is read, the answer is not complete") \
	X(DRAINING,  "answered early, the rest of the body is dropped")  \
	X(FLUSHING,  "the last answer is leaving")                       \
	X(LINGERING, "our FIN is out, what still comes is dropped")      \
	X(CLOSING,   "only memory is left")
/* clang-format on */

enum conn_state {
#define X(name, words) CONN_##name,
	CONN_STATES(X)
#undef X
};

/** What is known of the request being served. */
struct turn {
	bool open;	/**< there is an exchange */
	bool complete;	/**< all of the request was read */
	bool answered;	/**< the answer is complete */
	bool streaming; /**< exchange_stream_start() was called */
	bool handed;	/**< a handler holds references and must hear of `gone` */
	bool aborted, keep, must_close;
	bool owes_continue; /**< the client waits for "100 Continue" */
	bool pause_wanted, resume_wanted;
	bool has_cache_control;
	const struct handler *handler; /**< the route's, or who stands around it */
	bool kept;		       /**< its answer is awaited, whatever becomes of the client */
	void (*intercept)(struct exchange *x, int status, const char *type, struct slice body);
	bool chunked;	     /**< a streamed answer, and trailers may follow */
	uint64_t owed_bytes; /**< the length a streamed answer promised; 0: none */
	int status;
	uint64_t started_us, bytes_in, bytes_out;
};

struct conn {
	struct http_server *server;
	struct conn *next, **link;
	struct stream *stream;
	struct http_parser *parser;
	struct arena arena;
	struct exchange x;
	struct turn turn;
	enum conn_state state;
	struct slice in;      /**< what is being parsed now */
	struct buf tail;      /**< what was read too early */
	struct buf extra;     /**< header fields of the answer to come */
	struct buf out;	      /**< a head being written */
	struct buf collected; /**< the body for `whole` */
	bool stepping, step_pending, eof, served_one;
	bool unclean;	       /**< closing although the client may still be sending */
	uint64_t since_ms;     /**< of the state */
	uint64_t window_bytes; /**< of the body since window_ms */
	uint64_t window_ms;
	size_t dropped; /**< bytes of unwanted body */
};

/** What the connections of a server share. */
struct http_server {
	struct loop *loop;
	struct http_limits limits;
	const struct route *routes;
	size_t route_count;
	void *context;
	struct router *router;
	struct head_date date;
	struct conn *living;
	uint64_t last_number;
	struct http_counters counters;
	uint64_t (*by_route)[6];
	void (*access)(void *context, const struct http_access *a);
	const struct handler *(*around)(const struct route *route);
	bool stopping;
	struct listener *listeners[8];
	size_t listener_count;
	unsigned port;
	uint64_t tick_ms;
	struct loop_timer *tick, *stop_timer;
	void (*stopped)(void *arg);
	void *stopped_arg;
};

void conn_new(struct http_server *server, struct stream *stream);
/** Deadlines; called now and then. */
void conn_tick(struct conn *c, uint64_t now);
/** The server stops: closes at once what is idle. */
void conn_stop(struct conn *c);
/** The server cannot wait any longer. */
void conn_abort(struct conn *c);
/** Asks for conn_step() in a later turn, unless it is running. */
void conn_kick(struct conn *c);
/** server.c: a connection has left. */
void http_server_conn_left(struct http_server *s);
