/** From a question and a wave's counts to the bytes of the answer.
 *
 * answer_make() is pure and runs on a pool thread; answer_finish() makes of its body
 * what is sent: headers with the ETag, which names wave, version, state, revision and edition.
 */
#pragma once

#include "base/buf.h"
#include "board/live.h"

/** Whether answer_make() needs a severity model: worth keeping for the next such question. */
bool answer_needs_severity(const struct live_question *q);

enum status answer_make(const struct live_question *q, const struct board_source *source,
			struct buf *body, struct trouble *why) NODISCARD;

/** The media type of the answer. */
const char *answer_type(const struct live_question *q);

struct http_bytes *answer_finish(const struct live_question *q, const struct board_source *source,
				 uint64_t edition, struct slice body);
