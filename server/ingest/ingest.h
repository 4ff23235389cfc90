/** What all uploads of a server share: the ids met by wave, the shoppers met by
 * organisation, and how much of everything may be under way.
 *
 * Limits: `uploads_limit` at a time; `batch_bytes` of rows a batch when one upload
 * runs, shared among them when several do, never below 256 KiB; three batches an
 * upload; `filter_bytes` a wave for WAVES_REMEMBERED waves; SHOPPERS_REMEMBERED codes an
 * organisation.
 */
#pragma once

#include <stdint.h>

#include "ingest/admission.h"
#include "ingest/id_filter.h"
#include "ingest/shopper_book.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "spool/spool.h"
#include "store/delta.h"
#include "survey/tally.h"

enum { WAVES_REMEMBERED = 16, SHOPPERS_REMEMBERED = 1 << 20 };

/** Whose upload into, or change of results of, which wave. */
struct settle_origin {
	int wave_id, organisation_id;
	struct slice key_id;
};

/** 0 takes the default in brackets. */
struct ingest_settings {
	struct loop *loop;
	struct pg_pool *pool;
	struct spool *spool;	/**< where files are kept; NULL: nowhere */
	unsigned lanes;		/**< batches of one upload committing at once (2) */
	unsigned uploads_limit; /**< (16) */
	unsigned wholes_limit;	/**< of these in one transaction, which holds a connection (2) */
	size_t batch_bytes;	/**< (3 MiB) */
	uint64_t first_wait_ms; /**< before a failed batch is tried again, then doubling (50) */
	size_t filter_bytes;	/**< (8 MiB) */
	/** Counts are durable: whoever holds them in memory adds them, then calls applied().
	 * `tally` is taken. A NULL tally: something was committed, read the deltas
	 * anew. */
	void (*counted)(void *arg, int wave_id, const struct delta_mark *delta, uint64_t changes,
			struct tally **tally, void (*applied)(void *applied_arg),
			void *applied_arg);
	/** An upload's rows are in, or results were changed: what rests on all results of the wave
	 * is brought in line before the end is told. True: settled(settled_arg, why) comes later,
	 * `why` NULL where all is well. False, or no function: nothing rests on them. */
	bool (*settle)(void *arg, const struct settle_origin *origin,
		       void (*settled)(void *settled_arg, const struct trouble *why),
		       void *settled_arg);
	void *arg;
};

/** For /metrics: since the start. */
struct ingest_counts {
	uint64_t uploads, bytes;
	struct admission_counts rows;
	unsigned uploads_now;
	unsigned wholes_now; /**< of these in one transaction */
};

struct ingest;

struct ingest *ingest_new(const struct ingest_settings *settings);
/** After the last upload has ended. */
void ingest_free(struct ingest *in);
struct ingest_counts ingest_counts(const struct ingest *in);

/* For uploads (upload.c). */

const struct ingest_settings *ingest_settings(const struct ingest *in);
/** False where as many uploads as may run do. */
bool ingest_enter(struct ingest *in);
/** The same of one in a single transaction, once it has entered. */
bool ingest_enter_whole(struct ingest *in);
void ingest_leave_whole(struct ingest *in);
void ingest_leave(struct ingest *in, const struct admission_counts *rows, uint64_t bytes);
size_t ingest_batch_bytes(const struct ingest *in);
struct shopper_book *ingest_shoppers(struct ingest *in, int organisation_id);

/** Tables being made of files (file_upload.c). */
struct tables_waiting {
	unsigned running;
	struct file_upload *first;
};

struct tables_waiting *ingest_tables(struct ingest *in);

/** The ids of a wave: ready(arg, filter) once all stored ones are in. NULL with a failure.
 * The filter stays valid while the upload that asked runs. */
void ingest_filter(struct ingest *in, int wave_id,
		   void (*ready)(void *arg, struct id_filter *filter, const struct trouble *why),
		   void *arg);
