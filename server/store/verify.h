/** Recounts every wave from its results and compares with its tallies.
 *
 * One read-only snapshot of the database a wave, so it may run beside uploads.
 * Promise: `done` exactly once, never before verify_run() has returned.
 */
#pragma once

#include "base/status.h"
#include "loop/loop.h"
#include "pg/conn.h"
#include "store/catalogue.h"

struct verify_report {
	enum status status; /**< OK: everything was read, whatever was found */
	struct trouble why;
	uint64_t waves, results, cells;
	uint64_t differences; /**< bins whose counts differ, and versions that do */
};

/** `difference` is called for each of them with what differs, in words. The connection is
 * the caller's, idle, and used by nobody else meanwhile. */
void verify_run(struct pg_conn *conn, const struct catalogue *catalogue,
		void (*difference)(void *arg, const char *words),
		void (*done)(void *arg, const struct verify_report *report), void *arg);
