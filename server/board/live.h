/** The live read model: the counts of every wave in memory, and finished answers.
 *
 * A wave's tally is loaded when first asked for. What this server commits is
 * added at once (live_counted); what others commit is read when PostgreSQL tells
 * of it. Work on a wave, adding and computing alike, runs one piece at a time, the
 * heavy part on a pool thread, so the loop never waits. The severity model is made by the
 * first answer that needs it after the counts changed, and shared by those that follow.
 *
 * The version of a wave is the number of result rows counted and changed so far:
 * the same results give the same version however they came.
 *
 * Promise: after live_counted()'s `applied`, every answer contains those counts.
 * Limits: ANSWERS_KEPT finished answers and ANSWERS_BYTES a wave, the least lately
 * asked for goes first; QUESTIONS_WAITING questions wait for a wave.
 */
#pragma once

#include "http/bytes.h"
#include "loop/loop.h"
#include "pg/pool.h"
#include "standings/board.h"
#include "store/catalogue.h"
#include "store/delta.h"

enum { ANSWERS_KEPT = 512, ANSWERS_BYTES = 16 * 1024 * 1024, QUESTIONS_WAITING = 1024 };

enum live_form {
	LIVE_BOARD_JSON,
	LIVE_BOARD_CSV,
	LIVE_SECTORS_JSON,
	LIVE_SECTORS_CSV,
	LIVE_COMPANY_JSON,
	LIVE_SHOPPERS_JSON,
	LIVE_AWARDS_JSON, /**< of a publication, where they are stored; live ones: series.h */
	LIVE_AWARDS_CSV,
};

struct live_question {
	enum live_form form;
	struct board_query board; /**< of a board */
	int company;		  /**< of LIVE_COMPANY_JSON: index in the programme */
};

struct live;

struct live *live_new(struct loop *loop, struct pg_pool *pool, struct catalogue *catalogue);
/** Questions still waiting are answered E_GONE; closed(arg) once nothing of it runs. */
void live_close(struct live **live, void (*closed)(void *arg), void *arg);

/** The finished answer if it is there and current; borrowed until the return to the loop. */
struct http_bytes *live_finished(struct live *live, int wave_id, const struct live_question *q);

/** The answer, made if need be. `bytes` is borrowed during the call; NULL with *why. */
void live_ask(struct live *live, const struct known_wave *known, const struct live_question *q,
	      void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
	      void *arg);

/** This server committed a delta: see ingest.h. `tally` is taken. */
void live_counted(struct live *live, int wave_id, const struct delta_mark *delta, uint64_t changes,
		  struct tally **tally, void (*applied)(void *applied_arg), void *applied_arg);
/** Somebody committed something for this wave. */
void live_heard(struct live *live, int wave_id);
/** Something may have been missed: every wave looks again. */
void live_resync(struct live *live);
/** The catalogue changed: states and programmes are looked up again. */
void live_catalogue_changed(struct live *live);

/** For /metrics. */
struct live_counts {
	unsigned waves, questions_waiting;
	uint64_t answers_made, answers_reused, severities_made, compactions;
	uint64_t summaries_made;	     /**< of waves, for answers over several */
	uint64_t series_made, series_reused; /**< such answers */
	size_t answers_bytes, summaries_bytes;
};
struct live_counts live_counts(const struct live *live);
