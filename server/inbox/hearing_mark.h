/** What is being read, on this server's disk, so that a payload that ends the process does not end
 * it again after each start.
 *
 * Private to inbox/. Whoever dies while it reads many leaves their number: the next process takes
 * as many one by one. Whoever dies while it reads one leaves its number and how often that has
 * been: what MARK_DEATHS processes died of is not read any more.
 *
 * The file is for a process that dies, not for a machine that does: it is never flushed. Blocking:
 * open() at the start, then a line written into the kernel's memory. Where there is no folder, or
 * it cannot be written, nothing is remembered.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { MARK_DEATHS = 3 };

struct hearing_mark;

/** `folder` is a path; NULL: nothing is remembered. Reads what an earlier process left. */
struct hearing_mark *hearing_mark_new(const char *folder);
void hearing_mark_free(struct hearing_mark *m);

/** How many were being read when that process died; 0: it did not die so. */
size_t hearing_mark_left(const struct hearing_mark *m);
/** The payload that is not to be read; 0: none. */
int64_t hearing_mark_given_up(const struct hearing_mark *m);

/** So many are read now, the first of them `first`. */
void hearing_mark_begin(struct hearing_mark *m, size_t count, int64_t first);
/** They are read, and what became of them is stored, or will be tried again. */
void hearing_mark_end(struct hearing_mark *m);
