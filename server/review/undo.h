/** One upload undone as a unit, in one transaction however many results it has.
 *
 * Private to review/. Results that the upload brought are gone (result_removed keeps them), those
 * it replaced are again what they were, the counts move by exactly that. What somebody has changed
 * since is refused, kept or taken back as the request says; what only the rules among results have
 * changed is nobody's change. The results are noted first and then gone through page by page, so
 * the memory taken is that of UNDO_PAGE rows and of the counts.
 *
 * A COMMIT whose answer was lost is looked up by the number of the change; what fails for a reason
 * that passes is tried again. Promise: `done` exactly once, never before undo_run() has returned,
 * and with OK only when the counts are in memory. Lifetime: everything in the request is borrowed
 * until `done` has returned.
 */
#pragma once

#include "review/review.h"

enum { UNDO_PAGE = 5000 };

struct undo_request {
	const struct ingest_settings *server; /**< loop, pool, counts */
	struct shared_programme *programme;
	int wave_id, wave, organisation_id;
	struct slice key_id, reason;
	int64_t upload_id;
	enum undo_changed changed;
};

void undo_run(const struct undo_request *request,
	      void (*done)(void *arg, const struct undo_outcome *outcome), void *arg);
