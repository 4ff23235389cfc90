/** How far an upload is, in words.
 *
 * Promise: pure. Units: bytes in decimal (1 MB = 1,000,000), time in milliseconds.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum { PROGRESS_EVERY_MS = 200, PROGRESS_LINE_EVERY_MS = 10000 };

struct progress {
	uint64_t done_bytes;
	uint64_t total_bytes; /**< 0: not known */
	uint64_t elapsed_ms;
	uint64_t begun_bytes; /**< done before this run: they tell nothing of its speed */
};

void progress_add_bytes(struct buf *to, uint64_t bytes);      /**< "1.5 MB" */
void progress_add_duration(struct buf *to, uint64_t seconds); /**< "0:07", "1:02:03" */

/** One line for a terminal, at most columns - 1 wide, without the line's end:
 * "[=====>    ]  50 %  1.0 MB of 2.0 MB  1.0 MB/s  0:01 left". */
void progress_add_bar(struct buf *to, const struct progress *p, size_t columns);
/** The same in words for a log: "1.0 MB of 2.0 MB (50 %), 1.0 MB/s, 0:01 left". */
void progress_add_words(struct buf *to, const struct progress *p);
