/** One request and its one answer: what a handler sees.
 *
 * A handler's calls come in this order: begin; body as often as needed; end. The
 * answer may be given inside any of them or at any later time from the loop. `gone`
 * comes instead of the rest when there is nobody left to answer: the client
 * vanished (for a streamed answer also: closed its half), sent a body that is
 * malformed, too slow or over the route's limit, or the server could not wait longer.
 * At most once, never after the answer was complete, and never from inside a
 * function of this header.
 *
 * Lifetime: an exchange lives until its answer is complete (exchange_answer*,
 * exchange_stream_end, exchange_problem*) or `gone` has returned. Touch nothing of
 * it after that: the next request of the connection uses the same memory. path,
 * query, header values and everything in `arena` live as long as the exchange.
 * Promise: exactly one answer is enforced with must().
 * Limits: see struct http_limits (server.h).
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/flow.h"
#include "base/slice.h"
#include "http/bytes.h"
#include "http/method.h"

enum { EXCHANGE_PARAMETERS = 8 };

/** What a path may end in to ask for a form, if its route allows it. */
enum http_suffix {
	SUFFIX_NONE = 0,
	SUFFIX_CSV = 1,
	SUFFIX_JSON = 2,
	SUFFIX_NDJSON = 4,
	SUFFIX_SVG = 8,
	SUFFIX_XLSX = 16
};

struct exchange;

/** Each may be NULL. */
struct handler {
	/** The head is complete. May answer at once: the body is then drained, or the
	 * connection closed behind the answer. */
	void (*begin)(struct exchange *x);
	/** A part of the body, borrowed during the call. FLOW_PAUSE: taken, and nothing more is
	 * read from this socket until exchange_resume(). FLOW_STOP: no more of the body is
	 * wanted, `end` will not come, the answer does or did. */
	enum flow (*body)(struct exchange *x, struct slice part);
	/** The whole body was received (also when there was none). */
	void (*end)(struct exchange *x);
	/** Instead of `body` and `end`: the body collected in memory, borrowed as long as the
	 * exchange lives; the route's limit_body_bytes applies. */
	void (*whole)(struct exchange *x, struct slice body);
	/** No answer is wanted any more: drop every reference to x. */
	void (*gone)(struct exchange *x);
	/** A streamed answer that was told FLOW_PAUSE may go on. */
	void (*writable)(struct exchange *x);
	/** The server stops: end a streamed answer soon. Others simply finish. */
	void (*stopping)(struct exchange *x);
};

/** One line of the API. Without `body` and `whole` a request that carries a body is
 * refused (413; 400 for GET, HEAD, DELETE). */
struct route {
	enum http_method method;
	const char *path; /**< "/v1/programmes/{programme}/waves/{wave}/uploads" */
	const struct handler *handler;
	const void *tag;	  /**< the handler's */
	int64_t limit_body_bytes; /**< above it: 413; 0: none is taken; -1: any size (`body` only)
				   */
	unsigned suffixes;	  /**< enum http_suffix, or-ed */
};

struct exchange_parameter {
	struct slice name, value; /**< value decoded */
};

struct conn;

struct exchange {
	struct arena *arena;
	enum http_method method;
	const struct route *route;
	struct slice path;	 /**< as sent, without the query */
	struct slice query;	 /**< as sent, without the '?' */
	enum http_suffix suffix; /**< SUFFIX_NONE where the path has none the route allows */
	uint64_t number;	 /**< of this request in this process, for logs */
	void *state;		 /**< the handler's */
	void *around;		 /**< that of whoever stands around it (server.h) */

	struct conn *conn; /**< private to http/, as what follows */
	struct exchange_parameter parameters[EXCHANGE_PARAMETERS];
	unsigned parameter_count;
};

/** What was given to http_server_new(). */
void *exchange_context(const struct exchange *x);
const void *exchange_tag(const struct exchange *x);  /**< the route's */
const char *exchange_peer(const struct exchange *x); /**< the client's address, "" if none */

