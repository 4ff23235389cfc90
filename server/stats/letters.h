/** Letters on a board: companies that share one cannot be told apart.
 *
 * A letter is a maximal set of companies without a significant difference inside, so
 * the display is unique and free of any order of entering (Piepho 2004 gives the same
 * sets). Sets are ordered from the best: a, b .. z, (aa), (ab) ..
 * Limits: LETTERS_COMPANIES_LIMIT companies, LETTERS_GROUPS_LIMIT sets. Readers follow
 *   about 26 companies; boards show letters up to there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "stats/pairs.h"

enum { LETTERS_COMPANIES_LIMIT = 64, LETTERS_GROUPS_LIMIT = 702 };

struct letters {
	size_t groups;
	uint64_t members[LETTERS_GROUPS_LIMIT];	  /**< bit per position in the order, best first */
	size_t position[LETTERS_COMPANIES_LIMIT]; /**< of each company */
};

/** `order` names the companies best first (ranks_order()). False over a limit: no letters. */
bool letters_of(const struct pair *pairs, size_t k, const size_t *order, struct letters *letters);
void letters_print(const struct letters *letters, size_t company, struct buf *to);
