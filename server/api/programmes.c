#include "api/programmes.h"

#include "api/access.h"
#include "api/document_faults.h"
#include "api/problem_of.h"
#include "api/shown.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "pg/value.h"
#include "store/sql.h"

enum {
	FAULT_ARENA_BYTES = 16 * 1024 * 1024,
	ANSWER_BYTES = 8 * 1024 * 1024,
	LIST_ENTRY_BYTES = 256
};

/** A file being stored; x is NULL once the client is gone. */
struct putting {
	struct exchange *x;
	struct api *api;
	bool made;
	char code[PROGRAMME_CODE_BYTES + 1];
	int organisation_id;
};

static void print_programme(struct json_out *j, const struct api *api,
			    const struct shared_programme *shared)
{
	const struct programme *p = shared->programme;
	json_open_object(j);
	json_pair_text(j, "programme", p->code);
	json_key(j, "name");
	json_raw(j, p->name.json);
	json_key(j, "waves");
	json_open_array(j);
	for (size_t i = 0; i < p->waves_len; i++) {
		const struct known_wave *wave = catalogue_find_wave(api->catalogue, shared,
								    p->waves[i].code);
		json_open_object(j);
		json_pair_text(j, "wave", p->waves[i].code);
		json_key(j, "name");
		json_raw(j, p->waves[i].name.json);
		if (wave != NULL)
			json_pair_text(j, "state", slice_of(wave_state_name(wave->state)));
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

/** Codes and names are copied from the files; the rest of a programme and its waves is small. */
static size_t list_limit(struct shared_programme *const *all, size_t len, int organisation_id)
{
	size_t bytes = LIST_ENTRY_BYTES;
	for (size_t i = 0; i < len; i++) {
		const struct programme *p = all[i]->programme;
		if (all[i]->organisation_id == organisation_id)
			bytes += 2 * p->source.len + (1 + p->waves_len) * LIST_ENTRY_BYTES;
	}
	return bytes;
}

static void answer_list(struct exchange *x, const struct shown_request *request)
{
	struct buf body;
	size_t len;
	struct shared_programme *const *all = catalogue_programmes(api_of(x)->catalogue, &len);
	buf_init(&body, list_limit(all, len, request->organisation_id));
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (size_t i = 0; i < len; i++)
		if (all[i]->organisation_id == request->organisation_id)
			print_programme(&j, api_of(x), all[i]);
	json_close_array(&j);
	json_pair_null(&j, "next_cursor");
	json_close_object(&j);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	if (key == NULL)
		return;
	const struct shown_request request = {.organisation_id = key->organisation_id};
	shown_then(x, &request, answer_list);
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	if (p != NULL)
		exchange_answer(x, 200, "application/json", p->programme->source);
}

/* PUT */

static void begin_put(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

struct fielding {
	const struct api *api;
	const struct shared_programme *programme;
};

static bool is_fielded(const void *context, size_t wave)
{
	const struct fielding *f = context;
	const struct programme *p = f->programme->programme;
	const struct known_wave *known = catalogue_find_wave(f->api->catalogue, f->programme,
							     p->waves[wave].code);
	return known != NULL && known->state != WAVE_DRAFT;
}

static void finish_put(struct putting *put, const struct trouble *why)
{
	struct putting last = *put;
	struct buf body;
	memory_free(put);
	if (last.x == NULL)
		return;
	const struct shared_programme *p = catalogue_find_programme(
		last.api->catalogue, last.organisation_id, slice_of(last.code));
	if (why != NULL || p == NULL) {
		struct trouble behind;
		(void)trouble(&behind, E_BUSY, "stored, but the catalogue is not read again yet");
		answer_trouble(last.x, why != NULL ? why : &behind);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print_programme(&j, last.api, p);
	exchange_answer(last.x, last.made ? 201 : 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void reloaded(void *arg, enum status st)
{
	struct trouble why;
	if (st < 0)
		(void)trouble(&why, E_BUSY,
			      "stored, but the catalogue could not be read again yet");
	finish_put(arg, st < 0 ? &why : NULL);
}

static void stored(void *arg, const struct pg_answer *answer)
{
	struct putting *put = arg;
	struct trouble why = answer->why;
	/* Nobody to answer, perhaps because the server stops and its catalogue is gone: the
	 * database's notification tells everyone who still serves. */
	if (put->x == NULL) {
		memory_free(put);
		return;
	}
	if (answer->status == OK && pg_rows(answer->result) == 1) {
		put->made = pg_get_bool(answer->result, 0, 1);
		catalogue_reload(put->api->catalogue, reloaded, put);
		return;
	}
	if (answer->status == OK)
		(void)trouble_code(&why, E_CONFLICT, "changed_meanwhile",
				   "somebody stored another file for this programme just now");
	finish_put(put, &why);
}

static void store(struct exchange *x, const struct known_key *key, const struct programme *next,
		  const struct shared_programme *now)
{
	struct putting *put = memory_new(sizeof(*put));
	struct slice codes[PROGRAMME_WAVES_LIMIT];
	struct arena arena;
	put->x = x;
	put->api = api_of(x);
	put->organisation_id = key->organisation_id;
	memcpy(put->code, next->code.at, next->code.len);
	x->state = put;
	for (size_t i = 0; i < next->waves_len; i++)
		codes[i] = next->waves[i].code;
	arena_init(&arena, ANSWER_BYTES);
	struct pg_value values[] = {
		pg_int4(key->organisation_id),
		pg_text(next->code),
		pg_bytea(next->source),
		now != NULL ? pg_int4(now->revision) : pg_null(),
		pg_text_array(&arena, codes, next->waves_len),
		pg_text(slice_of(key->key_id)),
	};
	pg_pool_run(put->api->pool, &SQL_PROGRAMME_PUT, values, COUNT_OF(values), stored, put);
	arena_fini(&arena);
}

static void check_and_store(struct exchange *x, const struct known_key *key,
			    const struct programme *next)
{
	struct trouble why;
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "programme", &code));
	if (!slice_equal(code, next->code)) {
		exchange_problem(x, 422, "other_programme", "The file describes another programme",
				 next->code);
		return;
	}
	const struct shared_programme *now = catalogue_find_programme(api_of(x)->catalogue,
								      key->organisation_id, code);
	struct fielding fielding = {api_of(x), now};
	if (now != NULL &&
	    programme_extends(now->programme, next, is_fielded, &fielding, &why) < 0) {
		answer_trouble(x, &why);
		return;
	}
	store(x, key, next, now);
}

static void whole_put(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	struct programme_faults faults = {0};
	struct programme *next = NULL;
	struct trouble why;
	struct arena arena;
	if (key == NULL)
		return;
	arena_init(&arena, FAULT_ARENA_BYTES);
	enum status st = programme_parse(body, &arena, &next, &faults);
	if (st == OK) {
		check_and_store(x, key, next);
	} else if (st == E_INPUT) {
		answer_document_faults(x, "programme_faults", "The programme file has faults",
				       &faults);
	} else {
		(void)trouble(&why, st, "the programme file is too large to be read");
		answer_trouble(x, &why);
	}
	programme_free(next);
	arena_fini(&arena);
}

static void put_gone(struct exchange *x)
{
	struct putting *put = x->state;
	if (put != NULL)
		put->x = NULL;
}

const struct handler programmes_list = {.begin = begin_list, .gone = caller_gone};
const struct handler programme_get = {.begin = begin_get};
const struct handler programme_put = {.begin = begin_put, .whole = whole_put, .gone = put_gone};
