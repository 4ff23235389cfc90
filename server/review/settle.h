/** Keeps results in line with the rules that are broken only among all results of a wave.
 *
 * Where a wave's rule shopper_twice or shopper_too_often excludes, the contacts over its limit
 * are excluded with the reason "breach RULE", and those that are within it again are brought
 * back, always through review_change_many(). What stands depends on the results stored and
 * not on the order they came in; docs/fieldwork.md has the rule.
 *
 * A reviewer's decision stays: approved, disputed, returned and by hand excluded results are
 * not touched.
 *
 * Promise: `done` exactly once, never before settler_run() has returned; with OK the counts are in
 *   this server's memory. One wave at a time of a server, and of all servers (an advisory
 *   lock): it needs two exclusive connections of the pool.
 * Lifetime: settler_free() after settler_running() is 0 and before the review it was made of.
 */
#pragma once

#include "review/review.h"

struct settler;

struct settler *settler_new(struct loop *loop, struct pg_pool *pool, struct catalogue *catalogue,
			    struct review *review);
void settler_free(struct settler *s);
unsigned settler_running(const struct settler *s);

/** False: no rule of the wave asks for it, and `done` will not be called. `why` of done: NULL
 * where all is in line. Whose upload led to it stands in the audit. */
bool settler_run(struct settler *s, const struct settle_origin *origin,
		 void (*done)(void *arg, const struct trouble *why), void *arg);
