/** What happened to sources, counted in memory and added to the database now and then.
 *
 * Promise: what could not be written stays counted, but where it is not known whether it was.
 * Limits: one write at a time; an entry a source.
 */
#pragma once

#include "pg/pool.h"
#include "store/sources.h"

struct source_health;

struct source_health *source_health_new(struct pg_pool *pool);
void source_health_free(struct source_health *h); /**< what is being written ends by itself */
void source_health_note(struct source_health *h, int source_id, enum source_event event,
			const char *refusal);
void source_health_flush(struct source_health *h);
