/** A stored result written out as the record it could have come as, with other fields over it.
 *
 * For whoever changes a result by reading it anew: intake then checks the whole.
 * Lifetime: the record lives in the arena, and borrows what `before` and `content` do.
 */
#pragma once

#include "decode/record.h"
#include "store/stored_result.h"

/** A field of `content` takes the place of the stored one; one that comes twice, or that nobody
 * knows, stands behind them for intake to refuse. E_LIMIT: `arena` is too small. */
enum status stored_record_write(const struct programme *p, int wave,
				const struct stored_result *before, const struct record *content,
				struct arena *arena, struct record *record,
				struct trouble *why) NODISCARD;
