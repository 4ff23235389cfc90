#include "api/uploads.h"

#include "api/access.h"
#include "api/digest_header.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/upload_answer.h"
#include "api/upload_options.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "inbox/merging.h"
#include "ingest/spooled_upload.h"
#include "pg/value.h"
#include "store/sql.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024, PAGE_DEFAULT = 100, PAGE_MOST = 1000, UPLOAD_NUMBER = 24 };

/** A file on its way in; x is NULL once the client is gone. */
struct receiving {
	struct exchange *x;
	struct upload *upload; /* or, of a file that must be whole before it is read: */
	struct spooled_upload *spooled;
	struct slice place; /* "/v1/programmes/p/waves/w/uploads" */
};

/* POST */

static void upload_ended(void *arg, const struct upload_report *report)
{
	struct receiving r = *(struct receiving *)arg;
	memory_free(arg);
	upload_answer(r.x, r.place, report);
}

static void upload_resumed(void *arg)
{
	struct receiving *r = arg;
	exchange_resume(r->x);
}

static void begin_post(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct upload_request request;
	if (wave == NULL)
		return;
	upload_request_init(&request, wave, key->organisation_id, slice_of(key->key_id));
	if (!upload_options_of(x, &request))
		return;
	struct receiving *r = memory_new(sizeof(*r));
	r->x = x;
	r->place = x->path;
	request.keep = true;
	request.digest_given = digest_header_read(x, request.digest);
	x->state = r;
	struct upload_listener listener = {
		.resume = upload_resumed, .ended = upload_ended, .arg = r};
	/* One transaction over the file does not wait for whoever sends it. */
	if (request.table != NULL || request.mode != UPLOAD_AS_IT_GOES) {
		r->spooled = spooled_upload_open(api_of(x)->ingest, &request, &listener);
		return;
	}
	/* Nothing is read, and no "100 Continue" sent, before the upload is open. */
	exchange_pause(x);
	r->upload = upload_open(api_of(x)->ingest, &request, &listener);
}

static enum flow body_post(struct exchange *x, struct slice part)
{
	struct receiving *r = x->state;
	return r->spooled != NULL ? spooled_upload_feed(r->spooled, part)
				  : upload_feed(r->upload, part);
}

static void end_post(struct exchange *x)
{
	struct receiving *r = x->state;
	if (r->spooled != NULL)
		spooled_upload_finish(r->spooled);
	else
		upload_finish(r->upload);
}

static void gone_post(struct exchange *x)
{
	struct receiving *r = x->state;
	if (r == NULL)
		return;
	if (r->spooled != NULL)
		spooled_upload_abandon(&r->spooled);
	else
		upload_abandon(&r->upload);
	memory_free(r);
}

/* GET one upload, and its errors */

/** A look at an upload; x is NULL once the client is gone. */
struct looking {
	struct exchange *x;
	struct api *api;
	int64_t upload_id;
	int64_t after_row;
	int16_t after_fault;
	int32_t limit;
};

/** Who has undone it, and what became of its results. */
static void print_undo(struct json_out *j, const struct pg_result *rows, int row)
{
	enum { AT = 18, BY, REASON, REMOVED, RESTORED, KEPT };
	json_key(j, "undone");
	if (pg_is_null(rows, row, AT)) {
		json_raw(j, SLICE("null"));
		return;
	}
	json_open_object(j);
	json_pair_instant(j, "at", rows, row, AT);
	json_pair_text(j, "by", pg_get_bytes(rows, row, BY));
	json_pair_text(j, "reason", pg_get_bytes(rows, row, REASON));
	json_pair_int(j, "removed", pg_get_int8(rows, row, REMOVED));
	json_pair_int(j, "restored", pg_get_int8(rows, row, RESTORED));
	json_pair_int(j, "kept", pg_get_int8(rows, row, KEPT));
	json_close_object(j);
}

