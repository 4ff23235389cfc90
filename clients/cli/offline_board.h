/** `plaudit board --file`: the answer a server would give, made here.
 *
 * The words for what went wrong are on stderr when it returns.
 */
#pragma once

#include "cli/http.h"
#include "cli/options.h"
#include "cli/outcome.h"

/** What of the wave is asked for. */
enum offline_form { OFFLINE_BOARD, OFFLINE_SECTORS, OFFLINE_COMPANY };

/** OUTCOME_OK and OUTCOME_REJECTED_ROWS: the answer is made (CSV where the options want it);
 * rejected rows have been listed. */
enum outcome offline_answer(const struct options *o, enum offline_form form,
			    struct http_answer *answer) NODISCARD;
