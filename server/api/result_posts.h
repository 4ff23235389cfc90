/** POST …/W/results: one result or an array of them, stored before it is answered.
 *
 * An upload without a file: the same reading, the same transactions, a number by which it can be
 * undone.
 */
#pragma once

#include "http/exchange.h"

enum { RESULT_POST_BYTES = 1024 * 1024 };

extern const struct handler result_post;
