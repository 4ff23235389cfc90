/** Wave summaries (standings/wave_summary.h) as the read model keeps and lends them.
 *
 * Made on a pool thread: of a wave's live counts in its own queue of jobs, or of the counts of a
 * published revision. Lent again while counts, state and programme are the same; the figures of
 * a revision are those of its counts under the programme file of now, which may only have grown
 * where the wave is concerned. Private to board/.
 *
 * Lifetime: counted. Whoever holds one may read its figures on any thread, also after it was
 *   let go here; holding and releasing is the loop's alone.
 * Limits: SUMMARIES_KEPT of them and SUMMARIES_BYTES; the least lately asked for goes first,
 *   and is made anew when asked for again. QUESTIONS_WAITING askers wait for a wave.
 */
#pragma once

#include "board/live.h"
#include "standings/wave_summary.h"

enum { SUMMARIES_KEPT = 1024, SUMMARIES_BYTES = 256 * 1024 * 1024 };

/** What a wave's figures rest on: equal marks, equal figures under one programme document. */
struct wave_mark {
	int wave_id, revision;
	enum wave_state state;
	int64_t version;
};

struct lent_summary {
	struct lent_summary *next; /**< in summaries, the latest asked for first */
	int references;
	struct wave_mark mark;
	struct wave_summary *figures;
	size_t bytes;
};

struct summaries {
	struct lent_summary *first;
	size_t len, bytes;
};

void summaries_fini(struct summaries *s);

struct lent_summary *summary_hold(struct lent_summary *s);
/** Nulls the holder's pointer; NULL inside is allowed. */
void summary_release(struct lent_summary **s);
bool wave_marks_equal(const struct wave_mark *a, const struct wave_mark *b);

/** The wave's summary, of its live counts (revision 0) or a published revision; `summary` is
 * borrowed during the call, NULL with *why. Never called before this has returned OK, and never
 * where it returns something else. */
enum status live_summarise(struct live *live, const struct known_wave *known, int revision,
			   void (*done)(void *arg, struct lent_summary *summary,
					const struct trouble *why),
			   void *arg, struct trouble *why) NODISCARD;
/** What the wave's figures rest on now; false: its live counts are not in memory. */
bool live_mark(const struct live *live, int wave_id, int revision, struct wave_mark *mark);

/* For a wave's queue of jobs (live_wave.c). */
struct job;
void summary_job_run(struct job *job);
void summary_job_tell(struct job *job, struct lent_summary *summary, const struct trouble *why);
