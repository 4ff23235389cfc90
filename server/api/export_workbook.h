/** GET W/results.xlsx: the workbook is made whole, then sent with its length and digest in the
 * head. */
#pragma once

#include "http/exchange.h"
#include "store/catalogue.h"

enum { WORKBOOKS_AT_ONCE = 2 }; /**< each keeps one of libuv's pool threads busy */

void export_workbook_begin(struct exchange *x, const struct known_key *key,
			   const struct known_wave *wave);
