#include "api/mappings.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/document_faults.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "mapping/profile.h"
#include "pg/value.h"
#include "store/sql.h"

enum {
	FAULT_ARENA_BYTES = 16 * 1024 * 1024,
	ANSWER_BYTES = 4 * 1024 * 1024,
	MAPPINGS_MOST = 1000 /**< codes of one programme */
};

/** A request about mappings under way. */
struct asking_mapping {
	struct caller caller;
	char code[PROGRAMME_CODE_BYTES + 1];
};

static struct asking_mapping *begin_asking(struct exchange *x, struct slice code)
{
	struct asking_mapping *a = memory_new(sizeof(*a));
	a->caller.x = x;
	x->state = a;
	if (code.len > 0 && code.len <= PROGRAMME_CODE_BYTES)
		memcpy(a->code, code.at, code.len);
	return a;
}

/** The exchange, or NULL where there is nobody to answer or the failure was answered. */
static struct exchange *asked(struct asking_mapping *a, const struct pg_answer *answer)
{
	struct exchange *x = a->caller.x;
	if (x != NULL && answer->status != OK) {
		answer_trouble(x, &answer->why);
		return NULL;
	}
	return x;
}

static void answer_unknown(struct exchange *x)
{
	exchange_problem(x, 404, "unknown_mapping", "There is no such mapping", SLICE_NONE);
}

/* List */

static void print_entry(struct json_out *j, const struct pg_result *rows, int row)
{
	json_open_object(j);
	json_pair_text(j, "mapping", pg_get_bytes(rows, row, 0));
	json_pair_int(j, "revision", pg_get_int4(rows, row, 1));
	json_pair_instant(j, "put_at", rows, row, 2);
	json_pair_text(j, "key", pg_get_bytes(rows, row, 3));
	json_pair_int(j, "bytes", pg_get_int4(rows, row, 4));
	json_close_object(j);
}

static void list_came(void *arg, const struct pg_answer *answer)
{
	struct asking_mapping *a = arg;
	struct exchange *x = asked(a, answer);
	struct buf body;
	memory_free(a);
	if (x == NULL)
		return;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < pg_rows(answer->result); row++)
		print_entry(&j, answer->result, row);
	json_close_array(&j);
	json_pair_null(&j, "next_cursor");
	json_close_object(&j);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	if (p == NULL)
		return;
	struct pg_value values[] = {pg_int4(p->programme_id)};
	pg_pool_run(api_of(x)->pool, &SQL_MAPPING_LIST, values, COUNT_OF(values), list_came,
		    begin_asking(x, SLICE_NONE));
}

/* GET */

static void document_came(void *arg, const struct pg_answer *answer)
{
	struct asking_mapping *a = arg;
	struct exchange *x = asked(a, answer);
	memory_free(a);
	if (x == NULL)
		return;
	if (pg_rows(answer->result) == 0) {
		answer_unknown(x);
		return;
	}
	const char *tag = arena_print(x->arena, "\"%d\"", pg_get_int4(answer->result, 0, 1));
	if (tag != NULL)
		exchange_answer_add_header(x, "ETag", slice_of(tag));
	exchange_answer(x, 200, "application/json", pg_get_bytes(answer->result, 0, 2));
}

/** 0: the newest. False: answered. */
static bool read_revision(struct exchange *x, int64_t *revision)
{
	struct slice text;
	*revision = 0;
	if (!exchange_query(x, "revision", &text) ||
	    (slice_to_int64(text, revision) && *revision >= 1 && *revision <= INT32_MAX))
		return true;
	exchange_problem(x, 400, "bad_revision", "revision is a whole number from 1", SLICE_NONE);
	return false;
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	struct slice code = SLICE_NONE;
	int64_t revision;
	if (p == NULL || !read_revision(x, &revision))
		return;
	must(exchange_parameter(x, "mapping", &code));
	struct pg_value values[] = {pg_int4(p->programme_id), pg_text(code),
				    pg_int4((int32_t)revision)};
	pg_pool_run(api_of(x)->pool, &SQL_MAPPING_GET, values, COUNT_OF(values), document_came,
		    begin_asking(x, code));
}

