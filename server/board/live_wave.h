/** One wave in memory and the queue of work on it. Private to board/.
 *
 * Jobs run one at a time and in order, each started in a turn of its own: reading
 * from the database, adding and computing never meet. Before any other job an
 * unloaded wave is loaded, and before an answer the codes of all shoppers are there.
 */
#pragma once

#include "base/buf.h"
#include "board/answers.h"
#include "board/live.h"
#include "board/shopper_codes.h"
#include "board/summaries.h"
#include "pg/value.h"
#include "standings/severity_model.h"

/* clang-format off */
#define JOB_KINDS(X)                                                           \
	X(LOAD,    "read the wave's counts whole")                             \
	X(NEWS,    "read the deltas not applied yet")                          \
	X(APPLY,   "add a delta that this server committed")                   \
	X(CODES,   "read the codes of shoppers not met before")                \
	X(ANSWER,  "compute an answer")                                        \
	X(SUMMARY, "sum up its figures for answers over several waves")
/* clang-format on */

enum job_kind {
#define X(name, words) JOB_##name,
	JOB_KINDS(X)
#undef X
};

struct asker {
	struct asker *next;
	void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why);
	void *arg;
};

/** One piece of work on a wave; run one at a time, in order. */
struct job {
	struct job *next;
	struct live_wave *wave;
	enum job_kind kind;
	struct shopper_codes *codes; /* as they stood when it began */
	int32_t shopper_missing;     /* LOAD, NEWS, APPLY: first of `loaded` without a code */
	/* LOAD, NEWS */
	struct pg_result *rows;
	struct tally *loaded; /* LOAD: the new whole; NEWS and APPLY: added to the wave's */
	bool unreadable;
	/* APPLY */
	struct delta_mark delta;
	uint64_t changes;
	bool reread; /* news came after it was committed */
	void (*applied)(void *arg);
	void *applied_arg;
	/* ANSWER */
	struct live_question question;
	struct asker *askers;
	struct board_source source;
	struct severity_model *severity; /* made for this answer: the wave had none */
	struct shared_programme *programme;
	struct buf body;
	struct trouble why;
	/* SUMMARY */
	struct summary_asker *summary_askers;
	struct lent_summary *summary; /* being made */
};

struct live_wave {
	struct live_wave *next;
	struct live *live;
	int wave_id;
	struct shared_programme *programme;
	int index;
	enum wave_state state;
	bool loaded;
	struct tally *tally;
	int64_t version, generation;
	int64_t *applied; /* deltas in `tally` beside the snapshot of `generation` */
	size_t applied_len, applied_room;
	struct shopper_list *shoppers; /* the organisation's */
	int32_t shopper_missing;       /* first in `tally` not looked for yet; -1: none */
	struct job *first, **last;
	struct job *running;
	unsigned questions_waiting;
	struct answers answers;
	struct severity_model *severity; /* of `tally`; NULL until an answer needs it */
	size_t compact_at;		 /* deltas */
	bool compacting;
};

struct live {
	struct loop *loop;
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct live_wave *waves;
	struct shopper_list *shoppers; /* by organisation */
	struct summaries summaries;
	struct series *series;
	struct live_counts counts;
	struct frozen *frozen; /* published revisions, the latest opened first */
	unsigned frozen_running;
	bool closing;
	bool close_asked; /* a look whether nothing runs is to come */
	void (*closed)(void *arg);
	void *closed_arg;
};

/** Of a wave of the catalogue; made empty where it is met for the first time. */
struct live_wave *live_wave_of(struct live *live, const struct known_wave *known);
struct live_wave *live_wave_find(const struct live *live, int wave_id); /**< NULL: never met */
/** E_BUSY where QUESTIONS_WAITING wait already or the server stops. */
enum status live_wave_has_room(const struct live_wave *w, struct trouble *why) NODISCARD;

struct job *job_new(struct live_wave *w, enum job_kind kind);
/** Taken; runs in its turn. */
void live_wave_append(struct job *job);
/** Starts what is due, in a later turn. */
void live_wave_start_next(struct live_wave *w);
/** The running job is over; its memory stays the caller's. */
void live_wave_finish(struct job *job);
void live_wave_job_free(struct job *job);
/** What the wave's figures are made of, without shoppers; good while a job of the wave runs. */
struct board_source live_wave_source(const struct live_wave *w);
void live_wave_tell(struct job *job, struct http_bytes *bytes, const struct trouble *why);
void live_wave_free(struct live_wave *w);
/** live.c: looks in a later turn, and frees everything once nothing runs. */
void live_close_when_idle(struct live *live);
