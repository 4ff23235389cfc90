/** A wave's results in id order out of one snapshot, page by page, as fast as they are taken.
 *
 * The connection is the scan's own, opened for it and closed with it: it takes none from uploads,
 * and whoever wants no more simply closes. While a page is being worked on, the next one is asked
 * for. Where results are chosen, a question looks at a stretch of the wave at most, so that rare
 * ones cost no long statements.
 *
 * Lifetime: scan_open() to scan_close(), inside an event too; the memory goes when libuv has given
 *   the connection back. What `wanted` points to is copied.
 * Promise: `begun` once, then `rows` as often as there are any, then `ended`; or `ended` with what
 *   went wrong at any place. None before scan_open() has returned, none after scan_close().
 * Limits: two pages of SCAN_PAGE_ROWS in memory; a transaction that nobody moves for ten minutes
 *   is ended by PostgreSQL.
 */
#pragma once

#include "base/arena.h"
#include "base/flow.h"
#include "loop/loop.h"
#include "pg/conn.h"
#include "pg/value.h"
#include "survey/programme.h"

enum { SCAN_PAGE_ROWS = 500, SCAN_STRETCH_ROWS = 20000 };

/** Which results. */
struct scan_wanted {
	int wave_id;
	unsigned statuses;    /**< bits by enum review_state; 0: any */
	const int *companies; /**< NULL: any */
	size_t companies_len;
	int channel; /**< -1: any */
};

/** Not simply all of the wave. */
bool scan_wanted_chooses(const struct scan_wanted *w);
/** The parameters statuses, companies and channel of result_list.sql. */
void scan_wanted_values(const struct scan_wanted *w, struct arena *arena,
			struct pg_value values[3]);

/** What the wave stands at in the snapshot. */
struct scan_facts {
	int64_t version; /**< result rows counted */
	int64_t changes; /**< of results so far: who was reviewed or corrected, and how often */
};

struct scan_events {
	void (*begun)(void *arg, const struct scan_facts *facts);
	/** stored_result_read() reads them. Who nulls the pointer keeps them (pg_result_free).
	 * FLOW_PAUSE: no more before scan_resume(). FLOW_STOP: the scan was closed. */
	enum flow (*rows)(void *arg, struct pg_result **rows);
	/** NULL: those were all. */
	void (*ended)(void *arg, const struct trouble *why);
};

struct scan;

struct scan *scan_open(struct loop *loop, const struct pg_settings *settings,
		       const struct scan_wanted *wanted, const struct scan_events *events,
		       void *arg);
/** After FLOW_PAUSE; may give rows, and end, before it returns. */
void scan_resume(struct scan *s);
/** Nulls the owner's pointer; NULL is allowed. */
void scan_close(struct scan **s);
