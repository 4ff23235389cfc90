/** Unicode normalisation form C, in which names and codes are compared: "é" typed as one
 * character and as two is the same text. */
#pragma once

#include "base/arena.h"

/** What *value is normalised, in `arena` where that is another text. E_LIMIT: no room there. */
enum status normal_text(struct slice *value, struct arena *arena) NODISCARD;
