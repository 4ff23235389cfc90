#include "api/sources.h"

#include "api/changing.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "api/source_body.h"
#include "api/source_view.h"
#include "api/source_work.h"
#include "http/problem.h"
#include "store/key.h"
#include "store/sql.h"

enum {
	PAGE_DEFAULT = 100,
	PAGE_MOST = 1000,
	SOURCES_MOST = 1000, /**< of an organisation */
	ANSWER_BYTES = 64 * 1024 * 1024,
	VALUES_BYTES = 64 * 1024
};

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static struct slice code_of(const struct exchange *x)
{
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "source", &code));
	return code;
}

/* GET */

struct listing {
	struct caller caller;
	struct api *api;
	int32_t limit;
};

static void print_page(struct json_out *j, const struct listing *l, const struct pg_result *rows)
{
	int len = pg_rows(rows);
	json_open_object(j);
	json_key(j, "data");
	json_open_array(j);
	for (int row = 0; row < len; row++)
		source_view_print(j, l->api, rows, row);
	json_close_array(j);
	if (len == l->limit)
		json_pair_text(j, "next_cursor", source_view_code(rows, len - 1));
	else
		json_pair_null(j, "next_cursor");
	json_close_object(j);
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct listing l = *(struct listing *)arg;
	struct exchange *x = l.caller.x;
	struct trouble why;
	struct buf body;
	memory_free(arg);
	if (x == NULL)
		return;
	if (answer->status != OK) {
		answer_trouble(x, &answer->why);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print_page(&j, &l, answer->result);
	if (buf_over(&body)) {
		(void)trouble(&why, E_LIMIT,
			      "the page is larger than an answer may be: ask for fewer");
		answer_trouble(x, &why);
	} else {
		exchange_answer(x, 200, "application/json", buf_slice(&body));
	}
	buf_fini(&body);
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct slice text, after = SLICE("");
	int64_t limit = PAGE_DEFAULT;
	if (key == NULL)
		return;
	(void)exchange_query(x, "cursor", &after);
	if (exchange_query(x, "limit", &text) &&
	    !(slice_to_int64(text, &limit) && limit >= 1 && limit <= PAGE_MOST)) {
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
		return;
	}
	struct listing *l = memory_new(sizeof(*l));
	*l = (struct listing){{.x = x}, api_of(x), (int32_t)limit};
	x->state = l;
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(after),
				    pg_int4(l->limit), pg_null()};
	pg_pool_run(l->api->pool, &SQL_SOURCE_LIST, values, COUNT_OF(values), page_came, l);
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	if (key != NULL)
		source_show(source_begin(x, key, code_of(x)), 200);
}

/* POST and PUT of a document */

/** Whose is it already? */
static void answer_taken(struct source_work *w, const struct pg_answer *answer)
{
	if (strcmp(answer->constraint, "source_mailbox_key") == 0)
		source_refuse(w, 409, "mailbox_taken", "Another source has this mailbox");
	else
		source_refuse(w, 409, "source_exists", "There is a source of this code");
}

static void added(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	if (w->caller.x != NULL && answer->status == E_CONFLICT)
		answer_taken(w, answer);
	else if (source_came(w, answer) == NULL)
		return;
	else if (pg_rows(answer->result) == 0)
		source_refuse(w, 409, "too_many_sources",
			      "The organisation has as many sources as it may");
	else
		source_changed(w, 201);
}

static void add(struct exchange *x, const struct known_key *key, const struct source_body *b)
{
	char address[SOURCE_ADDRESS_CHARS];
	struct source_secrets secrets;
	struct trouble why;
	struct arena arena;
	const struct setup *setup = &b->sent.setup;
	if (key_letters(address, sizeof(address), &why) < 0) {
		answer_trouble(x, &why);
		return;
	}
	source_body_secrets(b, &secrets);
	arena_init(&arena, VALUES_BYTES);
	struct pg_value values[] = {
		pg_int4(key->organisation_id),
		pg_text(setup->code),
		pg_text((struct slice){address, sizeof(address)}),
		pg_text(setup->mailbox),
		pg_text(slice_of(setup->adapter->kind)),
		pg_int4(b->wave->wave_id),
		pg_bytea(b->sent.document),
		pg_text_array(&arena, secrets.names, secrets.len),
		pg_int2_array(&arena, secrets.numbers, secrets.len),
		pg_text_array(&arena, secrets.secrets, secrets.len),
		pg_text(slice_of(key->key_id)),
		pg_int4(SOURCES_MOST),
	};
	pg_pool_run(api_of(x)->pool, &SQL_SOURCE_ADD, values, COUNT_OF(values), added,
		    source_begin(x, key, setup->code));
	arena_fini(&arena);
}

