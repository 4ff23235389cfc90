/** Which boards a publication stores, and under which address below the wave.
 *
 * One table: whoever adds a line adds a board to every publication made from then on.
 */
#pragma once

#include "base/buf.h"
#include "board/live.h"

enum { FROZEN_ADDRESS_BYTES = 32 + PROGRAMME_CODE_BYTES };

size_t frozen_boards_count(const struct wave *w);
struct live_question frozen_board_question(const struct wave *w, size_t board);
/** It rests on other waves, too, and cannot be made of this one's counts alone. */
bool frozen_board_needs_waves(const struct live_question *q);
/** "standings?sector=S01". False for questions whose answers are not stored. */
bool frozen_address(const struct wave *w, const struct live_question *q, struct buf *to);
