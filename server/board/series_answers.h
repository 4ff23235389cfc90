/** Finished answers over several waves, by a key that names the question and what every wave
 * stood at: what is outdated is never found again, and goes as the least lately asked for.
 * Private to board/.
 *
 * Limits: SERIES_ANSWERS answers and SERIES_ANSWERS_BYTES of them, keys included.
 */
#pragma once

#include "board/series.h"

struct series_answers {
	struct series_answer *at;
	size_t len, bytes;
	uint64_t uses;
};

void series_answers_fini(struct series_answers *a);
/** NULL where there is none. Borrowed. */
struct http_bytes *series_answers_find(struct series_answers *a, struct slice key);
/** Copies the key, takes a reference of its own. */
void series_answers_keep(struct series_answers *a, struct slice key, struct http_bytes *bytes);
