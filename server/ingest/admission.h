/** What becomes of each record: a row of a batch, or faults; and the counts of both.
 *
 * Lifetime: as long as its upload. Everything given is borrowed during the call.
 * Limits: RECORD_ARENA_BYTES a record; FAULTS_STORED faults are written down.
 */
#pragma once

#include "decode/decoder.h"
#include "detect/detector.h"
#include "ingest/batch.h"
#include "ingest/id_filter.h"
#include "ingest/shopper_book.h"
#include "ingest/upload_errors.h"
#include "mapping/mapping.h"

enum { RECORD_ARENA_BYTES = 2 * 1024 * 1024, FAULTS_STORED = 100000 };

struct admission_counts {
	uint64_t received, accepted, duplicates, replaced, rejected;
	uint64_t left_out; /**< by a rule of the mapping: neither taken nor refused */
	uint64_t withheld; /**< of those rejected: without fault, in a file of which none is stored
			    */
};

struct admission {
	struct mapping *mapping; /**< NULL: columns are canonical */
	struct intake *intake;
	struct id_filter *filter;
	struct id_filter *own_filter; /**< where ids are added instead; NULL: to `filter` */
	struct shopper_book *shoppers;
	struct upload_errors *errors;
	struct detector *detector; /**< of what looks wrong in the file as a whole */
	struct arena arena;	   /**< of one record */
	struct admission_counts counts;
	uint64_t faults_stored;
	int64_t upload_id;
};

void admission_init(struct admission *a, const struct programme *p, int wave,
		    struct shopper_book *shoppers);
void admission_fini(struct admission *a);

/** E_LIMIT where the row needs more memory than a row may; E_INPUT where the file is none of the
 * mapping's, which is noted as its faults; else OK, whatever the row holds. */
enum status admission_take(struct admission *a, const struct record *record, struct batch *into,
			   struct trouble *why) NODISCARD;
/** A row that is no record, or (`counts_as_row` false) the file itself. */
void admission_refuse(struct admission *a, const struct decode_fault *fault, bool counts_as_row,
		      struct batch *into);
/** How many faults of this upload may still be written down. */
uint64_t admission_faults_room(const struct admission *a);
/** The batch is durable: its fates are final. */
void admission_settle(struct admission *a, const struct batch *b);
