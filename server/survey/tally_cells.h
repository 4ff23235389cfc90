/** The cells of a tally, kept sorted; tally.c counts in them, tally_pack.c writes them down.
 *
 * Private to survey. A cell's metrics are numbered in slots: the five single ones, then
 * areas, items, questions.
 */
#pragma once

#include "survey/tally.h"

enum {
	SLOT_AREA = METRIC_SHOPPER_SUM + 1,
	SLOTS_LIMIT = SLOT_AREA + PROGRAMME_AREAS_LIMIT + PROGRAMME_ITEMS_LIMIT +
		      PROGRAMME_QUESTIONS_LIMIT,
	LENT_BINS = 6 /**< a histogram's first bins, part of its cell */
};

struct tally {
	size_t areas, items, questions;
	size_t slots;		  /**< histograms a cell */
	uint32_t *keys;		  /**< company * PROGRAMME_CHANNELS_LIMIT + channel, ascending */
	struct tally_cell *cells; /**< beside their keys */
	size_t len, room;
};

/** The cell, made where there is none. Pointers to cells end with the next one made. */
struct tally_cell *tally_cell_of(struct tally *t, int company, int channel);
/** Takes the cell out where nothing is left in it. */
void tally_drop_if_empty(struct tally *t, struct tally_cell *cell);
