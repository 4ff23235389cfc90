/** The numbers of an organisation's shoppers, as far as this server has met them.
 *
 * Only a memory of what identity.shopper says: a code that is not here is asked for.
 * Limits: `limit` codes, about 60 bytes each; beyond it nothing more is remembered.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct shopper_book;

struct shopper_book *shopper_book_new(size_t limit);
void shopper_book_free(struct shopper_book *b);
size_t shopper_book_len(const struct shopper_book *b);
int32_t shopper_book_find(const struct shopper_book *b, struct slice code); /**< -1: not here */
void shopper_book_add(struct shopper_book *b, struct slice code, int32_t number);
