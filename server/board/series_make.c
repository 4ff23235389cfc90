#include "board/series_make.h"

#include "standings/awards.h"
#include "standings/combined.h"
#include "standings/history.h"

void series_waves(const struct programme *p, const struct series_question *q, bool *needed)
{
	memset(needed, 0, p->waves_len * sizeof(*needed));
	switch (q->form) {
	case SERIES_AWARDS_JSON:
	case SERIES_AWARDS_CSV:
		awards_needs(p, q->wave, needed);
		return;
	case SERIES_HISTORY_JSON:
	case SERIES_HISTORY_CSV:
		history_needs(p, p->waves[q->wave].series, needed);
		return;
	case SERIES_COMBINED_JSON:
		combined_needs(p, q->combined, needed);
		return;
	}
	never("a form outside its list");
}

static enum status make_awards(const struct programme *p, const struct series_question *q,
			       const struct wave_summary *const *waves, struct arena *arena,
			       struct buf *body, struct trouble *why)
{
	struct awards *awards;
	enum status st = awards_make(p, q->wave, waves, arena, &awards, why);
	if (st < 0)
		return st;
	if (q->form == SERIES_AWARDS_JSON)
		awards_json(awards, body);
	else
		awards_csv(awards, body);
	return OK;
}

static enum status make_history(const struct programme *p, const struct series_question *q,
				const struct wave_summary *const *waves, struct arena *arena,
				struct buf *body, struct trouble *why)
{
	struct history *history;
	enum status st = history_make(p, q->company, p->waves[q->wave].series, waves, arena,
				      &history, why);
	if (st < 0)
		return st;
	if (q->form == SERIES_HISTORY_JSON)
		history_json(history, body);
	else
		history_csv(history, body);
	return OK;
}

static enum status make_combined(const struct programme *p, const struct series_question *q,
				 const struct wave_summary *const *waves, struct arena *arena,
				 struct buf *body, struct trouble *why)
{
	struct combined_board *board;
	enum status st = combined_make(p, q->combined, waves, arena, &board, why);
	if (st < 0)
		return st;
	combined_json(board, body);
	return OK;
}

static enum status make_body(const struct programme *p, const struct series_question *q,
			     const struct wave_summary *const *waves, struct arena *arena,
			     struct buf *body, struct trouble *why)
{
	switch (q->form) {
	case SERIES_AWARDS_JSON:
	case SERIES_AWARDS_CSV:
		return make_awards(p, q, waves, arena, body, why);
	case SERIES_HISTORY_JSON:
	case SERIES_HISTORY_CSV:
		return make_history(p, q, waves, arena, body, why);
	case SERIES_COMBINED_JSON:
		return make_combined(p, q, waves, arena, body, why);
	}
	never("a form outside its list");
}

enum status series_make(const struct programme *p, const struct series_question *q,
			const struct wave_summary *const *waves, struct buf *body,
			struct trouble *why)
{
	struct arena arena;
	arena_init(&arena, AWARDS_ARENA_BYTES);
	enum status st = make_body(p, q, waves, &arena, body, why);
	arena_fini(&arena);
	if (st == OK && buf_over(body))
		st = trouble(why, E_LIMIT, "the answer is larger than an answer may be");
	return st;
}
