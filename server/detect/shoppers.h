/** What each shopper of a file answered, in sums; for a bounded number of shoppers.
 *
 * Promise: who is kept depends on who is in the file, not on the order of its rows: when there
 *   are too many, every second one by the hash of the code goes, and stays away.
 * Limits: SHOPPERS_KEPT shoppers, about 400 bytes each.
 */
#pragma once

#include <stdint.h>

#include "detect/relation.h"
#include "detect/straight.h"
#include "survey/result.h"

enum { SHOPPERS_KEPT = 4096, SHOPPER_COLUMNS = 4 };

struct shopper {
	uint64_t hash;
	struct straight_count straight;
	struct group_sums sums; /**< its columns are `column`, in shoppers_sorted()'s answer only */
	struct column_sums column[SHOPPER_COLUMNS];
	uint8_t code_len;
	char code[SHOPPER_BYTES];
};

struct shoppers;

struct shoppers *shoppers_new(void);
void shoppers_free(struct shoppers *s);
void shoppers_add(struct shoppers *s, struct slice code, const int16_t *positions,
		  enum straightness straight);
/** All of them by code. Nothing may be added afterwards. */
const struct shopper *shoppers_sorted(struct shoppers *s, size_t *len);
