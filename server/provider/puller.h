/** Asks Chatwoot what its webhook may have lost: it sends each event at most once.
 *
 * Every PULL_EVERY_S, and on demand, a source's answers of the last PULL_BACK_S are listed; those
 * the inbox has not seen as they are now become payloads of that source. One server at a time does
 * it for a source (a lease in source_health), one source at a time a server. What came of it
 * stands in the source's health.
 *
 * Limits: PULL_PAGES_MOST pages and PULL_MOST_MS a pull; what is left the next one gets.
 */
#pragma once

#include "inbox/inbox.h"
#include "outgoing/outgoing.h"
#include "store/sources.h"

enum {
	PULL_EVERY_S = 15 * 60,
	PULL_LOOK_MS = 60 * 1000,
	PULL_LEASE_S = 15 * 60,
	PULL_MOST_MS = 10 * 60 * 1000,
	PULL_PAGES_MOST = 400,
	/** Chatwoot's customers may change an answer for 14 days; what is older is not heard. */
	PULL_BACK_S = 14 * 86400 - 3600
};

struct puller_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct sources *sources;
	struct outgoing *outgoing;
	struct inbox *inbox;
};

struct puller;

struct puller *puller_new(const struct puller_settings *settings);
/** Whether there is anybody to ask: a chatwoot source with base_url, account and access_token. */
bool puller_can(const struct known_source *source);
/** As soon as it can be done. */
void puller_ask(struct puller *p, const struct known_source *source);
/** What is under way ends at its next answer. */
void puller_stop(struct puller *p);
bool puller_busy(const struct puller *p);
/** When puller_busy() is false, and while the loop runs. NULL is allowed. */
void puller_free(struct puller **p);
