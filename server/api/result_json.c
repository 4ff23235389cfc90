#include "api/result_json.h"

#include "api/json_column.h"
#include "base/clock.h"
#include "survey/breach.h"

enum { TEXT_BYTES = 64 };

static void pair_optional(struct json_out *j, const char *key, int64_t number, int64_t none)
{
	if (number == none)
		json_pair_null(j, key);
	else
		json_pair_int(j, key, number);
}

static void pair_text(struct json_out *j, const char *key, struct slice text)
{
	if (text.len == 0)
		json_pair_null(j, key);
	else
		json_pair_text(j, key, text);
}

static void score(struct json_out *j, int32_t hundredths)
{
	if (hundredths == SCORE_NONE)
		json_null(j);
	else
		json_double(j, hundredths / 100.0);
}

static void answer(struct json_out *j, const struct item *item, int16_t answer)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	item_answer_print(&text, item, answer);
	if (answer == ANSWER_NONE)
		json_null(j);
	else
		json_raw(j, buf_slice(&text));
	buf_fini(&text);
}

/** Items that are not asked on this channel are left out. */
static void answers(struct json_out *j, const struct instrument *in, const struct result *r)
{
	json_key(j, "answers");
	json_open_object(j);
	for (size_t i = 0; i < in->items_len; i++) {
		if ((in->items[i].channels & 1u << r->channel) == 0)
			continue;
		json_key_slice(j, in->items[i].code);
		answer(j, &in->items[i], r->answers[i]);
	}
	json_close_object(j);
	json_key(j, "cx");
	json_open_object(j);
	for (size_t q = 0; q < in->questions_len; q++) {
		json_key_slice(j, in->questions[q].code);
		if (r->cx[q] == ANSWER_NONE)
			json_null(j);
		else
			json_int(j, r->cx[q]);
	}
	json_close_object(j);
}

static void scores(struct json_out *j, const struct instrument *in, const struct result *r)
{
	json_key(j, "score");
	score(j, r->score);
	json_key(j, "areas");
	json_open_object(j);
	for (size_t a = 0; a < in->areas_len; a++) {
		json_key_slice(j, in->areas[a].code);
		score(j, r->area_scores[a]);
	}
	json_close_object(j);
}

static void breaches(struct json_out *j, uint32_t mask)
{
	json_key(j, "breaches");
	json_open_array(j);
	for (int b = 0; b < BREACH_COUNT; b++)
		if (mask & UINT32_C(1) << b)
			json_text(j, slice_of(breach_code((enum breach)b)));
	json_close_array(j);
}

static void contact(struct json_out *j, const struct programme *p, const struct result *r)
{
	struct buf instant;
	buf_init(&instant, TEXT_BYTES);
	if (r->contacted_at != CLOCK_NO_INSTANT)
		clock_print(&instant, r->contacted_at);
	json_pair_text(j, "result_id", r->result_id);
	json_pair_text(j, "company", p->companies[r->company].code);
	json_pair_text(j, "channel", p->channels[r->channel].code);
	pair_text(j, "shopper", r->shopper);
	pair_text(j, "contacted_at", buf_slice(&instant));
	json_pair_bool(j, "answered", r->answered);
	pair_optional(j, "attempt", r->attempt, ATTEMPT_NONE);
	pair_optional(j, "wait_seconds", r->wait_seconds, SECONDS_NONE);
	pair_optional(j, "duration_seconds", r->duration_seconds, SECONDS_NONE);
	buf_fini(&instant);
}

void result_json(struct json_out *j, const struct programme *p, int wave,
		 const struct stored_result *stored)
{
	const struct instrument *in = &p->instruments[p->waves[wave].instrument];
	const struct result *r = &stored->result;
	contact(j, p, r);
	answers(j, in, r);
	pair_text(j, "comment", r->comment);
	scores(j, in, r);
	json_pair_text(j, "status", slice_of(review_state_name(r->status)));
	json_pair_int(j, "revision", stored->revision);
	breaches(j, r->breaches);
	json_pair_number(j, "upload", stored->upload_id);
}

void appeal_json(struct json_out *j, const struct pg_result *rows, int row)
{
	enum review_state before = (enum review_state)pg_get_int2(rows, row, 5);
	json_open_object(j);
	json_pair_number(j, "appeal", pg_get_int8(rows, row, 0));
	json_pair_text(j, "result_id", pg_get_bytes(rows, row, 1));
	json_pair_instant(j, "opened_at", rows, row, 2);
	json_pair_text(j, "opened_by", pg_get_bytes(rows, row, 3));
	json_pair_text(j, "words", pg_get_bytes(rows, row, 4));
	json_pair_text(j, "status_before", slice_of(review_state_name(before)));
	json_pair_text_or_null(j, "outcome", rows, row, 6);
	json_pair_text_or_null(j, "outcome_words", rows, row, 7);
	json_pair_instant(j, "closed_at", rows, row, 8);
	json_pair_text_or_null(j, "closed_by", rows, row, 9);
	json_close_object(j);
}

void note_json(struct json_out *j, const struct pg_result *rows, int row)
{
	json_open_object(j);
	json_pair_number(j, "note", pg_get_int8(rows, row, 0));
	json_pair_instant(j, "at", rows, row, 1);
	json_pair_text(j, "key", pg_get_bytes(rows, row, 2));
	json_pair_text(j, "words", pg_get_bytes(rows, row, 3));
	json_close_object(j);
}