static void print_upload(struct json_out *j, int64_t upload_id, const struct pg_result *rows,
			 int row)
{
	static const char *const counts[] = {"bytes",	 "received", "accepted", "duplicates",
					     "replaced", "rejected", "withheld"};
	json_open_object(j);
	json_pair_number(j, "upload", upload_id);
	json_pair_text(j, "state", pg_get_bytes(rows, row, 0));
	json_pair_text(j, "format", pg_get_bytes(rows, row, 1));
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		json_pair_int(j, counts[i], pg_get_int8(rows, row, 2 + (int)i));
	json_pair_text_or_null(j, "failure", rows, row, 9);
	json_pair_instant(j, "started_at", rows, row, 10);
	json_pair_instant(j, "ended_at", rows, row, 11);
	json_key(j, "reading");
	json_raw(j, pg_is_null(rows, row, 12) ? SLICE("null") : pg_get_bytes(rows, row, 12));
	json_key(j, "warnings");
	json_raw(j, pg_is_null(rows, row, 13) ? SLICE("[]") : pg_get_bytes(rows, row, 13));
	json_pair_int(j, "left_out", pg_get_int8(rows, row, 14));
	json_key(j, "left_out_by");
	json_raw(j, pg_is_null(rows, row, 15) ? SLICE("null") : pg_get_bytes(rows, row, 15));
	json_pair_text_or_null(j, "mapping", rows, row, 16);
	if (pg_is_null(rows, row, 17))
		json_pair_null(j, "mapping_revision");
	else
		json_pair_int(j, "mapping_revision", pg_get_int4(rows, row, 17));
	print_undo(j, rows, row);
	json_close_object(j);
}

/** The exchange, or NULL where there is nobody to answer or an answer was given. Frees `l`. */
static struct exchange *look_ended(struct looking *l, const struct pg_answer *answer)
{
	struct exchange *x = l->x;
	if (x == NULL) {
		memory_free(l);
		return NULL;
	}
	if (answer->status != OK) {
		memory_free(l);
		answer_trouble(x, &answer->why);
		return NULL;
	}
	return x;
}

static void upload_came(void *arg, const struct pg_answer *answer)
{
	struct looking *l = arg;
	struct exchange *x = look_ended(l, answer);
	struct buf body;
	if (x == NULL)
		return;
	int64_t upload_id = l->upload_id;
	memory_free(l);
	if (pg_rows(answer->result) == 0) {
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print_upload(&j, upload_id, answer->result, 0);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void print_fault(struct json_out *j, const struct pg_result *rows, int row)
{
	json_open_object(j);
	json_pair_int(j, "row", pg_get_int8(rows, row, 0));
	json_pair_text(j, "column", pg_get_bytes(rows, row, 3));
	json_pair_text(j, "code", pg_get_bytes(rows, row, 2));
	json_pair_text(j, "value", pg_get_bytes(rows, row, 4));
	json_pair_text(j, "expected", pg_get_bytes(rows, row, 5));
	json_close_object(j);
}

static void faults_came(void *arg, const struct pg_answer *answer)
{
	struct looking *l = arg;
	struct exchange *x = look_ended(l, answer);
	struct buf body, cursor;
	if (x == NULL)
		return;
	int rows = pg_rows(answer->result);
	bool more = rows == l->limit;
	memory_free(l);
	buf_init(&body, ANSWER_BYTES);
	buf_init(&cursor, 64);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < rows; row++)
		print_fault(&j, answer->result, row);
	json_close_array(&j);
	if (more) {
		buf_print(&cursor, "%lld.%d", (long long)pg_get_int8(answer->result, rows - 1, 0),
			  pg_get_int2(answer->result, rows - 1, 1));
		json_pair_text(&j, "next_cursor", buf_slice(&cursor));
	} else {
		json_pair_null(&j, "next_cursor");
	}
	json_close_object(&j);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&cursor);
	buf_fini(&body);
}

/** The upload of the path, as far as it is the wave's own; NULL: answered. */
static struct looking *look(struct exchange *x, const struct known_wave **wave)
{
	const struct known_key *key = access_check(x);
	struct slice number = SLICE_NONE;
	int64_t upload_id;
	*wave = key != NULL ? access_wave(x, key) : NULL;
	if (*wave == NULL)
		return NULL;
	must(exchange_parameter(x, "upload", &number));
	if (!slice_to_int64(number, &upload_id)) {
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
		return NULL;
	}
	struct looking *l = memory_new(sizeof(*l));
	*l = (struct looking){
		.x = x, .api = api_of(x), .upload_id = upload_id, .limit = PAGE_DEFAULT};
	x->state = l;
	return l;
}

