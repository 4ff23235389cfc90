/** Results as a file: CSV and NDJSON streamed as they are read, a workbook when it is made.
 *
 * All of it is one snapshot. A streamed file ends in the fields Repr-Digest and Plaudit-Rows; what
 * fails in the middle, the server's stop included, ends in a broken connection, never in these.
 * Limits: EXPORTS_AT_ONCE at a time; a client that takes nothing for half a minute is cut by the
 *   server (struct http_limits), any export after an hour.
 */
#pragma once

#include "api/caller.h"
#include "api/export_question.h"

enum { EXPORTS_AT_ONCE = 4 };

/** GET W/results: the page of results.h, or a file. */
extern const struct handler results_get;
