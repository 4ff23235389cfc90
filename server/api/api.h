/** What the routes stand on. One of it a server; every exchange's context.
 *
 * Lifetime: outlives the HTTP server.
 */
#pragma once

#include "board/live.h"
#include "http/server.h"
#include "inbox/figures.h"
#include "inbox/hearing.h"
#include "inbox/inbox.h"
#include "inbox/merging.h"
#include "ingest/ingest.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "provider/providers.h"
#include "review/review.h"
#include "review/settle.h"
#include "spool/spool.h"
#include "store/catalogue.h"
#include "store/sources.h"

/** Of the four pool threads two make tables for uploads (TABLES_AT_ONCE), and batches need one. */
enum { TABLES_LOOKED_AT = 1 };

struct api {
	struct loop *loop;
	struct pg_pool *pool;
	const struct pg_settings *database; /**< for connections of one's own */
	struct catalogue *catalogue;
	struct providers *providers; /**< what asks and writes to them */
	struct sources *sources;
	struct inbox *inbox;
	struct hearing *hearing; /**< makes answers of what is in it */
	struct merging *merging; /**< and results of these */
	struct inbox_figures *figures;
	struct ingest *ingest;
	struct tus *tus;     /**< resumable uploads */
	struct spool *spool; /**< never NULL, but perhaps unusable */
	struct review *review;
	struct settler *settler;
	struct live *live;
	struct idempotency *idempotency; /**< requests that carry a key */
	struct visitors *guessers;	 /**< who asked for invitations that there are not */
	struct visitors
		*posters; /**< who sent answers: addresses by the widget, tokens by the page */
	struct http_server *http; /**< set once it is made */
	const char *version;	  /**< of the program */
	const char *public_url;	  /**< https://cx.example.org; NULL: addresses are paths */
	const char *mail_domain;  /**< of sources' mail addresses; NULL: none is set */
	const char *agi, *lmtp;	  /**< where this server takes calls and mail; NULL: nowhere */
	unsigned fieldworks;	  /**< reports being made */
	unsigned previews;	  /**< likewise */
	unsigned tables;	  /**< made of files to be looked at */
	unsigned exports;	  /**< under way */
	unsigned workbooks;	  /**< of them */
	unsigned publishing;	  /**< publications being made */
	struct hook *hooks;	  /**< of hooks.c, that are not answered yet */
	size_t hook_bytes;	  /**< of their bodies */
	unsigned hooks_checked;	  /**< of them, on a pool thread */
	bool stopping;
};

/** The API on one screen. */
extern const struct route api_routes[];
extern const size_t api_routes_len;
