/** One line of upload_fault, as the bytes of a COPY BINARY row. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

/** Faults that only the database can find; the others are named by decode and survey. */
#define FAULT_OTHER_CONTENT "result_id_conflict" /**< stored before with other content */
#define FAULT_TWICE	    "result_id_twice"	 /**< twice in one file, with other content */

struct fault_words {
	struct slice code, column, value, expected;
};

void fault_row_encode(struct buf *to, int64_t upload_id, uint64_t row, int number,
		      const struct fault_words *words);
/** The words for the two codes above. */
struct fault_words fault_of_conflict(struct slice result_id, bool twice);
