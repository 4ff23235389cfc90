/** The codes of an organisation's shoppers by number, for answers that name or order shoppers.
 *
 * Lifetime: a list lives as long as the read model. What a pool thread sees is a held
 *   shopper_codes, which never changes: a list that must grow while somebody holds its
 *   codes goes on with a copy. Holding and releasing is the loop's alone.
 * Limits: SHOPPER_CODES_NUMBERS numbers and SHOPPER_CODES_BYTES of text an organisation;
 *   shoppers beyond have no code, and what needs it is not computed.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "survey/tally.h"

enum { SHOPPER_CODES_NUMBERS = 1 << 20, SHOPPER_CODES_BYTES = 64 * 1024 * 1024 };

/** Read-only; `at` is NULL for numbers that are another organisation's or not known. */
struct shopper_codes {
	int references;
	size_t len, room;
	struct slice *at;
};

struct shopper_list {
	struct shopper_list *next;
	int organisation_id;
	struct arena texts;
	struct shopper_codes *codes;
};

/** The organisation's list, made empty at the first call. */
struct shopper_list *shopper_list_of(struct shopper_list **all, int organisation_id);
/** Nobody may hold codes any more. */
void shopper_lists_free(struct shopper_list **all);
/** A number that has a code keeps it. */
void shopper_list_add(struct shopper_list *list, int32_t number, struct slice code);

struct shopper_codes *shopper_list_hold(struct shopper_list *list);
/** Nulls the holder's pointer; NULL inside is allowed. */
void shopper_codes_release(struct shopper_codes **codes);

/** The lowest shopper number counted in `t` that has no code here; -1 where all have.
 * Any thread. */
int32_t shopper_codes_first_missing(const struct shopper_codes *codes, const struct tally *t);
