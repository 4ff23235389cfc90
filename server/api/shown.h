/** States of waves as they are shown at this moment: where an announcement may have come since the
 * catalogue was read, the database is asked before the answer, whatever is published or not.
 */
#pragma once

#include "api/api.h"
#include "api/caller.h"

struct shown_request {
	int organisation_id;
	int wave_id; /**< 0: every wave of the organisation */
};

/** Calls answer(x, request), at once or when the catalogue is up to date; not where the client is
 * gone. Answers a failure itself. The handler's `gone` is caller_gone(). */
void shown_then(struct exchange *x, const struct shown_request *request,
		void (*answer)(struct exchange *x, const struct shown_request *request));
