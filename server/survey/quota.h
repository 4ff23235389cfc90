/** How a company's planned contacts are split over its channels.
 *
 * Source: largest remainder (Hare quota). Exact: weights are compared as whole millionths,
 * products in 128 bits. Equal remainders: the channel that stands first in the programme.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Splits `total` (>= 0) over the channels in `present` with a weight above 0, in
 * proportion to their weights; the others get 0. Where no present channel has a weight the
 * total is split evenly over those present. split[c] sums to `total` (to 0 where `present`
 * has no channel below `len`) and each differs from its exact share by less than 1. */
void quota_split(int total, const double *weights, size_t len, uint32_t present, int *split);
