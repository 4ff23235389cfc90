#include "store/counted_row.h"

enum column {
	RESULT_ID,
	COMPANY,
	SHOPPER_ID,
	WAIT_SECONDS,
	CHANNEL,
	ANSWERED,
	ANSWERS,
	CX,
	SCORE,
	AREA_SCORES,
	STATUS
};

_Static_assert(STATUS + 1 == COUNTED_COLUMNS, "the columns of the header");

static int32_t optional(const struct pg_result *rows, int row, int column, int32_t none)
{
	return pg_is_null(rows, row, column) ? none : pg_get_int4(rows, row, column);
}

/** Nulls in arrays come as ANSWER_NONE and SCORE_NONE, which no answer and no score can be. */
bool counted_row_add(const struct pg_result *rows, int row, const struct instrument *in,
		     unsigned counts, int sign, struct arena *arena, struct tally *to)
{
	size_t items, questions, areas;
	struct arena_mark before = arena_mark(arena);
	struct result r = {
		.company = pg_get_int4(rows, row, COMPANY),
		.channel = pg_get_int2(rows, row, CHANNEL),
		.answered = pg_get_bool(rows, row, ANSWERED),
		.wait_seconds = optional(rows, row, WAIT_SECONDS, SECONDS_NONE),
		.score = optional(rows, row, SCORE, SCORE_NONE),
		.answers = pg_get_int2_array(rows, row, ANSWERS, arena, &items),
		.cx = pg_get_int2_array(rows, row, CX, arena, &questions),
		.area_scores = pg_get_int4_array(rows, row, AREA_SCORES, arena, &areas),
	};
	bool fits = items == in->items_len && questions == in->questions_len &&
		    areas == in->areas_len;
	if (fits && (counts & 1u << pg_get_int2(rows, row, STATUS)) != 0)
		tally_add(to, &r, optional(rows, row, SHOPPER_ID, -1), sign);
	arena_rewind(arena, before);
	return fits;
}
