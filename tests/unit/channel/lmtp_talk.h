/** A conversation with channel/lmtp.h, written down.
 *
 * Whose address begins with "no" is unknown, with "far" of another domain, with "wait" asked for
 * again later; "tmp" is taken and cannot be stored. A message of nobody but "full" has no room.
 */
#pragma once

#include "base/buf.h"

/** The replies as they were, and "<message SENDER to RECIPIENT...: BYTES>" lines; parts end where
 * `cut` says: it is given how many bytes are left and says how many come next. */
void lmtp_talk(struct slice client, size_t (*cut)(void *arg, size_t left), void *arg,
	       struct buf *told);
