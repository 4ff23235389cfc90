/** How far answers on a short scale agree.
 *
 * Source: consensus Tastle & Wierman, Int. J. Approximate Reasoning 45 (2007);
 *   agreement A van der Eijk, Quality & Quantity 35 (2001).
 * Errors: none. No answers: NAN. Values outside lo..hi are a bug.
 * Limits: agreement needs 3..CONSENSUS_POINTS_LIMIT points, else NAN.
 */
#pragma once

#include "stats/counts.h"

enum { CONSENSUS_POINTS_LIMIT = 64 };

/** 1 where everyone says the same, 0 where half stand at each end. */
double consensus_of(struct counts answers, int32_t lo, int32_t hi);
/** 1 all together, 0 uniform, -1 at both ends; ordinal. */
double consensus_agreement_a(struct counts answers, int32_t lo, int32_t hi);
