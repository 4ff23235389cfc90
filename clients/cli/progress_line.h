/** How far something is, shown on stderr: one line that changes on a terminal, else a line now and
 * then. */
#pragma once

#include "cli/progress.h"

struct progress_line {
	struct progress progress;
	uint64_t began_ms, shown_ms;
	bool on_terminal, quiet, is_open; /**< is_open: the cursor stands behind a bar */
};

/** `total_bytes` 0: not known. */
void progress_line_begin(struct progress_line *l, uint64_t total_bytes, bool quiet);
/** Shows it where it is time to. */
void progress_line_move(struct progress_line *l, uint64_t done_bytes);
/** Leaves the line for other words. */
void progress_line_end(struct progress_line *l);
