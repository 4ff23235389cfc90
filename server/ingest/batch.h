/** Rows of one upload on their way into one transaction.
 *
 * Filled on the loop, sorted and counted on a pool thread, sent from the loop;
 * one of them at a time. What became of each row is its fate. Rows are kept as
 * small as they can be and encoded for COPY when they are sent: the more rows a
 * batch holds, the better its order serves the index.
 * Limits: `limit_bytes` of rows, faults and new shoppers together and BATCH_ROWS rows; beside
 * them the batch holds about a third of that in order.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "survey/programme.h"
#include "survey/result.h"
#include "survey/tally.h"

enum { BATCH_ROWS = 65536, BATCH_SPARE_BYTES = 128 * 1024 };

#define ROW_FATES(X)                                                                               \
	X(FRESH, "never seen before: goes straight in")                                            \
	X(DOUBTFUL, "perhaps stored already: the database is asked")                               \
	X(TWIN, "the same row stands earlier in this batch")                                       \
	X(CLASH, "another row with this id stands earlier in this batch")                          \
	X(STORED, "was doubtful and is stored now")                                                \
	X(SAME, "was stored already, exactly so")                                                  \
	X(DIFFERS, "was stored already with other content")                                        \
	X(REPLACED, "took the place of other content")                                             \
	X(DECIDED, "differs, but review has decided about what is stored")                         \
	X(CHANGED, "differs, but what is stored has another revision than the one to be replaced") \
	X(ABSENT, "is not stored, and only what is stored is replaced")

enum row_fate {
#define X(name, words) ROW_##name,
	ROW_FATES(X)
#undef X
		ROW_FATES_COUNT
};

struct batch_row {
	uint64_t row;	      /**< number in the file */
	uint64_t order;	      /**< eight bytes of the id, for sorting */
	uint32_t offset, len; /**< of the row as it is kept in `rows` */
	uint8_t fate;
};

struct batch {
	const struct instrument *instrument;
	unsigned counts; /**< bit per review_state, the wave's */
	int number;	 /**< 1.. within the upload */
	size_t limit_bytes;
	struct buf rows;
	struct batch_row *row;
	size_t rows_len, rows_room;
	struct buf faults; /**< COPY rows of upload_fault */
	uint64_t faults_len;
	struct buf new_shoppers; /**< codes, each behind its length in two bytes */
	size_t new_shoppers_len;
	struct tally *taken; /**< of what was replaced, to be subtracted: negative; or NULL */
	struct tally *tally; /**< of the rows stored less that, made by batch_count() */
};

/** `counts`: a bit for each review_state whose results are counted. */
struct batch *batch_new(const struct instrument *instrument, unsigned counts);
void batch_free(struct batch *b);
void batch_clear(struct batch *b, int number, size_t limit_bytes);
bool batch_is_empty(const struct batch *b);
bool batch_is_full(const struct batch *b);
size_t batch_bytes(const struct batch *b);

/** shopper: a number, -1 for none, or batch_new_shopper()'s answer. */
void batch_add(struct batch *b, const struct result *r, uint64_t row, int32_t shopper, bool seen);
/** A code without a number yet: what to give as `shopper`, <= -2. */
int32_t batch_new_shopper(struct batch *b, struct slice code);
/** The codes asked for, in order; `codes` has room for new_shoppers_len. */
void batch_new_shopper_codes(const struct batch *b, struct slice *codes);
/** Numbers for them, in the same order, written into every row. */
void batch_set_shoppers(struct batch *b, const int32_t *numbers);

/** Sorts by id and decides twins and clashes; the first by row number stays. Any thread. */
void batch_sort(struct batch *b);
/** From now on every row that is not a twin or a clash is doubtful. */
void batch_doubt_all(struct batch *b);
/** What the database decided in a transaction that was lost is open again. */
void batch_doubt_decided(struct batch *b);
/** Makes `tally` of the rows FRESH, STORED or REPLACED whose status counts, and of `taken`. Any
 * thread. */
void batch_count(struct batch *b);

/** One row of COPY BINARY into table result. */
void batch_row_encode(const struct batch *b, const struct batch_row *row, int64_t upload_id,
		      int wave_id, struct buf *to);
struct slice batch_row_id(const struct batch *b, const struct batch_row *row);
/** The fates whose rows are stored by this batch. */
bool row_is_stored(enum row_fate fate);
uint64_t batch_stored(const struct batch *b);
uint64_t batch_fates(const struct batch *b, enum row_fate fate);
const char *row_fate_words(enum row_fate fate);
