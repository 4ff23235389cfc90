/** A natural number of up to WIDE_LIMBS * 64 bits: enough for one exact fraction.
 *
 * Private to survey. The weighted score needs the product of the possible points of up to
 * 32 areas (28 bits each: 256 items of POINTS_LIMIT) times weights (34 bits, 39 for their
 * sum) times 20000 (15 bits): under 1024 bits.
 */
#pragma once

#include <stdint.h>

enum { WIDE_LIMBS = 16 };

struct wide {
	uint64_t limb[WIDE_LIMBS]; /**< least first */
	int len;		   /**< limbs in use; 0 is the number 0 */
};

struct wide wide_from(uint64_t number);
void wide_multiply(struct wide *w, uint64_t factor); /**< factor > 0 */
void wide_add(struct wide *w, const struct wide *addend);
int wide_compare(const struct wide *a, const struct wide *b); /**< < 0, 0, > 0 */
