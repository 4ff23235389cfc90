/** Changes of stored results: their status, their breaches, their content.
 *
 * Everything that changes a result after it was stored goes through here, in transactions of at
 * most REVIEW_CHUNK results: the row as it stood goes to result_revision, its revision grows, an
 * audit row says who, what and why, and the tallies move by the exact difference, all or nothing.
 * A COMMIT whose answer was lost is looked up (result_revision.change_id) and never made twice.
 *
 * To change many results from another folder: review_change_many().
 *
 * What a change makes of the rules among results (settle.h) is settled before `done`; where that
 * fails the change stands, the log says so, and the next upload or change settles it.
 *
 * Promise: `done` exactly once, never before the start has returned, and only when the counts are
 *   in this server's memory. What was given is copied.
 * Errors: E_INPUT reason_required where the wave is closed or published (or the content is
 *   corrected) and there is no reason; E_CONFLICT where what is stored forbids it; E_UNKNOWN: the
 *   last chunk may or may not be stored, whole. Chunks before a failed one stay: `changed` counts
 *   them.
 * Lifetime: review_free() after review_running() is 0 and before the ingest it was made of.
 */
#pragma once

#include "decode/record.h"
#include "ingest/ingest.h"
#include "store/catalogue.h"
#include "survey/result.h"

enum {
	REVIEW_CHUNK = 1000, /**< results of one transaction */
	REVIEW_IDS_MOST = 10000,
	REVIEW_REASON_BYTES = 2000,
	REVIEW_WORDS_BYTES = 20000 /**< of a note, an appeal, an outcome */
};

struct review;

/** Loop, pool and the counts in memory are the ingest's. */
struct review *review_new(struct ingest *ingest);
void review_free(struct review *r);
/** Changes under way; a server that stops waits for them. */
unsigned review_running(const struct review *r);

/** Who changes results of which wave, and why. */
struct review_order {
	const struct known_wave *wave;
	int organisation_id;
	struct slice key_id;
	struct slice reason; /**< empty: none; at most REVIEW_REASON_BYTES */
	unsigned from;	     /**< bit per review_state a result must be in for a wish to change its
				status; 0: any but disputed, which only an appeal's outcome
				changes. Breaches are set in any state,
				but for those of rules among results */
	bool by_rules;	     /**< the rules among results lead to it: they are not asked again */
};

/** What shall become of one result. Nothing to change: it is left as it is, without a trace. */
struct review_wish {
	struct slice result_id;
	enum review_state status; /**< REVIEW_COUNT: as it is; not REVIEW_DISPUTED */
	uint32_t breaches_found;  /**< bit per enum breach: set */
	uint32_t breaches_gone;	  /**< cleared */
};

struct review_outcome {
	enum status status;
	struct trouble why;
	uint64_t changed;
	uint64_t unchanged;	     /**< they are so already, or may not be changed */
	const struct slice *unknown; /**< ids that are not stored; valid during `done` */
	size_t unknown_len;
};

/** Any number of wishes. */
void review_change_many(struct review *r, const struct review_order *order,
			const struct review_wish *wishes, size_t len,
			void (*done)(void *arg, const struct review_outcome *outcome), void *arg);

/** Which results: those that meet everything given. */
struct review_filter {
	int status;  /**< an enum review_state; -1: any */
	int company; /**< -1: any */
	int channel;
	int64_t contacted_before; /**< CLOCK_NO_INSTANT: any time */
};

/** Every result the filter finds gets this status, page by page in id order. */
void review_change_where(struct review *r, const struct review_order *order,
			 const struct review_filter *filter, enum review_state status,
			 void (*done)(void *arg, const struct review_outcome *outcome), void *arg);

/** One result: another status, other content, an appeal or its outcome. */
struct review_single {
	struct slice result_id;
	int32_t revision;	  /**< that it must have (E_CONFLICT precondition_failed); 0: any */
	enum review_state status; /**< REVIEW_COUNT: as it is */
	const struct record *content; /**< fields to be changed, by column; NULL: none */
	enum { APPEAL_NONE, APPEAL_OPENS, APPEAL_CLOSES } appeal;
	int64_t appeal_id;  /**< of APPEAL_CLOSES */
	struct slice words; /**< of the appeal or of its outcome */
	bool upheld;	    /**< of APPEAL_CLOSES */
};

struct review_single_outcome {
	enum status status; /**< E_GONE: no such result; E_INPUT with `reject`: faults of content */
	struct trouble why;
	bool changed;
	int32_t revision;	     /**< that it has now */
	const struct reject *reject; /**< valid during `done` */
	int64_t appeal_id;	     /**< of APPEAL_OPENS */
};

void review_change_single(struct review *r, const struct review_order *order,
			  const struct review_single *single,
			  void (*done)(void *arg, const struct review_single_outcome *outcome),
			  void *arg);

/** What undoing an upload makes of results that somebody has changed since. */
enum undo_changed {
	UNDO_REFUSES, /**< nothing is undone where there is one */
	UNDO_KEEPS,   /**< they stay as they are */
	UNDO_TAKES,   /**< they are undone, too, but for those under appeal */
};

enum { UNDO_NAMED = 100 /**< changed results that are named */ };

/** A result that stands in the way, or that was kept. */
struct undo_changed_result {
	struct slice result_id;
	enum review_state status;
	int32_t revision;
};

struct undo_outcome {
	enum status status;
	struct trouble why;
	uint64_t removed, restored, kept;
	/** Changed since: of a refusal (changed_since) those in its way, else those kept; the first
	 * UNDO_NAMED by id. Valid during `done`. */
	const struct undo_changed_result *changed;
	size_t changed_len;
};

/** Everything that the upload brought and replaced, taken back in one transaction. One upload at a
 * time of a server; order->from is of no meaning here.
 * Errors: E_INPUT reason_required; E_GONE unknown_upload; E_CONFLICT upload_undone, nothing_to_undo
 * (a dry run), undo_later_first, changed_since; E_BUSY try_again. */
void review_undo(struct review *r, const struct review_order *order, int64_t upload_id,
		 enum undo_changed changed,
		 void (*done)(void *arg, const struct undo_outcome *outcome), void *arg);
