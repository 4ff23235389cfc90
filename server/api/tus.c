#include "api/tus.h"

#include "api/access.h"
#include "api/problem_of.h"
#include "api/tus_counting.h"
#include "api/tus_receiving.h"
#include "api/upload_options.h"
#include "base/clock.h"
#include "http/http_date.h"
#include "http/problem.h"
#include "pg/value.h"
#include "store/sql.h"

enum { LOCATION_BYTES = 1024 };

/** What a request wants of a resumable upload. */
enum wish { WISH_CREATE, WISH_HEAD, WISH_PATCH, WISH_DELETE };

/** A request until it is answered and what it began has ended; x is NULL once nobody waits. */
struct asking {
	struct exchange *x;
	struct api *api;
	enum wish wish;
	int wave_id;
	int64_t tus_id, offset, length, expires_at;
	struct tus_checksum checksum;
	struct tus_hold hold;
	bool asked, granted, stopped;
	struct tus_receiving *receiving;
};

/* Answers */

static void add_number(struct exchange *x, const char *name, int64_t number)
{
	struct buf text;
	buf_init(&text, 32);
	buf_add_int(&text, number);
	exchange_answer_add_header(x, name, buf_slice(&text));
	buf_fini(&text);
}

static void add_expiry(struct exchange *x, int64_t expires_at)
{
	struct buf text;
	buf_init(&text, 64);
	http_date_print(&text, expires_at);
	exchange_answer_add_header(x, "Upload-Expires", buf_slice(&text));
	buf_fini(&text);
}

static void answer_failure(struct exchange *x, const struct trouble *why)
{
	static const struct {
		int status;
		const char *code, *title;
	} own[] = {
		{415, "unknown_format", "The file's format is not known"},
		{460, "checksum_mismatch", "The bytes are not those of the checksum"},
		{507, "spool_full", "There is no room for the file"},
	};
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		if (strcmp(why->code, own[i].code) == 0) {
			exchange_problem(x, own[i].status, own[i].code, own[i].title,
					 slice_of(why->words));
			return;
		}
	}
	answer_trouble(x, why);
}

/** The exchange, to be answered now: nothing of it is touched afterwards. */
static struct exchange *let_go(struct asking *a)
{
	struct exchange *x = a->x;
	a->x = NULL;
	x->state = NULL;
	return x;
}

static void leave(struct asking *a)
{
	struct tus_holds *holds = tus_holds(a->api->tus);
	if (a->asked)
		tus_hold_release(holds, &a->hold);
	memory_free(a);
}

static void refuse(struct asking *a, const struct trouble *why)
{
	if (a->x != NULL)
		answer_failure(let_go(a), why);
	leave(a);
}

static struct trouble taken_over(const struct asking *a)
{
	struct trouble why;
	if (a->api->stopping)
		(void)trouble_code(&why, E_BUSY, "stopping", "the server stops");
	else
		(void)trouble_code(&why, E_CONFLICT, "taken_over",
				   "another request goes on with this upload");
	return why;
}

/* What every request begins with */

static bool speaks_tus(struct exchange *x)
{
	exchange_answer_add_header(x, "Tus-Resumable", SLICE(TUS_VERSION));
	if (slice_is(exchange_header(x, "tus-resumable"), TUS_VERSION))
		return true;
	exchange_answer_add_header(x, "Tus-Version", SLICE(TUS_VERSION));
	exchange_problem(x, 412, "unknown_tus_version", "The version of tus is not known",
			 SLICE("send Tus-Resumable: " TUS_VERSION));
	return false;
}

static bool read_number(struct exchange *x, int64_t *tus_id)
{
	struct slice number = SLICE_NONE;
	must(exchange_parameter(x, "tus", &number));
	if (slice_to_int64(number, tus_id) && *tus_id > 0)
		return true;
	exchange_problem(x, 404, "unknown_tus_upload", "There is no such resumable upload",
			 SLICE_NONE);
	return false;
}

static struct asking *new_asking(struct exchange *x, enum wish wish, int wave_id)
{
	struct asking *a = memory_new(sizeof(*a));
	*a = (struct asking){.x = x, .api = api_of(x), .wish = wish, .wave_id = wave_id};
	x->state = a;
	return a;
}

