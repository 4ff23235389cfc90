/** How a run ends: the exit codes users script against (plaudit(1), EXIT STATUS). */
#pragma once

#include "base/status.h"

enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_FAILURE = 1,
	OUTCOME_USAGE = 2,
	OUTCOME_NOT_FOUND = 3,
	OUTCOME_DENIED = 4,
	OUTCOME_CONFLICT = 5,
	OUTCOME_REJECTED_ROWS = 6,
	OUTCOME_TRY_AGAIN = 7,
	OUTCOME_INTERRUPTED = 130
};

enum outcome outcome_of_http(long http_status);
enum outcome outcome_of_status(enum status status);
