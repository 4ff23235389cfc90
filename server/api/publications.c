#include "api/publications.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/publish_body.h"
#include "api/view.h"
#include "base/zone.h"
#include "pg/value.h"
#include "store/sql.h"

enum {
	ANSWER_BYTES = 16 * 1024 * 1024,
	READERS_BYTES = 16 * 1024,
	DAY_BYTES = 16,
	PUBLISHING_AT_ONCE = 16
};

/** A request about publications under way. */
struct asked {
	struct caller caller;
	struct api *api;
	int wave_id, organisation_id;
	char key_id[KEY_ID_CHARS + 1];
	struct slice programme, wave; /* codes, in the exchange's arena */
	struct slice address;	      /* for the audit, too */
	int revision;		      /* 0: all */
	struct pg_result *row;	      /* of the one */
	struct buf body;
	struct json_out json;
	bool publishes;
	struct publish_request request; /* its texts are in the exchange's arena, too */
};

static void end(struct asked *a)
{
	pg_result_free(&a->row);
	buf_fini(&a->body);
	a->api->publishing -= a->publishes;
	memory_free(a);
}

static void fail(struct asked *a, const struct trouble *why)
{
	if (a->caller.x != NULL)
		answer_trouble(a->caller.x, why);
	end(a);
}

/** Ends it where there is nobody to answer or the statement failed: it was only reading, whatever
 * is not known of it. */
static bool over(struct asked *a, const struct pg_answer *answer)
{
	struct trouble why = answer->why;
	if (a->caller.x != NULL && answer->status == OK)
		return false;
	if (why.status == E_UNKNOWN)
		why.status = E_BUSY;
	fail(a, &why);
	return true;
}

static void answer(struct asked *a)
{
	struct trouble why;
	if (buf_over(&a->body)) {
		(void)trouble(&why, E_LIMIT, "the answer is larger than an answer may be");
		fail(a, &why);
		return;
	}
	exchange_answer(a->caller.x, 200, "application/json", buf_slice(&a->body));
	end(a);
}

/* What a revision is */

static void pair_day(struct json_out *j, const char *key, const struct pg_result *rows, int row,
		     int column)
{
	struct buf text;
	if (pg_is_null(rows, row, column)) {
		json_pair_null(j, key);
		return;
	}
	buf_init(&text, DAY_BYTES);
	day_print(&text, pg_get_date(rows, row, column));
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}

/** Only the key that published is told who may read before the announcement. */
static void print_readers(struct json_out *j, const struct pg_result *rows, int row)
{
	struct arena arena;
	size_t len;
	if (pg_is_null(rows, row, 9))
		return;
	arena_init(&arena, READERS_BYTES);
	const struct slice *readers = pg_get_text_array(rows, row, 9, &arena, &len);
	must(readers != NULL || len == 0);
	json_key(j, "readers");
	json_open_array(j);
	for (size_t i = 0; i < len; i++)
		json_text(j, readers[i]);
	json_close_array(j);
	arena_fini(&arena);
}

static void print_revision(struct json_out *j, const struct pg_result *rows, int row)
{
	json_pair_int(j, "revision", pg_get_int4(rows, row, 0));
	json_pair_instant(j, "published_at", rows, row, 1);
	json_pair_instant(j, "announce_at", rows, row, 2);
	json_pair_bool(j, "announced", pg_get_bool(rows, row, 3));
	pair_day(j, "ceremony_on", rows, row, 4);
	json_pair_text(j, "reason", pg_get_bytes(rows, row, 5));
	json_pair_int(j, "version", pg_get_int8(rows, row, 6));
	json_pair_text(j, "made_by", pg_get_bytes(rows, row, 7));
	json_pair_text(j, "sha256", pg_get_bytes(rows, row, 8));
	print_readers(j, rows, row);
}

static void print_address(struct asked *a, struct slice name)
{
	struct buf address;
	bool has_query = memchr(name.at, '?', name.len) != NULL;
	buf_init(&address, PUBLISH_BYTES_LIMIT);
	buf_print(&address, "/v1/programmes/%.*s/waves/%.*s/%.*s%crevision=%d",
		  SLICE_ARGS(a->programme), SLICE_ARGS(a->wave), SLICE_ARGS(name),
		  has_query ? '&' : '?', a->revision);
	json_pair_text(&a->json, "address", buf_slice(&address));
	buf_fini(&address);
}

/** A line of the list: 64 digits, two spaces, the name. */
static void print_file(struct asked *a, struct slice line)
{
	struct slice name = slice_from(line, 66);
	json_open_object(&a->json);
	json_pair_text(&a->json, "name", name);
	json_pair_text(&a->json, "sha256", (struct slice){line.at, 64});
	if (!slice_is(name, "programme.json") && !slice_is(name, "tally"))
		print_address(a, name);
	json_close_object(&a->json);
}

