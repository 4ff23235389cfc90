/** One payload as bytes of a journal, which are believed only where their digest is right.
 *
 * Head, big-endian: "PJ1\n", 8 bytes of the SHA-256 of all that follows, source, the lengths of
 * key, query, headers and body, received_at; then these four. Private to inbox/.
 */
#pragma once

#include "base/buf.h"
#include "inbox/inbox.h"

enum { JOURNAL_HEAD_BYTES = 40 };

size_t journal_record_bytes(const struct inbox_item *item);
void journal_record_put(struct buf *to, const struct inbox_item *item);
/** How long the record is whose head this is; 0: this is none. */
size_t journal_record_length(struct slice head);
/** False where it is not as it was written. The item is of these bytes. */
bool journal_record_get(struct slice record, struct inbox_item *item);
