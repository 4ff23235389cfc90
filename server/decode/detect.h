/** What the first bytes of a CSV file tell: its encoding, and how its text is laid out.
 *
 * Pure functions of a head (charset.h) that need not hold the whole file.
 */
#pragma once

#include "decode/reading.h"

/** The encoding whose byte order mark begins the head; NULL: none. */
const struct encoding *detect_mark(struct slice head, size_t *mark_len);
/** Bytes before the first one that is not ASCII. */
size_t detect_ascii_len(struct slice text);

/** NULL: every byte is ASCII, so far nothing needs to be known. `at_start`: the head begins
 * the file; `whole`: nothing follows it. */
const struct encoding *detect_encoding(struct slice head, bool at_start, bool whole,
				       struct csv_known *known);

/** Fills what `declared` leaves open, from the first bytes of the text in UTF-8. *skip is how
 * many of them are a sep= line. */
void detect_layout(struct slice head, const struct csv_options *declared,
		   struct csv_reading *reading, size_t *skip);