/* Receiving */

static void bytes_resumed(void *arg)
{
	struct asking *a = arg;
	if (a->x != NULL)
		exchange_resume(a->x);
}

static void answer_received(struct asking *a, int64_t durable)
{
	struct exchange *x = let_go(a);
	struct buf location;
	add_number(x, "Upload-Offset", durable);
	if (durable < a->length)
		add_expiry(x, a->expires_at);
	if (a->wish == WISH_PATCH) {
		exchange_answer(x, 204, NULL, SLICE_NONE);
		return;
	}
	buf_init(&location, LOCATION_BYTES);
	buf_print(&location, "%.*s/%lld", SLICE_ARGS(x->path), (long long)a->tus_id);
	exchange_answer_add_header(x, "Location", buf_slice(&location));
	buf_fini(&location);
	exchange_answer(x, 201, NULL, SLICE_NONE);
}

static void bytes_ended(void *arg, int64_t durable, int64_t expires_at, const struct trouble *why)
{
	struct asking *a = arg;
	struct tus *tus = a->api->tus;
	bool whole = durable == a->length;
	a->receiving = NULL;
	if (expires_at != CLOCK_NO_INSTANT)
		a->expires_at = expires_at;
	if (a->x != NULL && why == NULL)
		answer_received(a, durable);
	if (why != NULL)
		refuse(a, why);
	else
		leave(a);
	if (whole)
		tus_look(tus);
}

static enum status start_receiving(struct asking *a, struct trouble *why)
{
	const struct tus_receiving_request request = {.loop = a->api->loop,
						      .pool = a->api->pool,
						      .spool = a->api->spool,
						      .tus_id = a->tus_id,
						      .length = a->length,
						      .at = a->offset,
						      .checksum = a->checksum,
						      .keep_seconds = TUS_KEEP_SECONDS};
	const struct tus_receiving_listener listener = {
		.resume = bytes_resumed, .ended = bytes_ended, .arg = a};
	enum status st = tus_receiving_open(&request, &listener, &a->receiving, why);
	if (st == OK)
		exchange_resume(a->x);
	return st;
}

static enum flow body(struct exchange *x, struct slice part)
{
	struct asking *a = x->state;
	return tus_receiving_feed(a->receiving, part);
}

static void end(struct exchange *x)
{
	struct asking *a = x->state;
	/* HEAD and DELETE have no bytes, and are answered by themselves. */
	if (a != NULL && a->receiving != NULL)
		tus_receiving_finish(a->receiving);
}

static void gone(struct exchange *x)
{
	struct asking *a = x->state;
	struct trouble why;
	if (a == NULL)
		return;
	a->x = NULL;
	(void)trouble_code(&why, E_GONE, "client_gone", "the client went away");
	if (a->receiving != NULL)
		tus_receiving_break(a->receiving, &why);
	else if (a->asked && !a->granted)
		leave(a);
}

/* One that exists */

static void answer_head(struct asking *a, struct slice state, struct slice metadata)
{
	struct exchange *x = let_go(a);
	add_number(x, "Upload-Offset", a->offset);
	add_number(x, "Upload-Length", a->length);
	if (metadata.len > 0)
		exchange_answer_add_header(x, "Upload-Metadata", metadata);
	if (slice_is(state, "receiving"))
		add_expiry(x, a->expires_at);
	exchange_answer(x, 200, NULL, SLICE_NONE);
	leave(a);
}

static void go_on(struct asking *a, int64_t durable, int64_t offset)
{
	struct trouble why;
	if (a->stopped) {
		why = taken_over(a);
		refuse(a, &why);
		return;
	}
	if (offset != durable) {
		add_number(a->x, "Upload-Offset", durable);
		(void)trouble_code(&why, E_CONFLICT, "offset_conflict",
				   "the upload goes on at byte %lld, not at %lld",
				   (long long)durable, (long long)offset);
		refuse(a, &why);
		return;
	}
	int64_t coming = exchange_content_length(a->x);
	if (durable == a->length && coming == 0) {
		answer_received(a, durable); /* whole already: whoever asks may not have heard */
		leave(a);
		return;
	}
	if (coming > a->length - durable || durable == a->length) {
		(void)trouble_code(&why, E_LIMIT, "upload_length_exceeded",
				   "more bytes than Upload-Length says");
		refuse(a, &why);
		return;
	}
	if (start_receiving(a, &why) < 0)
		refuse(a, &why);
}

