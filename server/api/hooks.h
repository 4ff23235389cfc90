/** /v1/hooks/{source}: what providers post.
 *
 * No key: the address finds the source, the signature says who it is. A payload is answered once
 * it is stored for good, by its adapter's row of answers; nobody has read it then but for its
 * signature, its key, and what an answer is made of. Limits: the adapter's bytes a body,
 * HOOK_BYTES_MOST being received at once, of a source HOOK_SOURCE_BYTES.
 */
#pragma once

#include "http/exchange.h"
#include "inbox/inbox.h"

enum {
	HOOK_BYTES_MOST = 64 * 1024 * 1024,
	HOOK_LARGE_BYTES_MOST = 48 * 1024 * 1024, /**< of it for bodies over 64 KiB */
	HOOK_SOURCE_BYTES = INBOX_BODY_BYTES
};

extern const struct handler hook_post;
extern const struct handler hook_get; /**< Meta's question whether it is us */
