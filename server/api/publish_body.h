/** The body of POST W/publish.
 *
 * {"reason": text, "announce_at": RFC 3339, "ceremony_on": date, "readers": [key ids]}, every
 * member optional; no body is an empty one.
 */
#pragma once

#include "base/arena.h"
#include "board/publish.h"

/** Fills what the body says; texts are the arena's. E_INPUT bad_body. */
enum status publish_body_read(struct slice body, struct arena *arena,
			      struct publish_request *request, struct trouble *why) NODISCARD;
