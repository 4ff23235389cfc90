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
/** A key figure of an item, item->scored known: fills measured and points_max. */
void read_measured(struct reading *r, const struct node *at, struct item *item);

/** Who is measured: each fills its list of `p`. Operations need channels and centres, both
 * others companies. */
void read_companies(struct reading *r, const struct node *list, struct programme *p);
void read_centres(struct reading *r, const struct node *list, struct programme *p);
void read_operations(struct reading *r, const struct node *list, struct programme *p);
void read_successors(struct reading *r, const struct node *list, struct programme *p);

/** Makes room for as many combined figures as the file has and reads their codes without a
 * fault: awards of waves name them, and they name waves. */
void peek_combined(struct reading *r, const struct node *list, struct programme *p);
/** The rest, with the faults. Needs waves. */
void read_combined(struct reading *r, const struct node *list, struct programme *p);

/** Days nobody works, into p->holidays. */
void read_holidays(struct reading *r, const struct node *list, struct programme *p);

/** Needs channels, companies and instruments, and the codes of combined figures. */
void read_wave(struct reading *r, const struct node *at, const struct programme *p,
	       struct wave *made);
/** Parts of a wave. Sectors and awards need its prerequisites, awards its instrument too. */
void read_sectors(struct reading *r, const struct node *list, const struct programme *p,
		  int64_t planned, struct wave *made);
void read_fieldwork(struct reading *r, const struct node *at, const struct programme *p,
		    struct fieldwork_rules *made);
void read_awards(struct reading *r, const struct node *list, const struct programme *p,
		 struct wave *made);

/** A bit per channel; every channel where the list is not given. */
uint32_t read_channel_mask(struct reading *r, const struct node *list, const struct programme *p);
/** A bit per prerequisite of the wave that is listed; 0 where the list is not given. */
uint32_t read_prerequisite_mask(struct reading *r, const struct node *list, const struct wave *of);
/** Required: the company with this code, -1 with a fault. */
int read_company_code(struct reading *r, const struct node *at, const struct programme *p);
/** Required: the index of the element with this code in a list as for code_find(); -1 with
 * this fault. */
int read_place(struct reading *r, const struct node *at, const void *list, size_t len, size_t size,
	       const char *fault, const char *expected);

/** Required: a time of day in minutes, -1 with a fault. */
int read_time(struct reading *r, const struct node *at);
/** Optional: DAY_NONE where it is not given or no date. */
int32_t read_day(struct reading *r, const struct node *at);
/** The fields "from" and "until" of an object. */
struct span read_span(struct reading *r, const struct node *of);

/** Hashes p->companies; a company whose code an earlier one has is left out. */
void programme_index_companies(struct programme *p, int32_t *slots, size_t slots_len);
size_t programme_slots_for(size_t companies_len);

/** The first of `len` elements of `size` bytes, each with its code as first member; -1: none.
 * Elements of a faulty list may have no code, and nothing finds them. */
int code_find(const void *list, size_t len, size_t size, struct slice code);

/** A fault at `at` where one of the first `len` elements has the code already. */
void fault_if_taken(struct reading *r, const struct node *at, struct slice code, const void *list,
		    size_t len, size_t size);
