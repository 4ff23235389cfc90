/** A program of ours run as a child: its account, its log, its end.
 *
 * Promise: the child gets a clean environment (no PG* of the caller's), default
 * signals, /dev/null to read, our log to write, no descriptor of ours, and a
 * session of its own, so that Ctrl-C at a terminal reaches us alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/accounts.h"
#include "base/status.h"

struct child_plan {
	const struct account *account;
	const char *const *arguments; /**< [0] is the program's path; NULL-terminated */
	int output;		      /**< stdout and stderr */
	int death_signal;	      /**< sent when we die; 0: none */
};

enum status child_start(const struct child_plan *plan, pid_t *child, struct trouble *why) NODISCARD;

enum child_end { CHILD_RUNS, CHILD_SUCCEEDED, CHILD_FAILED };

/** Waits at most that long (0: only looks). `how` gets "exited with 1", "killed by signal 9".
 * The child is gone after anything but CHILD_RUNS. */
enum child_end child_wait(pid_t child, uint64_t limit_ms, struct trouble *how);

void child_sleep_ms(long ms);
