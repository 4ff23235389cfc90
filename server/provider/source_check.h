/** Whether a source works, as far as can be told from here: what is stored of its life, and what
 * its provider says where it can be asked.
 *
 * Promise: `done` once, never before source_check() has returned.
 * Limits: one request to the provider, and its 10 s.
 */
#pragma once

#include "provider/providers.h"
#include "store/catalogue.h"

enum { SOURCE_CHECKS_MOST = 12, SOURCE_CHECK_WORDS = 240 };

struct source_finding {
	const char *check; /**< stable: "secret", "webhook" */
	bool ok;
	char words[SOURCE_CHECK_WORDS];
};

struct source_report {
	struct source_finding at[SOURCE_CHECKS_MOST];
	size_t len;
	bool ok; /**< all are */
};

struct source_check_settings {
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct outgoing *outgoing;
	const char *graph_url;
	const char *public_url; /**< NULL: not set */
	const char *agi, *lmtp; /**< where this server listens for calls and mail; NULL: nowhere */
};

/** `report` is NULL where the database did not answer; `why` says so. */
void source_check(const struct source_check_settings *settings, const struct known_source *source,
		  void (*done)(void *arg, const struct source_report *report,
			       const struct trouble *why),
		  void *arg);
