/** One upload and the pieces it is made of. Private to upload*.c.
 *
 * upload.c owns the states and feeds the decoder; upload_lanes.c sends batches and hears of them;
 * upload_whole.c ends the one transaction of a dry run or of all or nothing; upload_record.c keeps
 * the upload's own row in the database; upload_keep.c copies the file into the spool.
 */
#pragma once

#include <openssl/evp.h>

#include "ingest/batch_commit.h"
#include "ingest/upload.h"
#include "ingest/upload_keep.h"

enum { LANES_MOST = 8 };

/* clang-format off */
#define UPLOAD_STATES(X)                                                       \
	X(OPENING,  "asking the database for a number and the ids")            \
	X(READING,  "taking parts")                                            \
	X(WAITING,  "every batch is full or committing")                       \
	X(DRAINING, "the file has ended or broken, batches commit")            \
	X(CONCLUDING, "the one transaction of all batches ends")               \
	X(SETTLING, "what rests on all results of the wave is brought in line") \
	X(ENDING,   "writing the totals")                                      \
	X(ENDED,    "reported")
/* clang-format on */

enum upload_state {
#define X(name, words) UPLOAD_##name,
	UPLOAD_STATES(X)
#undef X
};

struct lane {
	struct upload *upload;
	struct batch *batch;
	struct batch_outcome outcome;
	bool busy;
};

struct upload {
	struct ingest *ingest;
	struct upload_request request;
	struct upload_listener listener; /* cleared when the client is gone */
	enum upload_state state;
	const struct instrument *instrument;
	struct decoder *decoder;
	struct admission admission;
	EVP_MD_CTX *sha256;
	unsigned char digest[UPLOAD_DIGEST_BYTES];
	struct upload_keep keep;
	struct buf part;
	bool part_of_file; /* one sheet that was asked for: not what the file's digest stands for */
	bool part_given;   /* the decoder has not used it up */
	bool finished;	   /* no more parts will come */
	bool decoder_finished;
	bool broken;		      /* the rest of the file cannot be read */
	bool refused;		      /* all or nothing, and rows were rejected */
	struct whole *whole;	      /* NULL where each batch commits */
	uint64_t stored;	      /* by it, as far as it is committed */
	struct id_filter *own_filter; /* of a dry run, as the next */
	struct shopper_book *own_shoppers;
	struct lane lanes[LANES_MOST];
	unsigned lanes_len;
	struct batch *filling;
	int batches;
	struct upload_report report;
	struct buf reading;  /* "null" or JSON, when the totals are written */
	struct buf warnings; /* likewise, a JSON array */
	struct buf reason;   /* of replacing */
	uint64_t bytes;
	char key_id[16];
	char mapping_code[PROGRAMME_CODE_BYTES + 1];
	int32_t mapping_id; /* 0: none */
	struct buf left_out_by;
};

/* upload.c */

void upload_enter(struct upload *u, enum upload_state to);
/** The first reason why the upload fails stays. */
void upload_set_report(struct upload *u, const struct trouble *why);
/** Stops for good and drops what is not in a transaction yet. */
void upload_give_up(struct upload *u, const struct trouble *why);
/** Uses up what was fed; the decoder's last words come after the last part. */
void upload_read_on(struct upload *u);
void upload_end_when_drained(struct upload *u);
/** The listener may give the next part now. */
bool upload_wants_more(const struct upload *u);
/** Brings in line what rests on the results, then upload_write_totals(). */
void upload_settle(struct upload *u);
void upload_report_end(struct upload *u);

/* upload_lanes.c */

void upload_lanes_init(struct upload *u);
void upload_lanes_fini(struct upload *u);
bool upload_any_lane_busy(const struct upload *u);
/** True while there is room for one more row. */
bool upload_has_room(struct upload *u);
/** Nothing more will be read: the last batch goes as soon as a lane is free for it. */
void upload_send_rest(struct upload *u);

/* upload_mapping.c */

/** Finds the mapping that is asked for, if any; then upload_mapped() or upload_not_begun(). */
void upload_find_mapping(struct upload *u);
/** What is declared of a CSV file, by the request or else by the mapping. */
struct csv_options upload_csv_options(const struct upload *u);
/* upload_whole.c */

bool upload_is_whole(const struct upload *u);
/** When the upload has its number. */
void upload_whole_init(struct upload *u);
void upload_whole_fini(struct upload *u);
/** When every batch is in its transaction. */
void upload_conclude(struct upload *u);

/* upload_record.c */

/** Asks for the upload's number, unless exactly these bytes were taken before. Then
 * upload_begun(), upload_not_begun() or, where the file is known, upload_report_end(). */
void upload_begin(struct upload *u);
/** Then upload_report_end(). */
void upload_write_totals(struct upload *u);

/* upload.c, called by upload_mapping.c and upload_record.c */

void upload_mapped(struct upload *u);
void upload_begun(struct upload *u);
void upload_not_begun(struct upload *u, const struct trouble *why);
