/** Numbers for the shoppers of a batch that this server has not met: asked of the database,
 * which makes them for those that nobody has met.
 *
 * Promise: `done` once, never before the start has returned; `why` is NULL when every
 * row has its number, and the book then knows them too.
 * Errors: E_LIMIT (too_many_shoppers) where a number is beyond what tallies take.
 */
#pragma once

#include "ingest/batch.h"
#include "ingest/shopper_book.h"
#include "pg/pool.h"

void shopper_numbers_ask(struct pg_pool *pool, int organisation_id, struct shopper_book *book,
			 struct batch *batch, void (*done)(void *arg, const struct trouble *why),
			 void *arg);
