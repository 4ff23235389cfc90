/** Exact integer histograms of a wave, a cell for each (company, channel).
 *
 * A tally adds, subtracts, merges and packs exactly: any order and any split of
 * the same results gives the same tally and the same packed bytes. Counts may be
 * negative inside a delta (a correction takes back), never in a wave's whole.
 *
 * Metrics of a cell (all over contacts of this company and channel):
 *   CONTACTS  value 0 = nobody answered, 1 = answered; count = contacts
 *   SCORE     hundredths of ANSWERED contacts that have a score
 *   WAIT      whole seconds, where given
 *   AREA + a  hundredths of answered contacts, area a
 *   ITEM + i  answers to item i (answered or not: what was sent)
 *   CX + q    answers to question q, as sent (not recoded)
 *   SHOPPER   value = shopper number, count = answered contacts with a score
 *   SHOPPER_SUM value = shopper number, count = sum of their hundredths
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "survey/result.h"

/* Not SCORE: contacts nobody answered. They are value 0 of CONTACTS, whatever the rule. */
enum metric_base {
	METRIC_CONTACTS = 0,
	METRIC_SCORE = 1,
	METRIC_WAIT = 2,
	METRIC_SHOPPER = 3,
	METRIC_SHOPPER_SUM = 4,
	METRIC_AREA = 0x100,
	METRIC_ITEM = 0x200,
	METRIC_CX = 0x400
};

struct bin {
	int32_t value;
	int64_t count;
};

/** Ascending by value, no zero counts; counts stay within int64 (checked). */
struct histogram {
	struct bin *bins;
	size_t len;
	uint32_t room;
	bool lent; /**< the bins belong to a tally's cell: growing leaves them there */
};

struct tally_cell {
	int company, channel;
	struct histogram *metrics; /**< dense by the tally's metric slots; use tally_histogram() */
};

struct tally;

enum { TALLY_SHOPPERS_LIMIT = 1 << 24 };

/** A tally for this instrument's metrics. */
struct tally *tally_new(size_t areas, size_t items, size_t questions);
void tally_free(struct tally *t);
struct tally *tally_copy(const struct tally *t);

/** sign +1 counts the result, -1 takes it back. shopper < 0: none, else a number the store
 * gives out densely, below TALLY_SHOPPERS_LIMIT. */
void tally_add(struct tally *t, const struct result *r, int shopper, int sign);
void tally_merge(struct tally *into, const struct tally *from);
bool tally_equal(const struct tally *a, const struct tally *b);

/** Canonical bytes: cells by company then channel, metrics and values ascending, varints.
 * The same tally gives the same bytes. */
void tally_pack(const struct tally *t, struct buf *to);
/** Adds packed bytes into `t`. E_INPUT where they are not exactly what tally_pack() writes for
 * these metrics (order, ranges and shortest varints are checked); `t` is then unchanged. */
enum status tally_unpack(struct tally *t, struct slice packed, struct trouble *why) NODISCARD;

/** Cells with anything in them, ascending by company, then channel; valid until the next change. */
const struct tally_cell *tally_cells(const struct tally *t, size_t *len);
/** The histogram of one metric of a cell; never NULL, may be empty. */
const struct histogram *tally_histogram(const struct tally *t, const struct tally_cell *cell,
					int metric);

size_t tally_bytes(const struct tally *t); /**< memory held */

/* A histogram by itself: zeroed is empty. */
void histogram_add(struct histogram *h, int32_t value, int64_t count);
void histogram_merge(struct histogram *into, const struct histogram *from);
void histogram_fini(struct histogram *h);
int64_t histogram_total(const struct histogram *h);