static void print_files(struct asked *a, struct slice manifest)
{
	struct slice line;
	json_key(&a->json, "files");
	json_open_array(&a->json);
	while (slice_next_part(&manifest, '\n', &line))
		if (line.len > 66)
			print_file(a, line);
	json_close_array(&a->json);
}

/* What differs from the revision before */

static void print_side(struct json_out *j, const char *key, const struct pg_result *rows, int row,
		       int column)
{
	if (pg_is_null(rows, row, column))
		json_pair_null(j, key);
	else if (column == 1 || column == 2)
		json_pair_int(j, key, pg_get_int8(rows, row, column));
	else if (column == 3 || column == 4)
		json_pair_double(j, key, pg_get_float8(rows, row, column));
	else
		json_pair_int(j, key, pg_get_int4(rows, row, column));
}

static void print_change(struct json_out *j, const struct pg_result *rows, int row)
{
	static const char *const figures[] = {"n", "score", "rank"};
	json_open_object(j);
	json_pair_text(j, "company", pg_get_bytes(rows, row, 0));
	for (int i = 0; i < (int)COUNT_OF(figures); i++) {
		json_key(j, figures[i]);
		json_open_object(j);
		print_side(j, "before", rows, row, 1 + 2 * i);
		print_side(j, "after", rows, row, 2 + 2 * i);
		json_close_object(j);
	}
	json_close_object(j);
}

static void changes_came(void *arg, const struct pg_answer *rows)
{
	struct asked *a = arg;
	struct json_out *j = &a->json;
	if (over(a, rows))
		return;
	json_key(j, "difference");
	json_open_object(j);
	json_pair_int(j, "before", pg_get_int4(a->row, 0, 10));
	json_key(j, "companies");
	json_open_array(j);
	for (int row = 0; row < pg_rows(rows->result); row++)
		print_change(j, rows->result, row);
	json_close_array(j);
	json_close_object(j);
	json_close_object(j);
	answer(a);
}

static void files_came(void *arg, const struct pg_answer *rows)
{
	struct asked *a = arg;
	if (over(a, rows))
		return;
	must(pg_rows(rows->result) == 1);
	print_files(a, pg_get_bytes(rows->result, 0, 0));
	if (pg_is_null(a->row, 0, 10)) {
		json_pair_null(&a->json, "difference");
		json_close_object(&a->json);
		answer(a);
		return;
	}
	struct pg_value values[] = {pg_int4(a->wave_id), pg_int4(pg_get_int4(a->row, 0, 10)),
				    pg_int4(a->revision)};
	pg_pool_run(a->api->pool, &SQL_PUBLICATION_CHANGES, values, COUNT_OF(values), changes_came,
		    a);
}

/* One revision, and all */

static void revision_came(void *arg, const struct pg_answer *rows)
{
	struct asked *a = arg;
	struct trouble why;
	if (over(a, rows))
		return;
	if (pg_rows(rows->result) == 0) {
		(void)trouble_code(&why, E_GONE, "unknown_revision",
				   "the wave has no such revision");
		fail(a, &why);
		return;
	}
	a->row = pg_answer_keep(rows);
	json_open_object(&a->json);
	json_pair_text(&a->json, "programme", a->programme);
	json_pair_text(&a->json, "wave", a->wave);
	print_revision(&a->json, a->row, 0);
	struct pg_value values[] = {pg_int4(a->wave_id), pg_int4(a->revision)};
	pg_pool_run(a->api->pool, &SQL_PUBLICATION_FILES, values, COUNT_OF(values), files_came, a);
}

static void list_came(void *arg, const struct pg_answer *rows)
{
	struct asked *a = arg;
	struct json_out *j = &a->json;
	if (over(a, rows))
		return;
	json_open_object(j);
	json_key(j, "data");
	json_open_array(j);
	for (int row = 0; row < pg_rows(rows->result); row++) {
		json_open_object(j);
		print_revision(j, rows->result, row);
		json_close_object(j);
	}
	json_close_array(j);
	json_pair_null(j, "next_cursor");
	json_close_object(j);
	answer(a);
}

static void ask(struct asked *a)
{
	struct pg_value values[] = {
		pg_int4(a->wave_id),	     a->revision > 0 ? pg_int4(a->revision) : pg_null(),
		pg_int4(a->organisation_id), pg_text(slice_of(a->key_id)),
		pg_text(a->address),
	};
	pg_pool_run(a->api->pool, &SQL_PUBLICATION_LIST, values, COUNT_OF(values),
		    a->revision > 0 ? revision_came : list_came, a);
}

