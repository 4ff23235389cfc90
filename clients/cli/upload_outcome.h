/** What became of a file that the server has whole and counts by itself: waited for, and printed as
 * that of any upload.
 *
 * Has said why on stderr when it fails. OUTCOME_TRY_AGAIN, OUTCOME_INTERRUPTED: the server goes on
 * without us.
 */
#pragma once

#include "cli/session.h"

/** `place` is that of the resumable upload. */
enum outcome upload_outcome(const struct session *s, const char *place);
