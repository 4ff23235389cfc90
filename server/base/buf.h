/** Bytes that grow at the end, up to a limit.
 *
 * Errors: none at the call. Running over the limit sets `over` and drops what
 * came, so writers stay plain; whoever uses the bytes asks buf_over() once.
 */
#pragma once

#include <stdint.h>

#include "base/must.h"
#include "base/slice.h"

struct buf {
	char *at;
	size_t len, room, limit_bytes;
	bool over;
};

void buf_init(struct buf *b, size_t limit_bytes);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b); /**< keeps the room */

void buf_add(struct buf *b, struct slice bytes);
void buf_add_text(struct buf *b, const char *text);
void buf_add_byte(struct buf *b, char byte);
void buf_add_int(struct buf *b, int64_t number);
void buf_print(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/** The shortest decimal that reads back as the same double; "null" where it is not finite. */
void buf_add_double(struct buf *b, double number);
/** Big-endian, as PostgreSQL's binary formats want them. */
void buf_add_be16(struct buf *b, uint16_t number);
void buf_add_be32(struct buf *b, uint32_t number);
void buf_add_be64(struct buf *b, uint64_t number);
/** Room for `size` bytes at the end, counted as written; NULL over the limit. */
char *buf_extend(struct buf *b, size_t size);
void buf_drop_front(struct buf *b, size_t count);

static inline bool buf_over(const struct buf *b)
{
	return b->over;
}

static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->at, b->len};
}