static void deleted(void *arg, const struct pg_answer *answer)
{
	struct asking *a = arg;
	if (answer->status != OK) {
		refuse(a, &answer->why);
		return;
	}
	spool_remove(a->api->spool, (struct spool_name){SPOOL_TUS, a->tus_id});
	if (a->x != NULL)
		exchange_answer(let_go(a), 204, NULL, SLICE_NONE);
	leave(a);
}

static void delete_it(struct asking *a, struct slice state)
{
	struct trouble why;
	if (slice_is(state, "whole")) {
		(void)trouble_code(&why, E_CONFLICT, "being_counted",
				   "all of the file has come, and it is being counted");
		refuse(a, &why);
		return;
	}
	struct pg_value values[] = {pg_int4(a->wave_id), pg_int8(a->tus_id)};
	pg_pool_run(a->api->pool, &SQL_TUS_DELETE, values, COUNT_OF(values), deleted, a);
}

/** Why there is nothing to be done with it here. */
static enum status look_at(const struct asking *a, const struct pg_answer *answer,
			   struct trouble *why)
{
	const struct pg_result *rows = answer->result;
	if (answer->status != OK) {
		*why = answer->why;
		return answer->status;
	}
	if (pg_rows(rows) == 0)
		return trouble_code(why, E_GONE, "unknown_tus_upload",
				    "there is no such resumable upload");
	bool receiving = slice_is(pg_get_bytes(rows, 0, 2), "receiving");
	if (receiving && a->wish != WISH_DELETE &&
	    !spool_has(a->api->spool, (struct spool_name){SPOOL_TUS, a->tus_id}))
		return trouble_code(why, E_GONE, "file_not_kept",
				    "the bytes of this upload are not on this server");
	return OK;
}

static void came(void *arg, const struct pg_answer *answer)
{
	struct asking *a = arg;
	struct trouble why;
	const struct pg_result *rows = answer->result;
	if (a->x == NULL) {
		leave(a);
		return;
	}
	if (look_at(a, answer, &why) < 0) {
		refuse(a, &why);
		return;
	}
	if (pg_get_bool(rows, 0, 6)) {
		exchange_problem(let_go(a), 410, "tus_upload_expired",
				 "Nobody went on with this upload in time", SLICE_NONE);
		leave(a);
		return;
	}
	int64_t offset = a->offset;
	a->length = pg_get_int8(rows, 0, 0);
	a->offset = pg_get_int8(rows, 0, 1);
	a->expires_at = pg_get_timestamptz(rows, 0, 5);
	if (a->wish == WISH_HEAD)
		answer_head(a, pg_get_bytes(rows, 0, 2), pg_get_bytes(rows, 0, 3));
	else if (a->wish == WISH_DELETE)
		delete_it(a, pg_get_bytes(rows, 0, 2));
	else
		go_on(a, a->offset, offset);
}

static void granted(void *arg)
{
	struct asking *a = arg;
	struct pg_value values[] = {pg_int4(a->wave_id), pg_int8(a->tus_id)};
	a->granted = true;
	pg_pool_run(a->api->pool, &SQL_TUS_GET, values, COUNT_OF(values), came, a);
}

static void stop(void *arg)
{
	struct asking *a = arg;
	struct trouble why = taken_over(a);
	a->stopped = true;
	if (a->receiving != NULL)
		tus_receiving_break(a->receiving, &why);
}

static void hold_on(struct asking *a, int64_t tus_id)
{
	a->tus_id = tus_id;
	a->hold = (struct tus_hold){.wave_id = a->wave_id,
				    .tus_id = tus_id,
				    .granted = granted,
				    .stop = stop,
				    .arg = a};
	a->asked = true;
}

