/** What the spellings of one word have in common: "Strongly Agree" and "strongly  agree".
 *
 * Source: Unicode's NFKC_Casefold (UAX 31), then blanks of any kind as one space, none at the
 * ends.
 */
#pragma once

#include "base/arena.h"

/** `text` is UTF-8. E_LIMIT: no room in the arena. */
enum status fold_text(struct slice text, struct arena *arena, struct slice *folded) NODISCARD;
