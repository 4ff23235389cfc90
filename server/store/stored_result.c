#include "store/stored_result.h"

#include "base/clock.h"

enum column {
	RESULT_ID,
	COMPANY,
	SHOPPER_ID,
	SHOPPER,
	CONTACTED_AT,
	ANSWERED,
	ATTEMPT,
	WAIT_SECONDS,
	DURATION_SECONDS,
	CHANNEL,
	ANSWERS,
	CX,
	SCORE,
	AREA_SCORES,
	COMMENT,
	STATUS,
	BREACHES,
	REVISION,
	UPLOAD_ID
};

_Static_assert(UPLOAD_ID + 1 == STORED_RESULT_COLUMNS, "the columns of the header");

static int32_t optional(const struct pg_result *rows, int row, int column, int32_t none)
{
	return pg_is_null(rows, row, column) ? none : pg_get_int4(rows, row, column);
}

static int64_t instant_of(const struct pg_result *rows, int row)
{
	return pg_is_null(rows, row, CONTACTED_AT) ? CLOCK_NO_INSTANT
						   : pg_get_timestamptz(rows, row, CONTACTED_AT);
}

/** Nulls in arrays come as ANSWER_NONE and SCORE_NONE. */
enum status stored_result_read(const struct pg_result *rows, int row, const struct instrument *in,
			       struct arena *arena, struct stored_result *to, struct trouble *why)
{
	size_t items, questions, areas;
	*to = (struct stored_result){
		.result = {.result_id = pg_get_bytes(rows, row, RESULT_ID),
			   .company = pg_get_int4(rows, row, COMPANY),
			   .channel = pg_get_int2(rows, row, CHANNEL),
			   .shopper = pg_get_bytes(rows, row, SHOPPER),
			   .contacted_at = instant_of(rows, row),
			   .answered = pg_get_bool(rows, row, ANSWERED),
			   .attempt = pg_is_null(rows, row, ATTEMPT)
					      ? ATTEMPT_NONE
					      : pg_get_int2(rows, row, ATTEMPT),
			   .wait_seconds = optional(rows, row, WAIT_SECONDS, SECONDS_NONE),
			   .duration_seconds = optional(rows, row, DURATION_SECONDS, SECONDS_NONE),
			   .answers = pg_get_int2_array(rows, row, ANSWERS, arena, &items),
			   .cx = pg_get_int2_array(rows, row, CX, arena, &questions),
			   .score = optional(rows, row, SCORE, SCORE_NONE),
			   .area_scores = pg_get_int4_array(rows, row, AREA_SCORES, arena, &areas),
			   .comment = pg_get_bytes(rows, row, COMMENT),
			   .breaches = (uint32_t)pg_get_int4(rows, row, BREACHES),
			   .status = (enum review_state)pg_get_int2(rows, row, STATUS)},
		.shopper = optional(rows, row, SHOPPER_ID, -1),
		.revision = pg_get_int4(rows, row, REVISION),
		.upload_id = pg_get_int8(rows, row, UPLOAD_ID),
	};
	const struct result *r = &to->result;
	if ((items > 0 && r->answers == NULL) || (questions > 0 && r->cx == NULL) ||
	    (areas > 0 && r->area_scores == NULL))
		return trouble(why, E_LIMIT, "stored results need more memory than they may");
	if (items != in->items_len || questions != in->questions_len || areas != in->areas_len)
		return trouble(why, E_INTERNAL, "a result does not fit the wave's instrument");
	return OK;
}
