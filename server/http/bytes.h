/** A finished response that many connections send without copying it.
 *
 * Status line, header fields with Content-Length and body are rendered once; a
 * connection adds only Date and Connection. HEAD sends the same without the body.
 *
 * Lifetime: counted; the maker holds one reference. Only the loop's thread may
 * make them, and take or drop references.
 * Errors: none. Control bytes in a header value are replaced by spaces.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct http_header {
	const char *name;
	struct slice value;
};

struct http_bytes;

/** Copies all it is given. Content-Length, X-Content-Type-Options and, where no
 * Cache-Control is among the headers, "no-store" are added. */
struct http_bytes *http_bytes_new(int status, const struct http_header *headers, size_t count,
				  struct slice body);
struct http_bytes *http_bytes_ref(struct http_bytes *b); /**< b */
void http_bytes_unref(struct http_bytes *b);		 /**< NULL is allowed */
int http_bytes_status(const struct http_bytes *b);
struct slice http_bytes_head(const struct http_bytes *b); /**< without Date and the empty line */
struct slice http_bytes_body(const struct http_bytes *b);

const char *http_status_text(int status); /**< "Not Found" */