static void ask_for(struct exchange *x, enum wish wish, int64_t offset,
		    const struct tus_checksum *checksum)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	int64_t tus_id;
	if (wave == NULL || !read_number(x, &tus_id))
		return;
	struct asking *a = new_asking(x, wish, wave->wave_id);
	a->offset = offset;
	if (checksum != NULL)
		a->checksum = *checksum;
	hold_on(a, tus_id);
	if (tus_hold_ask(tus_holds(a->api->tus), &a->hold))
		granted(a);
}

static void begin_head(struct exchange *x)
{
	if (speaks_tus(x))
		ask_for(x, WISH_HEAD, 0, NULL);
}

static void begin_delete(struct exchange *x)
{
	if (speaks_tus(x))
		ask_for(x, WISH_DELETE, 0, NULL);
}

static bool read_checksum(struct exchange *x, struct tus_checksum *checksum)
{
	struct trouble why;
	if (tus_checksum_read(exchange_header(x, "upload-checksum"), checksum, &why) == OK)
		return true;
	exchange_problem(x, 400, "bad_checksum", "The checksum is none", slice_of(why.words));
	return false;
}

static bool is_offset_stream(struct exchange *x)
{
	if (slice_equal_ignoring_case(exchange_content_type(x),
				      SLICE("application/offset+octet-stream")))
		return true;
	exchange_problem(x, 415, "not_an_offset_stream", "The content type is another",
			 SLICE("send Content-Type: application/offset+octet-stream"));
	return false;
}

static void begin_patch(struct exchange *x)
{
	struct tus_checksum checksum;
	int64_t offset;
	if (!speaks_tus(x) || !is_offset_stream(x) || !read_checksum(x, &checksum))
		return;
	if (!tus_length_read(exchange_header(x, "upload-offset"), &offset)) {
		exchange_problem(x, 400, "bad_offset", "Upload-Offset is no number of bytes",
				 SLICE_NONE);
		return;
	}
	/* Nothing is read, and no "100 Continue" sent, before it is known to be wanted. */
	exchange_pause(x);
	ask_for(x, WISH_PATCH, offset, &checksum);
}

/* A new one */

static void forgotten(void *arg, const struct pg_answer *answer)
{
	(void)arg;
	(void)answer; /* else it expires */
}

static void created(void *arg, const struct pg_answer *answer)
{
	struct asking *a = arg;
	struct trouble why = {.status = E_GONE};
	if (answer->status != OK) {
		refuse(a, &answer->why);
		return;
	}
	if (pg_rows(answer->result) == 0) {
		if (a->x != NULL)
			exchange_problem(let_go(a), 429, "too_many_open_uploads",
					 "As many uploads as may are open already", SLICE_NONE);
		leave(a);
		return;
	}
	a->expires_at = pg_get_timestamptz(answer->result, 0, 1);
	hold_on(a, pg_get_int8(answer->result, 0, 0));
	a->granted = tus_hold_ask(tus_holds(a->api->tus), &a->hold);
	must(a->granted);
	if (a->x != NULL && start_receiving(a, &why) == OK)
		return;
	struct pg_value values[] = {pg_int4(a->wave_id), pg_int8(a->tus_id)};
	pg_pool_run(a->api->pool, &SQL_TUS_DELETE, values, COUNT_OF(values), forgotten, NULL);
	refuse(a, &why);
}

static bool read_length(struct exchange *x, int64_t *length)
{
	const struct api *api = api_of(x);
	int64_t most = spool_file_most(api->spool);
	if (!tus_length_read(exchange_header(x, "upload-length"), length)) {
		exchange_problem(x, 400, "bad_length", "Upload-Length is no number of bytes",
				 SLICE("a length that is told later is not supported"));
		return false;
	}
	if (*length > most) {
		add_number(x, "Tus-Max-Size", most);
		exchange_problem(x, 413, "upload_too_large", "The file is too large",
				 SLICE("Tus-Max-Size says how large it may be"));
		return false;
	}
	if (exchange_content_length(x) > *length) {
		exchange_problem(x, 413, "upload_length_exceeded",
				 "More bytes come than Upload-Length says", SLICE_NONE);
		return false;
	}
	return true;
}

