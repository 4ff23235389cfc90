/** The head of an answer, written field by field. */
#pragma once

#include "base/buf.h"

/** "HTTP/1.1 200 OK" and X-Content-Type-Options. */
void head_start(struct buf *to, int status);
/** One field; control bytes in the value become spaces, so that nobody can split an answer. */
void head_field(struct buf *to, const char *name, struct slice value);
void head_length(struct buf *to, size_t body_bytes);
/** Whether answers of this status have a body at all (RFC 9110 6.4.1). */
bool head_allows_body(int status);

/** The Date field of this second, rendered at most once a second. */
struct head_date {
	int64_t second;
	char field[48];
	size_t len;
};

struct slice head_date(struct head_date *d);
