/** A table from a text's digest to 16 bytes more: what stands for it.
 *
 * Keys are SHA-256 cut to 128 bits, so that two texts never meet in one place, and a
 *   key of any length costs the same.
 * Limits: `limit` entries of 32 bytes, the table at most three quarters full and at least three
 *   eighths: 43 to 86 bytes an entry.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

struct digest {
	uint64_t high, low;
};

struct digest digest_of(struct slice bytes);

static inline bool digest_equal(struct digest a, struct digest b)
{
	return a.high == b.high && a.low == b.low;
}

struct digest_book;

struct digest_book *digest_book_new(size_t limit);
void digest_book_free(struct digest_book *b);
size_t digest_book_len(const struct digest_book *b);

/** OK: the key is new and stands for `value` now. E_CONFLICT: it stood for *value, which is
 * filled, before. E_LIMIT: it is new and the book is full. */
enum status digest_book_add(struct digest_book *b, struct digest key,
			    struct digest *value) NODISCARD;