/* PUT and DELETE */

static void store(struct exchange *x, const struct known_key *key, struct slice code,
		  struct slice document, void (*done)(void *arg, const struct pg_answer *answer))
{
	const struct shared_programme *p = access_programme(x, key);
	if (p == NULL)
		return;
	struct pg_value values[] = {pg_int4(key->organisation_id),
				    pg_int4(p->programme_id),
				    pg_text(code),
				    pg_bytea(document),
				    pg_text(slice_of(key->key_id)),
				    pg_int8(MAPPINGS_MOST)};
	pg_pool_run(api_of(x)->pool, &SQL_MAPPING_PUT, values, COUNT_OF(values), done,
		    begin_asking(x, code));
}

static void put_came(void *arg, const struct pg_answer *answer)
{
	struct asking_mapping *a = arg;
	struct exchange *x = asked(a, answer);
	struct slice code = x == NULL ? SLICE_NONE : arena_copy(x->arena, slice_of(a->code));
	struct buf body;
	memory_free(a);
	if (x == NULL)
		return;
	if (pg_is_null(answer->result, 0, 0)) {
		exchange_problem(x, 409, "too_many_mappings",
				 "The programme has as many mappings as it may", SLICE_NONE);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_text(&j, "mapping", code);
	json_pair_int(&j, "revision", pg_get_int4(answer->result, 0, 0));
	json_pair_bool(&j, "changed", pg_get_bool(answer->result, 0, 2));
	json_close_object(&j);
	exchange_answer(x, pg_get_bool(answer->result, 0, 1) ? 200 : 201, "application/json",
			buf_slice(&body));
	buf_fini(&body);
}

static void check_and_store(struct exchange *x, const struct known_key *key, struct slice body,
			    struct arena *words)
{
	const struct shared_programme *p = access_programme(x, key);
	struct programme_faults faults = {0};
	struct profile *profile = NULL;
	struct slice code = SLICE_NONE;
	struct trouble why;
	if (p == NULL)
		return;
	must(exchange_parameter(x, "mapping", &code));
	enum status st = profile_parse(body, words, &profile, &faults);
	if (st == OK && !slice_equal(profile->code, code))
		exchange_problem(x, 422, "other_mapping", "The document is another mapping",
				 profile->code);
	else if (st == OK && (st = profile_check(profile, p->programme, -1, words, &faults)) == OK)
		store(x, key, code, body, put_came);
	else if (st == E_INPUT)
		answer_document_faults(x, "mapping_faults", "The mapping has faults", &faults);
	if (st == E_LIMIT) {
		(void)trouble(&why, st, "the mapping is too large to be read");
		answer_trouble(x, &why);
	}
	profile_free(profile);
}

static void begin_put(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void whole_put(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	struct arena words;
	if (key == NULL)
		return;
	arena_init(&words, FAULT_ARENA_BYTES);
	check_and_store(x, key, body, &words);
	arena_fini(&words);
}

static void deleted(void *arg, const struct pg_answer *answer)
{
	struct asking_mapping *a = arg;
	struct exchange *x = asked(a, answer);
	memory_free(a);
	if (x == NULL)
		return;
	if (pg_get_bool(answer->result, 0, 1))
		exchange_answer(x, 204, NULL, SLICE_NONE);
	else
		answer_unknown(x);
}

static void begin_delete(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct slice code = SLICE_NONE;
	if (key == NULL)
		return;
	must(exchange_parameter(x, "mapping", &code));
	store(x, key, code, SLICE_NONE, deleted);
}

const struct handler mappings_list = {.begin = begin_list, .gone = caller_gone};
const struct handler mapping_get = {.begin = begin_get, .gone = caller_gone};
const struct handler mapping_put = {.begin = begin_put, .whole = whole_put, .gone = caller_gone};
const struct handler mapping_delete = {.begin = begin_delete, .gone = caller_gone};
