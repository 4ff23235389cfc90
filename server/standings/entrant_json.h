/** Who a company is, as members of a JSON object: its kind, who answers for it, what it was.
 *
 * Lists are always there and may be empty; what the programme's file does not say is left out
 * of their rows.
 */
#pragma once

#include "base/json_out.h"
#include "survey/programme.h"

/** "kind", "operations" (those that overlap the wave's period), "predecessors", "successors". */
void entrant_json(struct json_out *j, const struct programme *p, const struct wave *wave,
		  int company);
