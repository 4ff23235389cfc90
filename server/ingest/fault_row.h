/** One line of upload_fault, as the bytes of a COPY BINARY row. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"
#include "ingest/batch.h"

/** Faults that only the database can find; the others are named by decode and survey. */
#define FAULT_OTHER_CONTENT "result_id_conflict" /**< stored before with other content */
#define FAULT_TWICE	    "result_id_twice"	 /**< twice in one file, with other content */
#define FAULT_REVIEWED	    "result_reviewed"	 /**< not replaced: review decided about it */
#define FAULT_CHANGED	    "result_changed"	 /**< not replaced: it has another revision */
#define FAULT_NOT_STORED    "result_not_stored"	 /**< only what is stored is replaced */

struct fault_words {
	struct slice code, column, value, expected;
};

void fault_row_encode(struct buf *to, int64_t upload_id, uint64_t row, int number,
		      const struct fault_words *words);
/** The words for them; false: a row of this fate is not rejected. */
bool fault_of_fate(enum row_fate fate, struct slice result_id, struct fault_words *words);
