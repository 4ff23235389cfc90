/** Answers that need several waves: awards, a company's history, combined figures.
 *
 * Each wave needed is asked for its summary, SERIES_WAVES_AT_ONCE at a time; when all are
 * there, the answer is made of them on a pool thread. The first wave that fails ends it. A
 * finished answer is given again while every wave it rests on is as it was. The same question
 * asked meanwhile waits for the same work, but only while what was gathered so far is still
 * so: whoever asks after an upload was reported sees it counted.
 *
 * Who sees what: a wave is answered from what the asker may see of it: its newest announced
 *   revision where there is one, else its live counts where he may see those, else not at all:
 *   it is then a wave without figures for him, and a streak's rule for missed waves holds.
 * Lifetime: part of the read model (live.h), and closed with it.
 * Limits: SERIES_QUESTIONS wait, SERIES_AT_ONCE of them are worked on, each on SERIES_BYTES of
 *   summaries; SERIES_ANSWERS finished answers and SERIES_ANSWERS_BYTES of them are kept, the
 *   least lately asked for goes first.
 */
#pragma once

#include "board/live.h"
#include "standings/wave_summary.h"

enum {
	SERIES_WAVES_AT_ONCE = 8,
	SERIES_AT_ONCE = 4,
	SERIES_QUESTIONS = 1024,
	SERIES_BYTES = 512 * 1024 * 1024,
	SERIES_ANSWERS = 256,
	SERIES_ANSWERS_BYTES = 32 * 1024 * 1024
};

enum series_form {
	SERIES_AWARDS_JSON,
	SERIES_AWARDS_CSV,
	SERIES_HISTORY_JSON,
	SERIES_HISTORY_CSV,
	SERIES_COMBINED_JSON
};

/** What is not of the form is 0. Indices in the programme. */
struct series_question {
	enum series_form form;
	int wave;     /**< awards: of this wave; history: any wave of the series */
	int company;  /**< history */
	int combined; /**< combined */
};

/** What the asker may see of a wave. */
struct series_view {
	int wave_id;
	bool is_seen; /**< false: nothing */
	int revision; /**< a published one; 0: the live counts */
};

/** Of each wave of the programme whether the answer needs it; `needed` has a place for each. */
void series_waves(const struct programme *p, const struct series_question *q, bool *needed);

/** The finished answer if it is there and current; borrowed until the return to the loop.
 * `views` has a place for each wave of the programme; those of waves not needed are not read. */
struct http_bytes *series_finished(struct live *live, const struct shared_programme *programme,
				   const struct series_question *q,
				   const struct series_view *views);

/** The answer, made if need be; `views` as above. `bytes` is borrowed during the call; NULL
 * with *why. Never called before this has returned OK, and never where it returns something
 * else. */
enum status series_ask(struct live *live, struct shared_programme *programme,
		       const struct series_question *q, const struct series_view *views,
		       void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
		       void *arg, struct trouble *why) NODISCARD;

/** Summaries of waves that a publication's awards rest on, held. */
struct series_summaries;
/** Of the waves whose figures the awards of this wave need, but of itself, as everybody may see
 * them. `taken` is nulled by who keeps it; NULL with *why. Never called before this has
 * returned OK. */
enum status series_collect(struct live *live, const struct known_wave *known,
			   void (*done)(void *arg, struct series_summaries **taken,
					const struct trouble *why),
			   void *arg, struct trouble *why) NODISCARD;
void series_summaries_free(struct series_summaries **s); /**< in the loop; NULL inside is allowed */
/** The awards of the wave that `own` is of. Pure, any thread. */
enum status series_awards_make(const struct series_summaries *s, const struct wave_summary *own,
			       enum series_form form, struct buf *body,
			       struct trouble *why) NODISCARD;

/* For live.c. */
struct series;
struct series *series_new(void);
/** Whoever waits is told E_GONE, in later turns. */
void series_close(struct series *s);
bool series_is_idle(const struct series *s);
void series_free(struct series **s);
