/** The parts a programme file is read in, each filled from its place in the tree.
 *
 * Private to survey. Faults are noted in the reading; a part with a fault is filled as far
 * as later parts need it to be looked at.
 */
#pragma once

#include "survey/programme_read.h"

/** Needs p->channels. */
void read_instrument(struct reading *r, const struct node *at, const struct programme *p,
		     struct instrument *made);
/** Needs channels, companies and instruments. */
void read_wave(struct reading *r, const struct node *at, const struct programme *p,
	       struct wave *made);

/** Hashes p->companies; a company whose code an earlier one has is left out. */
void programme_index_companies(struct programme *p, int32_t *slots, size_t slots_len);
size_t programme_slots_for(size_t companies_len);

/** The first of `len` elements of `size` bytes, each with its code as first member; -1: none.
 * Elements of a faulty list may have no code, and nothing finds them. */
int code_find(const void *list, size_t len, size_t size, struct slice code);

/** A fault at `at` where one of the first `len` elements has the code already. */
void fault_if_taken(struct reading *r, const struct node *at, struct slice code, const void *list,
		    size_t len, size_t size);
