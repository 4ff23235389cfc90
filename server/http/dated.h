/** A whole answer with its Date in a file of memory, so that the kernel sends pages instead of
 * copying bytes. Private to http/.
 *
 * A shared answer is dated anew in each second in which it is asked for; those of
 * earlier seconds go when they are out.
 * Lifetime: counted; the loop's thread only.
 * Limits: HTTP_DATED_MOST at a time, each one descriptor; not worth it below HTTP_DATED_LEAST
 * bytes.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "http/bytes.h"

enum { HTTP_DATED_MOST = 128, HTTP_DATED_LEAST = 4096 };

struct http_dated;

/** NULL where there are enough of them, or the system has no room. */
struct http_dated *http_dated_new(struct slice head, struct slice date_field, struct slice body);
struct http_dated *http_dated_ref(struct http_dated *d);
void http_dated_unref(struct http_dated *d); /**< NULL is allowed */
bool http_dated_is(const struct http_dated *d, struct slice date_field);
struct slice http_dated_bytes(const struct http_dated *d); /**< the same as in the file */
int http_dated_file(const struct http_dated *d);

/** For an HTTP/1.1 connection that stays. NULL: send head, Date and body one by one. Borrowed. */
struct http_dated *http_bytes_dated(struct http_bytes *b, struct slice date_field);