/** The first field of that name; `at` is NULL where there is none. */
struct slice exchange_header(const struct exchange *x, const char *lower_name);
/** The fields in their order, i from 0 on; false: there are no more. */
bool exchange_header_at(const struct exchange *x, unsigned i, struct slice *name,
			struct slice *value);
/** A {name} part of the route, percent-decoded: valid UTF-8 without control bytes. */
bool exchange_parameter(const struct exchange *x, const char *name, struct slice *value);
/** The first "name=value" of the query, decoded into the arena ('+' is a space; a name
 * without '=' has the value ""). False where there is none. */
bool exchange_query(struct exchange *x, const char *name, struct slice *value);
/** The content length; -1 while a chunked body has not ended; 0 where there is no body. */
int64_t exchange_content_length(const struct exchange *x);
/** Whether If-None-Match names this strong tag, given with its quotes ("\"v17\""). */
bool exchange_if_none_match(const struct exchange *x, struct slice etag);
/** The media type without parameters ("text/csv"); `at` is NULL where there is none. */
struct slice exchange_content_type(const struct exchange *x);

/** From begin: the body waits (and "100 Continue" too) until exchange_resume(). */
void exchange_pause(struct exchange *x);
/** After FLOW_PAUSE or exchange_pause(), any time later from the loop. */
void exchange_resume(struct exchange *x);

/** For who stands around a handler: it has waited since the begin, where it called
 * exchange_pause(), and now the handler begins. Goes on unless that pauses, too, or answers. */
void exchange_begin_late(struct exchange *x);
/** The next answer goes there instead of to the client, who still has to get one. Answers that are
 * shared or streamed are not meant. `gone` ends it. */
void exchange_intercept(struct exchange *x, void (*answered)(struct exchange *x, int status,
							     const char *type, struct slice body));
/** The fields that exchange_answer_add_header() has added, as they go out; until the answer. */
struct slice exchange_added_headers(const struct exchange *x);
/** From now on the exchange lives until it is answered, also where the client is gone, who then is
 * not told of. Once the request is complete. A server that cannot wait ends it all the same. */
void exchange_keep(struct exchange *x);

/** A field of the answer to come; before it. Copied; control bytes become spaces. */
void exchange_answer_add_header(struct exchange *x, const char *name, struct slice value);
/** The answer. `body` is copied. type NULL: no Content-Type; 204 and 304 take no body. */
void exchange_answer(struct exchange *x, int status, const char *type, struct slice body);
/** The answer, without copying; the caller keeps its own reference. */
void exchange_answer_bytes(struct exchange *x, struct http_bytes *shared);
/** 304 with this ETag and the fields added. */
void exchange_answer_not_modified(struct exchange *x, struct slice etag);

/** A long answer in parts: chunked, or until the close for HTTP/1.0. */
void exchange_stream_start(struct exchange *x, int status, const char *type);
/** A long answer in parts that are `length` bytes together, whichever HTTP it is. */
void exchange_stream_start_sized(struct exchange *x, int status, const char *type, uint64_t length);
/** Whether a streamed answer without a length may end in fields; false for HTTP/1.0, which cannot
 * tell a whole answer from a cut one either. */
bool exchange_can_trail(const struct exchange *x);
/** A field behind a chunked answer, any time before its end; announce it with "Trailer". Copied;
 * control bytes become spaces. Left out where it cannot be sent. */
void exchange_stream_trailer(struct exchange *x, const char *name, struct slice value);
/** Takes all of it. FLOW_PAUSE: wait for `writable`. FLOW_STOP: the client is lost and
 * `gone` follows. Parts written in one turn of the loop leave together. */
enum flow exchange_stream_write(struct exchange *x, struct slice part);
void exchange_stream_end(struct exchange *x);
/** Nothing more can be right: cut the connection so that the client sees a broken answer.
 * For streamed answers that fail halfway; counts as the answer. */
void exchange_stream_abort(struct exchange *x);
