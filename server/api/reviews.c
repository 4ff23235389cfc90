#include "api/reviews.h"

#include "api/changing.h"
#include "api/json_body.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "http/problem.h"
#include "review/bulk_body.h"
#include "store/sql.h"

enum {
	ANSWER_BYTES = 8 * 1024 * 1024,
	BULK_ARENA_BYTES = 8 * 1024 * 1024,
};

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static const struct known_wave *wave_and_result(struct exchange *x, const struct known_key **key,
						struct slice *result_id)
{
	*key = access_check(x);
	const struct known_wave *wave = *key != NULL ? access_wave(x, *key) : NULL;
	if (wave != NULL)
		must(exchange_parameter(x, "result", result_id));
	return wave;
}

/* PATCH one */

static bool read_status(struct exchange *x, const struct record *body, enum review_state *status)
{
	const struct field *f = json_body_find(body, "status");
	*status = REVIEW_COUNT;
	if (f == NULL)
		return true;
	if (review_state_from(f->value, status) && *status != REVIEW_DISPUTED)
		return true;
	json_body_refuse(x, "status: submitted, approved, returned or excluded; an appeal makes a "
			    "result disputed");
	return false;
}

/** All that is not status or reason is content. */
static bool read_content(struct exchange *x, const struct record *body, struct record *content)
{
	struct field *fields = arena_take_array(x->arena, body->fields_len, sizeof(*fields));
	size_t len = 0;
	if (fields == NULL && body->fields_len > 0) {
		json_body_refuse(x, "the body is too large");
		return false;
	}
	for (size_t i = 0; i < body->fields_len; i++) {
		const struct field *f = &body->fields[i];
		bool ours = f->group.len == 0 &&
			    (slice_is(f->name, "status") || slice_is(f->name, "reason"));
		if (!ours)
			fields[len++] = *f;
	}
	*content = (struct record){.row = 1, .fields = fields, .fields_len = len};
	return true;
}

static void whole_patch(struct exchange *x, struct slice bytes)
{
	const struct known_key *key;
	struct slice id, reason;
	struct record body, content;
	struct review_single single = {0};
	const struct known_wave *wave = wave_and_result(x, &key, &id);
	if (wave == NULL || !json_body_read(x, bytes, &body) ||
	    !json_body_text(x, &body, "reason", REVIEW_REASON_BYTES, &reason) ||
	    !read_status(x, &body, &single.status) || !read_content(x, &body, &content))
		return;
	if (single.status == REVIEW_COUNT && content.fields_len == 0) {
		json_body_refuse(x, "a status, or columns to be corrected");
		return;
	}
	single.result_id = id;
	single.revision = changing_revision(x);
	single.content = content.fields_len > 0 ? &content : NULL;
	changing_start(x, key, wave, &single, reason, 200);
}

/* POST many */

struct reviewing {
	struct caller caller;
};

static void print_outcome(struct buf *to, const struct review_outcome *outcome)
{
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_pair_int(&j, "changed", (int64_t)outcome->changed);
	json_pair_int(&j, "unchanged", (int64_t)outcome->unchanged);
	json_key(&j, "unknown");
	json_open_array(&j);
	for (size_t i = 0; i < outcome->unknown_len; i++)
		json_text(&j, outcome->unknown[i]);
	json_close_array(&j);
	json_close_object(&j);
}

/** Chunks before the one that failed are stored: how many results those were is said. */
static void answer_part(struct exchange *x, const struct review_outcome *outcome)
{
	struct trouble why = outcome->why;
	if (outcome->changed > 0)
		why.status = trouble_code(&why, why.status, "partly_done",
					  "%llu results were changed, the others not: send it "
					  "again",
					  (unsigned long long)outcome->changed);
	answer_trouble(x, &why);
}

static void reviewed(void *arg, const struct review_outcome *outcome)
{
	struct reviewing *r = arg;
	struct exchange *x = r->caller.x;
	struct buf body;
	memory_free(r);
	if (x == NULL)
		return;
	if (outcome->status != OK) {
		answer_part(x, outcome);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	print_outcome(&body, outcome);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void start_bulk(struct exchange *x, const struct known_key *key,
		       const struct known_wave *wave, const struct bulk_body *body)
{
	struct review_order order = {.wave = wave,
				     .organisation_id = key->organisation_id,
				     .key_id = slice_of(key->key_id),
				     .reason = body->reason};
	struct review *review = api_of(x)->review;
	struct reviewing *r = memory_new(sizeof(*r));
	r->caller.x = x;
	x->state = r;
	if (body->filtered && body->filter.status >= 0)
		order.from = 1u << body->filter.status;
	if (body->filtered)
		review_change_where(review, &order, &body->filter, body->status, reviewed, r);
	else
		review_change_many(review, &order, body->wishes, body->wishes_len, reviewed, r);
}

static void whole_reviews(struct exchange *x, struct slice bytes)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct bulk_body body;
	struct trouble why;
	struct arena arena;
	if (wave == NULL || !changing_has_room(x))
		return;
	arena_init(&arena, BULK_ARENA_BYTES);
	if (bulk_body_read(bytes, wave->programme->programme, &arena, &body, &why) < 0)
		answer_trouble(x, &why);
	else
		start_bulk(x, key, wave, &body);
	arena_fini(&arena);
}

/* POST a note */

struct noting {
	struct caller caller;
};

static void noted(void *arg, const struct pg_answer *answer)
{
	struct noting *n = arg;
	struct exchange *x = n->caller.x;
	struct buf body;
	memory_free(n);
	if (x == NULL)
		return;
	if (answer->status != OK) {
		answer_trouble(x, &answer->why);
		return;
	}
	if (pg_rows(answer->result) == 0) {
		exchange_problem(x, 404, "unknown_result", "There is no such result", SLICE_NONE);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_number(&j, "note", pg_get_int8(answer->result, 0, 0));
	json_pair_instant(&j, "at", answer->result, 0, 1);
	json_close_object(&j);
	exchange_answer(x, 201, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void whole_note(struct exchange *x, struct slice bytes)
{
	static const char *const names[] = {"words", NULL};
	const struct known_key *key;
	struct slice id, words;
	struct record body;
	const struct known_wave *wave = wave_and_result(x, &key, &id);
	if (wave == NULL || !json_body_read(x, bytes, &body) ||
	    !json_body_has_only(x, &body, names) ||
	    !json_body_text(x, &body, "words", REVIEW_WORDS_BYTES, &words))
		return;
	if (words.at == NULL) {
		json_body_refuse(x, "words: a text");
		return;
	}
	struct noting *n = memory_new(sizeof(*n));
	n->caller.x = x;
	x->state = n;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_text(id),
				    pg_text(slice_of(key->key_id)), pg_text(words),
				    pg_int4(key->organisation_id)};
	pg_pool_run(api_of(x)->pool, &SQL_NOTE_ADD, values, COUNT_OF(values), noted, n);
}

const struct handler result_patch = {.begin = begin, .whole = whole_patch, .gone = caller_gone};
const struct handler reviews_post = {.begin = begin, .whole = whole_reviews, .gone = caller_gone};
const struct handler note_post = {.begin = begin, .whole = whole_note, .gone = caller_gone};
