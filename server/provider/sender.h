/** Sends what waits in outgoing_message: durable, slowly enough, never twice.
 *
 * A message is marked `sending` and committed before it is sent; where no answer comes, or the
 * server ends before it, it becomes `unknown` and is left alone. Several servers may run this at
 * once: each takes its own (for update skip locked), for SENDER_LEASE_S.
 *
 * Limits: SENDER_AT_ONCE under way, SENDER_RATE_S begun a second, a server.
 */
#pragma once

#include "outgoing/outgoing.h"
#include "pg/pool.h"
#include "store/sources.h"

enum { SENDER_AT_ONCE = 16, SENDER_RATE_S = 40, SENDER_LEASE_S = 120, SENDER_LOOK_MS = 1000 };

struct sender_settings {
	struct loop *loop;
	struct pg_pool *pool;
	const struct sources *sources;
	struct outgoing *outgoing;
	const char *graph_url; /**< "https://graph.facebook.com/v21.0" */
};

struct sender;

struct sender *sender_new(const struct sender_settings *settings);
/** Something new waits. */
void sender_wake(struct sender *s);
/** No new one; what is under way ends and is written down. */
void sender_stop(struct sender *s);
bool sender_busy(const struct sender *s);
/** When sender_busy() is false, and while the loop runs. NULL is allowed. */
void sender_free(struct sender **s);
