/** A payload that waits to be stored, and who waits for its answer. Private to inbox/.
 *
 * Lifetime: one piece of memory each, freed when it is answered.
 */
#pragma once

#include "inbox/inbox.h"

struct item {
	struct item *next;
	size_t bytes;	 /**< that it holds */
	uint64_t hash;	 /**< of its key */
	uint64_t number; /**< in the order they came */
	struct inbox_item is;
	struct trouble why; /**< of a refused one */
	void (*done)(void *arg, enum inbox_fate fate, const struct trouble *why);
	void *arg;
};

struct item_list {
	struct item *first, *last;
};

size_t item_bytes(const struct inbox_item *from);
/** Made fit for columns of text: no byte that is no UTF-8, no NUL, no key of another length. */
struct item *item_copy(const struct inbox_item *from);
struct item *item_refused(const struct trouble *why);

void item_append(struct item_list *list, struct item *item);
struct item *item_take(struct item_list *list); /**< the first; NULL: there is none */
/** Each where its number belongs, as in both they are in order; `from` is empty then. */
void item_put_back(struct item_list *list, struct item_list *from);
/** The first of them, at least one, within INBOX_BATCH and INBOX_BATCH_BYTES, up to one that
 * another batch has, too (`apart` may be NULL); how many. */
size_t item_take_batch(struct item_list *from, struct item_list *to, const struct item_list *apart,
		       const struct inbox_item *pointers[INBOX_BATCH]);
