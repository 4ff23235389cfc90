/** How the reading of a payload ends: its state and the note that stays with it.
 *
 * Private to inbox/. Lifetime: notes are static or the arena's.
 */
#pragma once

#include "inbox/hearing_value.h"

struct hearing_end {
	const char *state; /**< as the table has it; NULL: it has not ended */
	struct slice note;
	int answers;
	int wait_seconds; /**< of one that is still waiting */
};

/** How many answers of a payload count, and do not for which reason. */
struct hearing_note {
	unsigned by[UNCOUNTED_END];
};

struct hearing_end hearing_end_failed(const char *code);
struct hearing_end hearing_end_ignored(const char *code);
/** Nobody knows its source, or its kind: this server may soon. */
struct hearing_end hearing_end_unknown(bool own_page, int attempts);
/** It made a statement fail. */
struct hearing_end hearing_end_unstored(int attempts);
/** "": all count; "expired": its only answer does not; else the codes with their numbers,
 * "counted 2, off_scale 1". What is of a wave nobody knows is tried again, too. */
struct hearing_end hearing_end_heard(const struct hearing_note *note, int attempts,
				     struct arena *arena);