/** NULL: answered already. */
static struct asked *asked_begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct view_request view;
	if (wave == NULL || !view_request_read(x, &view))
		return NULL;
	const struct programme *p = wave->programme->programme;
	struct asked *a = memory_new(sizeof(*a));
	*a = (struct asked){.caller = {.x = x},
			    .api = api_of(x),
			    .wave_id = wave->wave_id,
			    .organisation_id = key->organisation_id,
			    .programme = arena_copy(x->arena, p->code),
			    .wave = arena_copy(x->arena, p->waves[wave->index].code),
			    .address = view.address};
	memcpy(a->key_id, key->key_id, sizeof(a->key_id));
	buf_init(&a->body, ANSWER_BYTES);
	a->json = json_out_on(&a->body);
	x->state = a;
	return a;
}

static void begin_list(struct exchange *x)
{
	struct asked *a = asked_begin(x);
	if (a != NULL)
		ask(a);
}

static void begin_get(struct exchange *x)
{
	struct asked *a = asked_begin(x);
	struct slice text = SLICE_NONE;
	struct trouble why;
	int64_t number;
	if (a == NULL)
		return;
	must(exchange_parameter(x, "revision", &text));
	if (!slice_to_int64(text, &number) || number < 1 || number > INT32_MAX) {
		(void)trouble_code(&why, E_GONE, "unknown_revision",
				   "the wave has no such revision");
		fail(a, &why);
		return;
	}
	a->revision = (int)number;
	ask(a);
}

/* Publishing */

static void begin_publish(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void reloaded(void *arg, enum status st)
{
	struct asked *a = arg;
	struct trouble why;
	if (st == OK && a->caller.x != NULL) {
		ask(a);
		return;
	}
	(void)trouble(&why, E_BUSY, "published, but the catalogue could not be read again yet");
	fail(a, &why);
}

static void published(void *arg, int revision, const struct trouble *why)
{
	struct asked *a = arg;
	if (why != NULL || a->caller.x == NULL) {
		/* Nobody to answer, perhaps because the server stops and its catalogue is gone: the
		 * database's notification tells everyone who still serves. */
		struct trouble gone = {.status = E_GONE};
		fail(a, why != NULL ? why : &gone);
		return;
	}
	a->revision = revision;
	catalogue_reload(a->api->catalogue, reloaded, a);
}

static void settled(void *arg, const struct trouble *why)
{
	struct asked *a = arg;
	struct trouble gone;
	const struct known_wave *wave =
		a->caller.x != NULL ? catalogue_wave_by_id(a->api->catalogue, a->wave_id) : NULL;
	if (why != NULL || wave == NULL) {
		(void)trouble(&gone, E_GONE, "the wave is gone");
		fail(a, why != NULL ? why : &gone);
		return;
	}
	a->request.wave = wave;
	publish_run(&a->request, published, a);
}

/** Each holds boards and waits for its wave; a stop waits for all of them. */
static bool may_publish(struct asked *a, struct trouble *why)
{
	a->publishes = a->api->publishing < PUBLISHING_AT_ONCE;
	a->api->publishing += a->publishes;
	if (!a->publishes)
		(void)trouble_code(why, E_BUSY, "try_again",
				   "%d publications are being made already", PUBLISHING_AT_ONCE);
	return a->publishes;
}

/** Results that an upload or a change could not bring in line any more are brought so before they
 * are frozen. */
static void whole_publish(struct exchange *x, struct slice body)
{
	struct asked *a = asked_begin(x);
	struct trouble why;
	if (a == NULL)
		return;
	const struct settle_origin origin = {.wave_id = a->wave_id,
					     .organisation_id = a->organisation_id,
					     .key_id = slice_of(a->key_id)};
	a->request = (struct publish_request){.loop = a->api->loop,
					      .pool = a->api->pool,
					      .live = a->api->live,
					      .key_id = slice_of(a->key_id),
					      .made_by = a->api->version};
	if (!may_publish(a, &why) || publish_body_read(body, x->arena, &a->request, &why) < 0)
		fail(a, &why);
	else if (!settler_run(a->api->settler, &origin, settled, a))
		settled(a, NULL);
}

const struct handler wave_publish = {
	.begin = begin_publish, .whole = whole_publish, .gone = caller_gone};
const struct handler publications_list = {.begin = begin_list, .gone = caller_gone};
const struct handler publication_get = {.begin = begin_get, .gone = caller_gone};
