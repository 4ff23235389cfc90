#include "api/appeals.h"

#include "api/changing.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "api/result_json.h"
#include "http/problem.h"
#include "store/sql.h"

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, ANSWER_BYTES = 64 * 1024 * 1024 };

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static bool read_words(struct exchange *x, const struct record *body, struct slice *words)
{
	if (!json_body_text(x, body, "words", REVIEW_WORDS_BYTES, words))
		return false;
	if (words->at == NULL)
		json_body_refuse(x, "words: a text");
	return words->at != NULL;
}

/** An appeal says why by itself. */
static struct slice reason_of(const struct review_single *single)
{
	return slice_cut(single->words, REVIEW_REASON_BYTES);
}

/* POST one */

static void whole_post(struct exchange *x, struct slice bytes)
{
	static const char *const names[] = {"words", NULL};
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct review_single single = {.status = REVIEW_COUNT, .appeal = APPEAL_OPENS};
	struct record body;
	if (wave == NULL || !json_body_read(x, bytes, &body) ||
	    !json_body_has_only(x, &body, names) || !read_words(x, &body, &single.words))
		return;
	must(exchange_parameter(x, "result", &single.result_id));
	changing_start(x, key, wave, &single, reason_of(&single), 201);
}

/* PATCH one: its outcome */

struct deciding {
	struct caller caller;
	struct review_single single; /* its words are the request's */
	int wave_id;
};

/** The appeal's result, and where it stood before unless another status was given. The caller
 * is checked anew: the key may have been revoked meanwhile. */
static void appeal_found(void *arg, const struct pg_answer *answer)
{
	struct deciding d = *(struct deciding *)arg;
	struct exchange *x = d.caller.x;
	memory_free(arg);
	if (x == NULL)
		return;
	x->state = NULL;
	const struct known_key *key = answer->status == OK ? access_check(x) : NULL;
	if (answer->status != OK) {
		answer_trouble(x, &answer->why);
	} else if (pg_rows(answer->result) == 0) {
		exchange_problem(x, 404, "unknown_appeal", "There is no such appeal", SLICE_NONE);
	} else if (key != NULL) {
		d.single.result_id = pg_get_bytes(answer->result, 0, 1);
		if (d.single.status == REVIEW_COUNT)
			d.single.status = (enum review_state)pg_get_int2(answer->result, 0, 5);
		changing_start(x, key, catalogue_wave_by_id(api_of(x)->catalogue, d.wave_id),
			       &d.single, reason_of(&d.single), 200);
	}
}

static bool read_outcome(struct exchange *x, const struct record *body, struct deciding *d)
{
	const struct field *outcome = json_body_find(body, "outcome");
	const struct field *status = json_body_find(body, "status");
	d->single.upheld = outcome != NULL && slice_is(outcome->value, "upheld");
	if (outcome == NULL || (!d->single.upheld && !slice_is(outcome->value, "dismissed"))) {
		json_body_refuse(x, "outcome: upheld or dismissed");
		return false;
	}
	bool known = status == NULL || (review_state_from(status->value, &d->single.status) &&
					d->single.status != REVIEW_DISPUTED);
	if (!known || (status == NULL && d->single.upheld)) {
		json_body_refuse(x, "status: submitted, approved, returned or excluded; an appeal "
				    "that is upheld needs one");
		return false;
	}
	return true;
}

static void whole_patch(struct exchange *x, struct slice bytes)
{
	static const char *const names[] = {"outcome", "words", "status", NULL};
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct deciding d = {.caller = {.x = x},
			     .single = {.status = REVIEW_COUNT, .appeal = APPEAL_CLOSES}};
	struct slice number = SLICE_NONE;
	struct record body;
	if (wave == NULL || !json_body_read(x, bytes, &body) ||
	    !json_body_has_only(x, &body, names) || !read_outcome(x, &body, &d) ||
	    !read_words(x, &body, &d.single.words))
		return;
	must(exchange_parameter(x, "appeal", &number));
	if (!slice_to_int64(number, &d.single.appeal_id)) {
		exchange_problem(x, 404, "unknown_appeal", "There is no such appeal", SLICE_NONE);
		return;
	}
	d.wave_id = wave->wave_id;
	struct deciding *kept = memory_new(sizeof(*kept));
	*kept = d;
	x->state = kept;
	struct pg_value values[] = {pg_int4(wave->wave_id),	 pg_int8(0), pg_int4(1), pg_null(),
				    pg_int8(d.single.appeal_id), pg_null()};
	pg_pool_run(api_of(x)->pool, &SQL_APPEAL_LIST, values, COUNT_OF(values), appeal_found,
		    kept);
}

/* GET a page */

struct listing {
	struct caller caller;
	int32_t limit;
};

static void print_page(struct json_out *j, const struct pg_result *rows, int32_t limit)
{
	int len = pg_rows(rows);
	json_open_object(j);
	json_key(j, "data");
	json_open_array(j);
	for (int row = 0; row < len; row++)
		appeal_json(j, rows, row);
	json_close_array(j);
	if (len == limit) {
		json_key(j, "next_cursor");
		struct buf cursor;
		buf_init(&cursor, 32);
		buf_add_int(&cursor, pg_get_int8(rows, len - 1, 0));
		json_text(j, buf_slice(&cursor));
		buf_fini(&cursor);
	} else {
		json_pair_null(j, "next_cursor");
	}
	json_close_object(j);
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct listing last = *(struct listing *)arg;
	struct trouble why;
	struct buf body;
	memory_free(arg);
	if (last.caller.x == NULL)
		return;
	if (answer->status != OK) {
		answer_trouble(last.caller.x, &answer->why);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print_page(&j, answer->result, last.limit);
	if (buf_over(&body)) {
		(void)trouble(&why, E_LIMIT,
			      "the page is larger than an answer may be: ask for fewer");
		answer_trouble(last.caller.x, &why);
	} else {
		exchange_answer(last.caller.x, 200, "application/json", buf_slice(&body));
	}
	buf_fini(&body);
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice text;
	int64_t limit = PAGE_DEFAULT, after = 0;
	struct pg_value open = pg_null();
	bool good = true;
	if (wave == NULL)
		return;
	if (exchange_query(x, "limit", &text))
		good = slice_to_int64(text, &limit) && limit >= 1 && limit <= PAGE_MOST;
	if (good && exchange_query(x, "cursor", &text))
		good = slice_to_int64(text, &after);
	if (good && exchange_query(x, "open", &text)) {
		open = pg_bool(slice_is(text, "1"));
		good = slice_is(text, "1") || slice_is(text, "0");
	}
	if (!good) {
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave, open is 0 or "
				 "1",
				 SLICE_NONE);
		return;
	}
	struct listing *l = memory_new(sizeof(*l));
	*l = (struct listing){{.x = x}, (int32_t)limit};
	x->state = l;
	struct pg_value values[] = {pg_int4(wave->wave_id),
				    pg_int8(after),
				    pg_int4(l->limit),
				    pg_null(),
				    pg_null(),
				    open};
	pg_pool_run(api_of(x)->pool, &SQL_APPEAL_LIST, values, COUNT_OF(values), page_came, l);
}

const struct handler appeals_list = {.begin = begin_list, .gone = caller_gone};
const struct handler appeal_post = {.begin = begin, .whole = whole_post, .gone = caller_gone};
const struct handler appeal_patch = {.begin = begin, .whole = whole_patch, .gone = caller_gone};
