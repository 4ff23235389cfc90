#include "ingest/result_row.h"

#include "pg/copy_row.h"

enum { FIELDS = 18, INT2_OID = 21, INT4_OID = 23 };

static char *put32(char *to, uint32_t number)
{
	to[0] = (char)(number >> 24);
	to[1] = (char)(number >> 16);
	to[2] = (char)(number >> 8);
	to[3] = (char)number;
	return to + 4;
}

static char *put16(char *to, uint16_t number)
{
	to[0] = (char)(number >> 8);
	to[1] = (char)number;
	return to + 2;
}

/** Dimensions, null flag, element type; then one dimension from 1 (manual, array_send()). */
static char *array_head(char *to, uint32_t bytes, bool nulls, uint32_t oid, size_t count)
{
	to = put32(to, bytes);
	to = put32(to, count > 0 ? 1 : 0);
	to = put32(to, nulls ? 1 : 0);
	to = put32(to, oid);
	if (count == 0)
		return to;
	to = put32(to, (uint32_t)count);
	return put32(to, 1);
}

static void add_int2_array(struct buf *b, const int16_t *numbers, size_t count)
{
	size_t given = 0;
	for (size_t i = 0; i < count; i++)
		given += numbers[i] != ANSWER_NONE ? 1 : 0;
	size_t bytes = (count > 0 ? 20u : 12u) + count * 4 + given * 2;
	char *to = buf_extend(b, bytes + 4);
	if (to == NULL)
		return;
	to = array_head(to, (uint32_t)bytes, given < count, INT2_OID, count);
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] == ANSWER_NONE) {
			to = put32(to, UINT32_MAX);
		} else {
			to = put32(to, 2);
			to = put16(to, (uint16_t)numbers[i]);
		}
	}
}

static void add_int4_array(struct buf *b, const int32_t *numbers, size_t count, int32_t none)
{
	size_t given = 0;
	for (size_t i = 0; i < count; i++)
		given += numbers[i] != none ? 1 : 0;
	size_t bytes = (count > 0 ? 20u : 12u) + count * 4 + given * 4;
	char *to = buf_extend(b, bytes + 4);
	if (to == NULL)
		return;
	to = array_head(to, (uint32_t)bytes, given < count, INT4_OID, count);
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] == none) {
			to = put32(to, UINT32_MAX);
		} else {
			to = put32(to, 4);
			to = put32(to, (uint32_t)numbers[i]);
		}
	}
}

static void add_optional(struct buf *b, int32_t number, int32_t none)
{
	if (number == none)
		copy_null(b);
	else
		copy_int4(b, number);
}

void result_row_encode(struct buf *to, const struct result *r, const struct instrument *instrument,
		       int64_t upload_id, int wave_id, int32_t shopper)
{
	copy_row(to, FIELDS);
	copy_int8(to, upload_id);
	copy_timestamptz(to, r->contacted_at);
	copy_int4(to, wave_id);
	copy_int4(to, r->company);
	if (shopper < 0)
		copy_null(to);
	else
		copy_int4(to, shopper);
	add_optional(to, r->wait_seconds, SECONDS_NONE);
	add_optional(to, r->duration_seconds, SECONDS_NONE);
	add_optional(to, r->score, SCORE_NONE);
	copy_int2(to, (int16_t)r->channel);
	if (r->attempt == ATTEMPT_NONE)
		copy_null(to);
	else
		copy_int2(to, (int16_t)r->attempt);
	copy_bool(to, r->answered);
	add_int2_array(to, r->answers, instrument->items_len);
	add_int2_array(to, r->cx, instrument->questions_len);
	add_int4_array(to, r->area_scores, instrument->areas_len, SCORE_NONE);
	copy_text(to, r->result_id);
	copy_text(to, r->comment.len > 0 ? r->comment : SLICE_NONE);
	copy_int2(to, (int16_t)r->status);
	copy_int4(to, (int32_t)r->breaches);
}
