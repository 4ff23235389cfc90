/** /v1/hooks/{source}: what providers post.
 *
 * No key: the address finds the source, the signature says who it is. A payload is answered once
 * it is stored for good, by its adapter's row of answers; nobody has read it then but for its
 * signature, its key, and what an answer is made of. Limits: the adapter's bytes a body, and
 * HOOK_BYTES_MOST being received at once.
 */
#pragma once

#include "http/exchange.h"

enum { HOOK_BYTES_MOST = 64 * 1024 * 1024 };

extern const struct handler hook_post;
extern const struct handler hook_get; /**< Meta's question whether it is us */
