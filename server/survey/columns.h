/** The fixed columns of a canonical result: what no item or question may be called.
 *
 * For survey and mapping. Columns are numbered: these first, then the questions, then the items.
 */
#pragma once

#include "base/slice.h"

/* clang-format off */
#define COLUMNS(X)                             \
	X(RESULT_ID,        "result_id")        \
	X(COMPANY,          "company")          \
	X(SECTOR,           "sector")           \
	X(CHANNEL,          "channel")          \
	X(SHOPPER,          "shopper")          \
	X(CONTACTED_AT,     "contacted_at")     \
	X(ANSWERED,         "answered")         \
	X(ATTEMPT,          "attempt")          \
	X(WAIT_SECONDS,     "wait_seconds")     \
	X(DURATION_SECONDS, "duration_seconds") \
	X(COMMENT,          "comment")          \
	X(CUSTOMER,         "customer")
/* clang-format on */

enum column {
#define X(name, text) COLUMN_##name,
	COLUMNS(X)
#undef X
		COLUMN_FIXED_COUNT
};

extern const char *const column_names[COLUMN_FIXED_COUNT];

/** The other name of result_id, and the JSON group items may stand in. */
#define COLUMN_CONTACT_ID "contact_id"
#define COLUMN_ANSWERS	  "answers"

/** What exports add to a result for people to read begins so; no code of a programme can. */
#define COLUMN_ADDED "plaudit:"
/** What a file of rejected rows adds to them (export/rejected_file.h). */
#define COLUMN_ERROR_CODE     "error_code"
#define COLUMN_ERROR_COLUMN   "error_column"
#define COLUMN_ERROR_VALUE    "error_value"
#define COLUMN_ERROR_EXPECTED "error_expected"

/** We have added it: where it is no column of a result, nor an item or a question, it is ignored.
 */
bool column_is_added(struct slice name);

bool column_is_reserved(struct slice code);
