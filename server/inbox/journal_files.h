/** The files of a journal, oldest first. Private to inbox/.
 *
 * Lifetime: a file keeps its descriptor until it is removed or the journal ends.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loop/loop.h"

struct journal_file {
	struct journal_file *next;
	int64_t number;
	int descriptor;
	int64_t bytes;	  /**< that are there for good: whole records */
	int64_t at;	  /**< before it everything was dropped */
	uint64_t records; /**< from `at` on */
	bool is_damaged;  /**< it is set aside, not removed */
};

struct journal_files {
	struct loop *loop;
	int folder; /**< descriptor; -1: none */
	struct journal_file *oldest, *newest;
	int64_t last_number;
};

/** Finds those of the folder, with their whole records; `folder` stays -1 where it cannot. */
void journal_files_open(struct journal_files *f, struct loop *loop, const char *folder);
void journal_files_close(struct journal_files *f);
/** An empty one behind the others; NULL: errno says why not. */
struct journal_file *journal_files_begin(struct journal_files *f);
/** At once for whoever looks; on the disk when the pool has time. */
void journal_files_remove(struct journal_files *f, struct journal_file *gone);
