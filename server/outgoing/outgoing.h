/** HTTP requests of ours to providers: libcurl's multi interface on the loop.
 *
 * Promise: `done` exactly once, never before outgoing_ask() has returned. OUTGOING_NOT_SENT only
 *   where no byte of the request has left, so that it may be sent again without being sent twice.
 *   A request that changes something gets a connection of its own: libcurl would repeat it by
 *   itself where a connection kept alive turns out to be dead.
 * Promise: no redirect is followed, no proxy of the environment used, no cookie kept; TLS is
 *   verified; addresses are checked when they are connected to (guard.h). Nothing of a request but
 *   its kind is logged.
 * Limits: OUTGOING_URL_BYTES, OUTGOING_BODY_BYTES, `answer_most`; `at_once` under way, `waiting`
 *   before them, connect_ms and total_ms each from when a request is under way.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"
#include "loop/loop.h"

enum {
	OUTGOING_URL_BYTES = 2000,
	OUTGOING_BODY_BYTES = 64 * 1024,
	OUTGOING_HEADERS = 4,
	OUTGOING_HEADER_BYTES = 1200,
	OUTGOING_ANSWER_BYTES = 64 * 1024 /**< where the request says no other */
};

/* clang-format off */
#define OUTGOING_KINDS(X)                                  \
	X(MESSAGE, "message") /* a question to a customer */ \
	X(PULL,    "pull")    /* what a provider has */      \
	X(CHECK,   "check")   /* whether it is set up */

/** What came of requests, for the counters. */
#define OUTGOING_RESULTS(X)                                \
	X(GOOD,     "ok")       /* 2xx */                    \
	X(REFUSED,  "refused")  /* 3xx and 4xx */            \
	X(FAILED,   "failed")   /* 5xx */                    \
	X(NOT_SENT, "not_sent")                              \
	X(UNKNOWN,  "unknown")
/* clang-format on */

enum outgoing_kind {
#define X(name, word) OUTGOING_##name,
	OUTGOING_KINDS(X)
#undef X
		OUTGOING_KIND_COUNT
};

enum outgoing_result {
#define X(name, word) OUTGOING_RESULT_##name,
	OUTGOING_RESULTS(X)
#undef X
		OUTGOING_RESULT_COUNT
};

/** 0 takes the default in brackets. */
struct outgoing_settings {
	struct loop *loop;
	bool private_too;    /**< private addresses and plain http, too */
	unsigned at_once;    /**< (16) */
	unsigned waiting;    /**< (2000) */
	uint32_t connect_ms; /**< (5000), names looked up included */
	uint32_t total_ms;   /**< (10000) */
};

struct outgoing_request {
	enum outgoing_kind kind;
	bool post;			       /**< else GET */
	const char *url;		       /**< with its query */
	const char *headers[OUTGOING_HEADERS]; /**< "Name: value"; NULL at the end, or none */
	struct slice body;		       /**< of a POST: JSON */
	size_t answer_most;		       /**< bytes of its body; 0: OUTGOING_ANSWER_BYTES */
};

enum outgoing_fate {
	OUTGOING_ANSWERED, /**< `status` and `body` are the answer */
	OUTGOING_NOT_SENT, /**< certainly: it may be sent again */
	OUTGOING_UNKNOWN   /**< it may have arrived */
};

/** Valid during `done`. */
struct outgoing_answer {
	enum outgoing_fate fate;
	int status;	       /**< 0: none came */
	int64_t retry_after_s; /**< 0: not said */
	int64_t date_s;	       /**< by the other side's clock, seconds since 1970; 0: not said */
	struct slice body;
	bool cut;	    /**< the body was longer than may be; what is here is its beginning */
	struct trouble why; /**< of another fate: no names, addresses or secrets in it */
};

struct outgoing_counts {
	uint64_t requests[OUTGOING_KIND_COUNT][OUTGOING_RESULT_COUNT];
	unsigned under_way, waiting; /**< now */
};

struct outgoing;

struct outgoing *outgoing_new(const struct outgoing_settings *settings);
/** When outgoing_busy() is false, and while the loop runs: it closes sockets. NULL is allowed. */
void outgoing_free(struct outgoing **o);
/** Everything is copied. E_LIMIT, E_INPUT and E_BUSY (too many wait, or it stops) come by `done`,
 * too, as OUTGOING_NOT_SENT. */
void outgoing_ask(struct outgoing *o, const struct outgoing_request *request,
		  void (*done)(void *arg, const struct outgoing_answer *answer), void *arg);
/** What waits is answered NOT_SENT; what is under way ends, within total_ms. */
void outgoing_stop(struct outgoing *o);
bool outgoing_busy(const struct outgoing *o);
struct outgoing_counts outgoing_counts(const struct outgoing *o);
const char *outgoing_kind_word(enum outgoing_kind kind);
const char *outgoing_result_word(enum outgoing_result result);
