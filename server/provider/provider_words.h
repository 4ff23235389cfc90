/** What a provider says of its own set-up for us, read. Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/** Of GET /{page}/subscribed_apps: whether an app of the page is told of `field`. False in *read:
 * it is no such answer. */
bool messenger_is_subscribed(struct slice json, const char *field, struct arena *arena, bool *read);

enum chatwoot_hook {
	CHATWOOT_HOOK_NOT_READ, /**< it is no list of webhooks */
	CHATWOOT_HOOK_NONE,	/**< none of them is ours */
	CHATWOOT_HOOK_DEAF,	/**< ours is not told of changed messages */
	CHATWOOT_HOOK_GOOD
};

/** Of GET …/webhooks: ours is the one whose address ends in `path`. */
enum chatwoot_hook chatwoot_hook_of(struct slice json, struct slice path, struct arena *arena);