/** Nobody sends gigabytes to be told then that their format is not known. */
static bool read_options(struct exchange *x, struct slice metadata, struct upload_request *request)
{
	struct trouble why;
	if (tus_metadata_check(metadata, &why) == OK &&
	    upload_options_of_metadata(metadata, x->arena, request, &why) == OK)
		return true;
	answer_failure(x, &why);
	return false;
}

/** A wave that is closed may still have results replaced. */
static bool may_begin(struct exchange *x, const struct known_wave *wave,
		      const struct upload_request *request)
{
	const struct api *api = api_of(x);
	struct trouble why;
	if (wave->state != WAVE_FIELDING && !request->replace)
		(void)trouble_code(&why, E_CONFLICT, "wave_not_fielding",
				   "the wave takes no results now");
	else if (spool_usable(api->spool, &why) == OK)
		return true;
	answer_failure(x, &why);
	return false;
}

static void begin_post(struct exchange *x)
{
	const struct known_key *key = speaks_tus(x) ? access_check(x) : NULL;
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice metadata = exchange_header(x, "upload-metadata");
	struct upload_request request = {0};
	struct tus_checksum checksum;
	int64_t length;
	bool has_body = exchange_content_length(x) != 0;
	if (wave == NULL || !read_length(x, &length) || (has_body && !is_offset_stream(x)) ||
	    !read_checksum(x, &checksum) || !read_options(x, metadata, &request) ||
	    !may_begin(x, wave, &request))
		return;
	struct asking *a = new_asking(x, WISH_CREATE, wave->wave_id);
	a->length = length;
	a->checksum = checksum;
	exchange_pause(x);
	struct pg_value values[] = {pg_int4(wave->wave_id),
				    pg_int4(key->organisation_id),
				    pg_text(slice_of(key->key_id)),
				    pg_text(metadata.at != NULL ? metadata : SLICE("")),
				    pg_int8(length),
				    pg_int4(TUS_KEEP_SECONDS),
				    pg_int4(TUS_OPEN_MOST)};
	pg_pool_run(a->api->pool, &SQL_TUS_CREATE, values, COUNT_OF(values), created, a);
}

/* For whoever cannot send PATCH or DELETE */

static void begin_instead(struct exchange *x)
{
	struct slice method = exchange_header(x, "x-http-method-override");
	if (slice_is(method, "PATCH"))
		begin_patch(x);
	else if (slice_is(method, "DELETE"))
		begin_delete(x);
	else if (slice_is(method, "HEAD"))
		begin_head(x);
	else
		exchange_problem(x, 405, "method_not_allowed", "The path does not take this method",
				 SLICE_NONE);
}

static void begin_options(struct exchange *x)
{
	const struct api *api = api_of(x);
	exchange_answer_add_header(x, "Tus-Resumable", SLICE(TUS_VERSION));
	exchange_answer_add_header(x, "Tus-Version", SLICE(TUS_VERSION));
	exchange_answer_add_header(x, "Tus-Extension", SLICE(TUS_EXTENSIONS));
	exchange_answer_add_header(x, "Tus-Checksum-Algorithm", SLICE(TUS_CHECKSUMS));
	add_number(x, "Tus-Max-Size", spool_file_most(api->spool));
	exchange_answer_add_header(x, "Allow", SLICE("POST, OPTIONS"));
	exchange_answer(x, 204, NULL, SLICE_NONE);
}

const struct handler tus_options = {.begin = begin_options};
const struct handler tus_post = {.begin = begin_post, .body = body, .end = end, .gone = gone};
const struct handler tus_head = {.begin = begin_head, .gone = gone};
const struct handler tus_patch = {.begin = begin_patch, .body = body, .end = end, .gone = gone};
const struct handler tus_delete = {.begin = begin_delete, .gone = gone};
const struct handler tus_instead = {.begin = begin_instead, .body = body, .end = end, .gone = gone};
