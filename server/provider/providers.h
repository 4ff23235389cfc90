/** Everything that asks or writes to providers, in one: what a server has one of.
 *
 * Lifetime: providers_stop(), then providers_free() once providers_busy() is false, while the loop
 *   runs and before the sources and the pool are gone.
 */
#pragma once

#include "outgoing/outgoing.h"
#include "provider/puller.h"
#include "provider/sender.h"

struct providers_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct sources *sources;
	struct inbox *inbox;
	const char *graph_url;
	bool outgoing_private; /**< firms may name providers in the operator's own network */
};

struct providers {
	struct outgoing *outgoing;
	struct sender *sender;
	struct puller *puller;
	const char *graph_url;
};

struct providers *providers_new(const struct providers_settings *settings);
void providers_stop(struct providers *p);
bool providers_busy(const struct providers *p);
/** NULL is allowed. */
void providers_free(struct providers **p);
