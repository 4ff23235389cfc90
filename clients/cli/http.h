/** One request to the server, and its answer in memory.
 *
 * Promise: certificates are checked; plain http goes only to this machine unless
 * allowed; redirects are not followed (they would carry the key elsewhere); the
 * key is in no message.
 * Errors: E_INPUT an address or a certificate we do not accept, E_BUSY the server cannot
 * be reached or stopped answering (trying again may help), E_LIMIT an answer too large,
 * E_GONE interrupted by the user (http_interrupted() tells).
 * Limits: HTTP_ANSWER_BYTES an answer; quiet for timeout_s seconds ends it.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum { HTTP_ANSWER_BYTES = 64 * 1024 * 1024, HTTP_PATH_BYTES = 8192, HTTP_HEAD_BYTES = 64 * 1024 };

/** Where to and as whom. */
struct http_server {
	const char *url; /**< "https://host[:port][/base]" */
	const char *key; /**< "" : none */
	bool allow_http;
	long timeout_s;
};

/** Bytes to send, read when asked for; len -1 = not known beforehand. */
struct http_body {
	int descriptor;	     /**< read from here, or */
	struct slice memory; /**< from here where descriptor is -1 */
	int64_t len;
	const char *type;   /**< media type */
	const char *digest; /**< value of Repr-Digest, NULL for none */
	/** Called often while sending, also when nothing moved. */
	void (*moved)(void *context, uint64_t sent_bytes);
	void *context;
};

/** Where a long answer goes, part by part, if its status is 200. */
struct http_sink {
	bool (*take)(void *context, struct slice part); /**< false: it cannot be kept */
	void *context;
};

struct http_field {
	const char *name, *value;
};

struct http_request {
	const char *method;
	const char *path;		 /**< "/v1/...", already escaped */
	const struct http_body *body;	 /**< NULL: none */
	const char *accept;		 /**< media types wanted */
	const char *if_match;		 /**< value of If-Match, NULL for none */
	const struct http_sink *sink;	 /**< NULL: the answer is collected in memory */
	const struct http_field *fields; /**< more of them, closed by a NULL name; NULL: none */
};

struct http_answer {
	long status;
	struct buf body;
	struct buf head; /**< its fields, a line each */
	bool is_problem; /**< application/problem+json */
	char digest[96]; /**< Repr-Digest of its head or behind it; "" where there is none */
	int64_t rows;	 /**< Plaudit-Rows, likewise; -1 */
};

void http_answer_init(struct http_answer *a);
void http_answer_fini(struct http_answer *a);

/** The value of a field; `at` is NULL where there is none. */
struct slice http_answer_field(const struct http_answer *a, const char *name);

enum status http_send(const struct http_server *server, const struct http_request *request,
		      struct http_answer *answer, struct trouble *why) NODISCARD;

/** OK where the address is one we may send a key to. */
enum status http_check_server(const char *url, bool allow_http, struct trouble *why) NODISCARD;

/** "/segment", percent-encoded whole: a slash or ".." in a code cannot climb. */
void http_add_segment(struct buf *path, struct slice segment);
/** "?name=value" or "&name=value". */
void http_add_query(struct buf *path, const char *name, struct slice value);

/** Ctrl-C from now on ends a request in flight instead of the program. */
void http_catch_interrupt(void);
bool http_interrupted(void);
/** False where it was interrupted before its time. */
bool http_sleep(uint64_t ms);
