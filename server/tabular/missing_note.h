/** The sentence about fields left empty because the file declares their value missing.
 *
 * Private to tabular.
 */
#pragma once

#include "tabular/table.h"

enum { MISSING_NOTE_BYTES = 100 };

struct missing_note {
	uint64_t total;
	size_t len;
	char list[MISSING_NOTE_BYTES]; /**< "NPS 12, CSAT 3", as many as there is room for */
};

void missing_note_add(struct missing_note *n, struct slice name, uint64_t count);
/** Nothing where there were none. */
void missing_note_tell(const struct missing_note *n, struct table_report *report);
