/** Bytes in, requests out: guard, llhttp and the framing rules, without a socket.
 *
 *	while ((e = http_parser_next(p, &in, &part)) != PARSED_MORE)
 *		...
 *
 * The head is read twice, by the guard and by llhttp in strict mode, and a request
 * on which the two disagree is refused. One request at a time: after PARSED_END
 * nothing is read until http_parser_restart(), so what follows stays in *in (asked
 * again it says PARSED_MORE).
 * Promise: the same bytes cut anywhere give the same events (bodies cut elsewhere).
 *
 * Lifetime: the head lives until http_parser_restart(); `part` points into *in.
 * Limits: struct guard_limits; what a chunked body costs on the wire beyond its
 * content is at most 16 KiB plus a tenth of it (CVE-2024-22019).
 */
#pragma once

#include "http/framing.h"

struct http_parser;

enum parsed {
	PARSED_MORE,   /**< *in is used up */
	PARSED_HEAD,   /**< http_parser_guard() and _framing() are filled */
	PARSED_BODY,   /**< *part is filled */
	PARSED_END,    /**< the request is complete */
	PARSED_REFUSED /**< http_parser_refusal(); nothing more will be parsed */
};

struct http_parser *http_parser_new(const struct guard_limits *limits);
void http_parser_free(struct http_parser *p);
void http_parser_restart(struct http_parser *p);

enum parsed http_parser_next(struct http_parser *p, struct slice *in, struct slice *part);
const struct guard *http_parser_guard(const struct http_parser *p);
const struct framing *http_parser_framing(const struct http_parser *p);
const struct http_refusal *http_parser_refusal(const struct http_parser *p);
bool http_parser_keeps_alive(const struct http_parser *p); /**< as the client asked */
bool http_parser_idle(const struct http_parser *p);	   /**< not a byte of a request was seen */
/** Bytes of the body still to come; -1 where only the chunks will tell. */
int64_t http_parser_left(const struct http_parser *p);
