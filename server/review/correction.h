/** Other content for a stored result, read by the code that reads uploads.
 *
 * Private to review/. The stored result is written out as a record, the fields given take the place
 * of its own, and intake reads the whole: every rule and every fault is an upload's.
 */
#pragma once

#include "decode/record.h"
#include "store/stored_result.h"

/** E_INPUT: *reject has every fault, by column. E_LIMIT: `arena` is too small. OK: *after is the
 * corrected result (its shopper's number: the one before where the code is the same, else -1),
 * *differs says whether it is another one. Its status is the one before, but excluded where the
 * content shows a breach that excludes and did not before. */
enum status correction_make(const struct programme *p, int wave, const struct stored_result *before,
			    const struct record *content, struct arena *arena,
			    struct stored_result *after, bool *differs, struct reject *reject,
			    struct trouble *why) NODISCARD;