static void begin_get(struct exchange *x)
{
	const struct known_wave *wave;
	struct looking *l = look(x, &wave);
	if (l == NULL)
		return;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(l->upload_id)};
	pg_pool_run(l->api->pool, &SQL_UPLOAD_GET, values, COUNT_OF(values), upload_came, l);
}

static bool read_page_query(struct exchange *x, struct looking *l)
{
	struct slice limit, cursor, row;
	int64_t number = PAGE_DEFAULT, after_row = 0, after_fault = 0;
	bool good = true;
	if (exchange_query(x, "limit", &limit))
		good = slice_to_int64(limit, &number) && number >= 1 && number <= PAGE_MOST;
	if (good && exchange_query(x, "cursor", &cursor))
		good = slice_next_part(&cursor, '.', &row) && slice_to_int64(row, &after_row) &&
		       cursor.at != NULL && slice_to_int64(cursor, &after_fault) &&
		       after_fault >= 0 && after_fault <= INT16_MAX;
	l->limit = (int32_t)number;
	l->after_row = after_row;
	l->after_fault = (int16_t)after_fault;
	return good;
}

static void begin_errors(struct exchange *x)
{
	const struct known_wave *wave;
	struct looking *l = look(x, &wave);
	if (l == NULL)
		return;
	l->after_row = -1;
	if (!read_page_query(x, l)) {
		x->state = NULL;
		memory_free(l);
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
		return;
	}
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(l->upload_id),
				    pg_int8(l->after_row), pg_int2(l->after_fault),
				    pg_int4(l->limit)};
	pg_pool_run(l->api->pool, &SQL_UPLOAD_FAULTS, values, COUNT_OF(values), faults_came, l);
}

/* GET all of them, the latest first */

static void uploads_came(void *arg, const struct pg_answer *answer)
{
	struct looking *l = arg;
	struct exchange *x = look_ended(l, answer);
	struct buf body;
	if (x == NULL)
		return;
	int rows = pg_rows(answer->result);
	bool more = rows == l->limit;
	memory_free(l);
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < rows; row++)
		print_upload(&j, pg_get_int8(answer->result, row, UPLOAD_NUMBER), answer->result,
			     row);
	json_close_array(&j);
	if (more)
		json_pair_number(&j, "next_cursor",
				 pg_get_int8(answer->result, rows - 1, UPLOAD_NUMBER));
	else
		json_pair_null(&j, "next_cursor");
	json_close_object(&j);
	if (buf_over(&body))
		exchange_problem(x, 413, "limit_reached", "The page is too large for an answer",
				 SLICE("ask for less with limit"));
	else
		exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static bool read_list_query(struct exchange *x, int64_t *limit, int64_t *before, bool *channels)
{
	struct slice text;
	*channels = exchange_query(x, "channels", &text) && slice_is(text, "1");
	*limit = PAGE_DEFAULT;
	*before = INT64_MAX;
	if (exchange_query(x, "limit", &text) &&
	    (!slice_to_int64(text, limit) || *limit < 1 || *limit > PAGE_MOST))
		return false;
	return !exchange_query(x, "cursor", &text) || slice_to_int64(text, before);
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	int64_t limit, before;
	bool channels;
	if (wave == NULL)
		return;
	if (!read_list_query(x, &limit, &before, &channels)) {
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
		return;
	}
	struct looking *l = memory_new(sizeof(*l));
	*l = (struct looking){.x = x, .api = api_of(x), .limit = (int32_t)limit};
	x->state = l;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(before), pg_int4(l->limit),
				    pg_bool(channels), pg_text(SLICE(MERGING_KEY_ID))};
	pg_pool_run(l->api->pool, &SQL_UPLOAD_LIST, values, COUNT_OF(values), uploads_came, l);
}

static void look_gone(struct exchange *x)
{
	struct looking *l = x->state;
	if (l != NULL)
		l->x = NULL;
}

const struct handler upload_post = {
	.begin = begin_post, .body = body_post, .end = end_post, .gone = gone_post};
const struct handler uploads_list = {.begin = begin_list, .gone = look_gone};
const struct handler upload_get = {.begin = begin_get, .gone = look_gone};
const struct handler upload_errors_get = {.begin = begin_errors, .gone = look_gone};