static void whole_post(struct exchange *x, struct slice bytes)
{
	const struct known_key *key = access_check(x);
	struct source_body b;
	if (key == NULL)
		return;
	if (source_body_read(x, key, bytes, true, &b))
		add(x, key, &b);
	source_body_end(&b);
}

static void put(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	if (w->caller.x != NULL && answer->status == E_CONFLICT)
		answer_taken(w, answer);
	else if (source_came(w, answer) == NULL)
		return;
	else if (pg_rows(answer->result) == 0)
		source_unknown(w);
	else if (!pg_get_bool(answer->result, 0, 0))
		source_refuse(w, 409, "other_kind",
			      "The source is of another kind: connect another one");
	else if (!pg_get_bool(answer->result, 0, 1))
		source_refuse(w, 412, "precondition_failed", "Somebody changed the source before");
	else
		source_changed(w, 200);
}

static void store(struct exchange *x, const struct known_key *key, const struct source_body *b)
{
	struct source_secrets secrets;
	struct arena arena;
	const struct setup *setup = &b->sent.setup;
	source_body_secrets(b, &secrets);
	arena_init(&arena, VALUES_BYTES);
	struct pg_value values[] = {
		pg_int4(key->organisation_id),
		pg_text(setup->code),
		pg_text(slice_of(setup->adapter->kind)),
		pg_text(setup->mailbox),
		pg_int4(b->wave->wave_id),
		pg_bytea(b->sent.document),
		pg_int4(changing_revision(x)),
		pg_text_array(&arena, secrets.names, secrets.len),
		pg_int2_array(&arena, secrets.numbers, secrets.len),
		pg_text_array(&arena, secrets.secrets, secrets.len),
		pg_text(slice_of(key->key_id)),
	};
	pg_pool_run(api_of(x)->pool, &SQL_SOURCE_PUT, values, COUNT_OF(values), put,
		    source_begin(x, key, setup->code));
	arena_fini(&arena);
}

static void whole_put(struct exchange *x, struct slice bytes)
{
	const struct known_key *key = access_check(x);
	struct source_body b;
	if (key == NULL)
		return;
	bool good = source_body_read(x, key, bytes, false, &b);
	if (good && !slice_equal(b.sent.setup.code, code_of(x)))
		exchange_problem(x, 422, "other_source", "The document is another source's",
				 b.sent.setup.code);
	else if (good)
		store(x, key, &b);
	source_body_end(&b);
}

/* PATCH */

static void paused(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	if (source_came(w, answer) == NULL)
		return;
	if (pg_rows(answer->result) == 0)
		source_unknown(w);
	else if (!pg_get_bool(answer->result, 0, 0))
		source_refuse(w, 412, "precondition_failed", "Somebody changed the source before");
	else
		source_changed(w, 200);
}

static void whole_patch(struct exchange *x, struct slice bytes)
{
	static const char *const names[] = {"paused", NULL};
	const struct known_key *key = access_check(x);
	struct record body;
	if (key == NULL || !json_body_read(x, bytes, &body) || !json_body_has_only(x, &body, names))
		return;
	const struct field *f = json_body_find(&body, "paused");
	if (f == NULL || f->kind != FIELD_BOOL) {
		json_body_refuse(x, "paused: true or false");
		return;
	}
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(code_of(x)),
				    pg_bool(slice_is(f->value, "true")),
				    pg_int4(changing_revision(x)), pg_text(slice_of(key->key_id))};
	pg_pool_run(api_of(x)->pool, &SQL_SOURCE_PAUSE, values, COUNT_OF(values), paused,
		    source_begin(x, key, code_of(x)));
}

const struct handler sources_list = {.begin = begin_list, .gone = caller_gone};
const struct handler source_get = {.begin = begin_get, .gone = caller_gone};
const struct handler source_post = {.begin = begin, .whole = whole_post, .gone = caller_gone};
const struct handler source_put = {.begin = begin, .whole = whole_put, .gone = caller_gone};
const struct handler source_patch = {.begin = begin, .whole = whole_patch, .gone = caller_gone};
