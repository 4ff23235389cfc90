/** Makes the boards of every publication again, from what it froze, and compares bytes and hashes.
 *
 * A publication made by another version of the program, whose formulas or words may differ, is
 * compared by its hashes alone.
 * Promise: `done` exactly once, never before the start has returned.
 */
#pragma once

#include "loop/loop.h"
#include "pg/conn.h"

struct publication_report {
	enum status status; /**< OK: everything was read, whatever was found */
	struct trouble why;
	uint64_t publications, boards;
	uint64_t boards_made; /**< again, and compared */
	uint64_t differences;
};

/** `difference` is called for each of them with what differs, in words. The connection is the
 * caller's, idle, and used by nobody else meanwhile. `made_by` is this program's version. */
void publication_verify_run(struct loop *loop, struct pg_conn *conn, const char *made_by,
			    void (*difference)(void *arg, const char *words),
			    void (*done)(void *arg, const struct publication_report *report),
			    void *arg);
