/** Finished answers of one wave, by question; the least lately asked for goes first.
 *
 * Limits: ANSWERS_KEPT answers and ANSWERS_BYTES of them.
 */
#pragma once

#include "board/live.h"

struct answers {
	struct answer *at;
	size_t len;
	size_t bytes;
	uint64_t uses;
};

void answers_fini(struct answers *a);
void answers_clear(struct answers *a);
/** NULL where there is none. Borrowed. */
struct http_bytes *answers_find(struct answers *a, const struct live_question *q);
/** Takes a reference of its own. */
void answers_keep(struct answers *a, const struct live_question *q, struct http_bytes *bytes);
bool live_question_equal(const struct live_question *a, const struct live_question *b);
