/** One transaction that stores one payload whose body is too large for a statement: in parts, so
 * that the loop is never long at it.
 *
 * Promise: `done` exactly once, never before insert_parts() has returned. The item is borrowed
 * until then, or until insert_parts_abandon(). Errors: as of inbox_insert().
 */
#pragma once

#include "inbox/insert.h"

enum { INSERT_PART_BYTES = 512 * 1024 };

struct insert_parts *insert_parts(struct pg_pool *pool, const struct inbox_item *item,
				  void (*done)(void *arg, const struct inserted *what), void *arg);
/** The item ends: what was not sent of it is not sent any more. `done` is told nevertheless. */
void insert_parts_abandon(struct insert_parts *in);
