/** Numbers for the shoppers of a batch that this server has not met: asked of the database,
 * which makes them for those that nobody has met; a dry run makes none up but in its own book.
 *
 * Promise: `done` once, never before the start has returned; `why` is NULL when every
 * row has its number, and the book then knows them too.
 * Errors: E_LIMIT (too_many_shoppers) where a number is beyond what tallies take.
 */
#pragma once

#include "ingest/batch.h"
#include "ingest/shopper_book.h"
#include "pg/pool.h"

/** Whose shoppers, where they are remembered, and whether new ones are made: else each gets a
 * number from INT32_MAX down, which only `book` knows. */
struct shopper_order {
	int organisation_id;
	struct shopper_book *book;
	bool dry;
};

void shopper_numbers_ask(struct pg_pool *pool, const struct shopper_order *order,
			 struct batch *batch, void (*done)(void *arg, const struct trouble *why),
			 void *arg);
