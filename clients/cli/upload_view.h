/** What became of an upload's rows, in readable lines.
 *
 * Promise: pure, cJSON in and text out; everything from the server is made safe.
 */
#pragma once

#include "cli/view.h"

/** E_INPUT where the document is not an upload's answer. `server` goes before the address
 * of the full list of faults. *rejected is how many rows were. */
enum status upload_view_add(struct buf *to, const cJSON *answer, const char *server,
			    const struct view *view, double *rejected,
			    struct trouble *why) NODISCARD;
