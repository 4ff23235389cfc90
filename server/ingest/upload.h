/** One file on its way in: bytes, records, results, batches, transactions, totals.
 *
 * Feed it parts from the first `resume` on and obey the flow; it says when to go on and, once,
 * what became of the file. Rows are accepted in batches, so when a file breaks off
 * in the middle, what was committed counts and the report says how much that is;
 * the mended file sent again counts nothing twice.
 *
 * Promise: `ended` exactly once, never before upload_open() has returned, and only after the
 * last COMMIT and after the counts are in memory; nothing touches the upload afterwards.
 * Limits: one part of at most 1 MiB at a time, three batches (ingest.h), the decoder's
 * record and what admission.h says.
 */
#pragma once

#include "base/flow.h"
#include "decode/decoder.h"
#include "ingest/admission.h"
#include "ingest/ingest.h"
#include "store/catalogue.h"
#include "tabular/formats.h"

enum {
	UPLOAD_PART_BYTES = 1024 * 1024,
	UPLOAD_DIGEST_BYTES = 32,
	UPLOAD_READING_BYTES = 32768,
	UPLOAD_REASON_BYTES = 1900,
	UPLOAD_SHEET_BYTES = 124 /**< 31 characters */
};

/* clang-format off */
#define UPLOAD_MODES(X)                                                             \
	X(AS_IT_GOES,     "each batch is committed when it is full")                \
	X(ALL_OR_NOTHING, "one transaction, committed if no row was rejected")      \
	X(DRY_RUN,        "one transaction, rolled back: what would become of it")  \
	X(DRY_RUN_OF_ALL, "the same of all or nothing")
/* clang-format on */

enum upload_mode {
#define X(name, words) UPLOAD_##name,
	UPLOAD_MODES(X)
#undef X
};

static inline bool upload_mode_is_dry(enum upload_mode mode)
{
	return mode == UPLOAD_DRY_RUN || mode == UPLOAD_DRY_RUN_OF_ALL;
}

struct upload_request {
	int wave_id, organisation_id;
	struct shared_programme *programme; /**< the upload holds a reference until its end */
	int wave;			    /**< index in the programme */
	struct slice key_id;
	enum decode_format format;
	struct csv_options csv; /**< what is declared about a CSV file */
	bool table_declared;	/**< and of `table`: something is, and so read */
	/** A format of which a table is made first (file_upload.h), and fed as CSV; NULL: none. */
	const struct table_format *table;
	struct slice sheet; /**< the one that is wanted of it; empty: not said */
	enum upload_mode mode;
	bool replace;	      /**< a row stored with other content becomes its new revision */
	bool stored_only;     /**< when replacing: what is not stored is rejected */
	int32_t revision;     /**< when replacing: that a stored result must have; 0: any */
	struct slice reason;  /**< of replacing, at most UPLOAD_REASON_BYTES, copied; a wave that is
				 not fielding needs one, and then takes nothing new */
	struct slice mapping; /**< code of a stored mapping profile, copied; empty: none. What it
				 says of how CSV is written holds where `csv` does not */
	bool keep; /**< a copy goes to the spool of ingest_settings, where it can: under the
		      upload's number, once all of it has come */
	/** JSON that is told in place of how the CSV was read, which another program wrote; `at`
	 * NULL where none is. Copied. */
	struct slice reading;
	bool digest_given;
	unsigned char digest[UPLOAD_DIGEST_BYTES]; /**< SHA-256 that the client promised; of a
						      `table`'s file it has been seen to */
	uint64_t file_bytes;			   /**< of that file */
};

struct upload_report {
	enum status status; /**< OK: the whole file was read; else why not */
	struct trouble why;
	int64_t upload_id; /**< 0 where it never began */
	const char *state; /**< as the upload's row has it: done, failed, tried, refused */
	bool same_file;	   /**< exactly these bytes were taken before, whole, as upload_id */
	struct admission_counts counts;
	struct slice left_out_by; /**< mapping_left_out_json(), "null" without a mapping; valid as
				     the errors are */
	uint64_t errors_total;
	struct slice errors; /**< a JSON array; valid during `ended` */
	struct slice
		reading; /**< how a CSV file was understood and why (csv_reading_json()); "null"
			    for other files and where nothing was read; likewise valid */
	struct slice warnings; /**< a JSON array (detect/detector.h); likewise valid */
};

struct upload_listener {
	void (*resume)(void *arg); /**< parts may come: first when it is open, then after each
				      FLOW_PAUSE */
	void (*ended)(void *arg, const struct upload_report *report);
	void *arg;
	/** The final fate of each row that was a result; may be NULL. */
	void (*row)(void *arg, uint64_t row, enum row_fate fate);
};

struct upload;

/** Always answers through `ended` in the end, unless abandoned. */
struct upload *upload_open(struct ingest *in, const struct upload_request *request,
			   const struct upload_listener *listener);
enum flow upload_feed(struct upload *u, struct slice part) NODISCARD;
void upload_finish(struct upload *u);
/** Behind `resume`: what was to be fed cannot be read from there on. */
void upload_break(struct upload *u, const struct decode_fault *fault);
/** Behind `resume`: the upload fails for a reason of ours. */
void upload_fail(struct upload *u, const struct trouble *why);
int64_t upload_number(const struct upload *u); /**< from the first `resume` on */
/** The client is gone: no listener is called any more. What is in a transaction ends, the rest
 * is dropped. Nulls the owner's pointer. */
void upload_abandon(struct upload **u);
