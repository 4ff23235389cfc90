/** A decimal number as files write it, kept as a whole number of its last decimal.
 *
 * Private to survey. "82.5" with one decimal is 825. Plain decimals only: no exponent, no plus,
 * no comma, at most as many decimals as asked for.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { DECIMALS_LIMIT = 3 };

enum decimal { DECIMAL_READ, DECIMAL_NO_NUMBER, DECIMAL_TOO_LONG };

/** *value stays within +-DECIMAL_FAR, where numbers further out stand too. */
#define DECIMAL_FAR INT64_C(1000000000000)
enum decimal decimal_read(struct slice text, int decimals, int64_t *value);
int64_t decimal_scale(int decimals); /**< 10^decimals */
