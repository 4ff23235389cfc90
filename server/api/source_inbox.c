#include "api/source_inbox.h"

#include <openssl/evp.h>

#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/source_work.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "inbox/inbox.h"
#include "store/sql.h"

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, PAGE_BYTES = 4 * 1024 * 1024 };
enum { PAYLOAD_BYTES = 6 * INBOX_BODY_BYTES };

static struct slice code_of(const struct exchange *x)
{
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "source", &code));
	return code;
}

static void answer_and_end(struct source_work *w, int status, struct buf *body)
{
	struct exchange *x = w->caller.x;
	struct trouble why;
	memory_free(w);
	if (buf_over(body)) {
		(void)trouble(&why, E_LIMIT, "the payload is larger than an answer may be");
		answer_trouble(x, &why);
		buf_fini(body);
		return;
	}
	exchange_answer(x, status, "application/json", buf_slice(body));
	buf_fini(body);
}

/* A page */

enum { L_ID, L_KNOWN, L_RECEIVED_AT, L_STATE, L_ANSWERS, L_NOTE, L_ATTEMPTS, L_ENDED_AT, L_BYTES };

static void print_entry(struct json_out *j, const struct pg_result *rows, int row)
{
	json_open_object(j);
	json_pair_number(j, "id", pg_get_int8(rows, row, L_ID));
	json_pair_instant(j, "received_at", rows, row, L_RECEIVED_AT);
	json_pair_text(j, "state", pg_get_bytes(rows, row, L_STATE));
	json_pair_int(j, "answers", pg_get_int4(rows, row, L_ANSWERS));
	json_pair_text(j, "note", pg_get_bytes(rows, row, L_NOTE));
	json_pair_int(j, "attempts", pg_get_int2(rows, row, L_ATTEMPTS));
	json_pair_instant(j, "ended_at", rows, row, L_ENDED_AT);
	json_pair_int(j, "bytes", pg_get_int4(rows, row, L_BYTES));
	json_close_object(j);
}

static void print_page(struct json_out *j, const struct pg_result *rows, int limit)
{
	int len = pg_is_null(rows, 0, L_ID) ? 0 : pg_rows(rows);
	json_open_object(j);
	json_key(j, "data");
	json_open_array(j);
	for (int row = 0; row < len; row++)
		print_entry(j, rows, row);
	json_close_array(j);
	if (len == limit)
		json_pair_number(j, "next_cursor", pg_get_int8(rows, len - 1, L_ID));
	else
		json_pair_null(j, "next_cursor");
	json_close_object(j);
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	struct buf body;
	if (source_came(w, answer) == NULL)
		return;
	if (!pg_get_bool(answer->result, 0, L_KNOWN)) {
		source_unknown(w);
		return;
	}
	buf_init(&body, PAGE_BYTES);
	struct json_out j = json_out_on(&body);
	print_page(&j, answer->result, w->status);
	answer_and_end(w, 200, &body);
}

/** False: answered. */
static bool read_page(struct exchange *x, int64_t *limit, int64_t *before, struct slice *state)
{
	struct slice text;
	bool fine = true;
	*limit = PAGE_DEFAULT;
	*before = INT64_MAX;
	*state = SLICE_NONE;
	if (exchange_query(x, "limit", &text))
		fine = slice_to_int64(text, limit) && *limit >= 1 && *limit <= PAGE_MOST;
	if (exchange_query(x, "cursor", &text))
		fine = fine && slice_to_int64(text, before) && *before >= 0;
	if (!fine)
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
	else if (exchange_query(x, "state", state) && !slice_is(*state, "waiting") &&
		 !slice_is(*state, "heard") && !slice_is(*state, "ignored") &&
		 !slice_is(*state, "failed"))
		exchange_problem(x, 400, "bad_state", "state is waiting, heard, ignored or failed",
				 SLICE_NONE);
	else
		return true;
	return false;
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct slice state;
	int64_t limit, before;
	if (key == NULL || !read_page(x, &limit, &before, &state))
		return;
	struct source_work *w = source_begin(x, key, code_of(x));
	w->status = (int)limit; /* until it is answered */
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(code_of(x)),
				    pg_text(state), pg_int8(before), pg_int4((int32_t)limit)};
	pg_pool_run(w->api->pool, &SQL_SOURCE_INBOX, values, COUNT_OF(values), page_came, w);
}

/* A payload */

/** As text where it is text, else in base64. */
static void print_body(struct json_out *j, struct slice body)
{
	if (slice_is_utf8(body) && memchr(body.at, '\0', body.len) == NULL) {
		json_pair_text(j, "body", body);
		return;
	}
	size_t room = (body.len + 2) / 3 * 4 + 1;
	char *text = memory_resize(NULL, room, 1);
	int len = EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)body.at,
				  (int)body.len);
	json_pair_text(j, "body_base64", (struct slice){text, (size_t)len});
	memory_free(text);
}

static void payload_came(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	const struct pg_result *rows = answer->result;
	struct buf body;
	if (source_came(w, answer) == NULL)
		return;
	if (pg_rows(rows) == 0) {
		source_refuse(w, 404, "unknown_payload", "The source has sent no such thing");
		return;
	}
	buf_init(&body, PAYLOAD_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_instant(&j, "received_at", rows, 0, 0);
	json_pair_text(&j, "state", pg_get_bytes(rows, 0, 4));
	json_pair_int(&j, "answers", pg_get_int4(rows, 0, 5));
	json_pair_text(&j, "note", pg_get_bytes(rows, 0, 6));
	json_pair_text(&j, "query", pg_get_bytes(rows, 0, 1));
	json_pair_text(&j, "headers", pg_get_bytes(rows, 0, 2));
	print_body(&j, pg_get_bytes(rows, 0, 3));
	json_close_object(&j);
	answer_and_end(w, 200, &body);
}

static void begin_payload(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct slice text = SLICE_NONE;
	int64_t inbox_id;
	if (key == NULL)
		return;
	must(exchange_parameter(x, "payload", &text));
	if (!slice_to_int64(text, &inbox_id) || inbox_id < 1) {
		exchange_problem(x, 404, "unknown_payload", "The source has sent no such thing",
				 SLICE_NONE);
		return;
	}
	struct source_work *w = source_begin(x, key, code_of(x));
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(code_of(x)),
				    pg_int8(inbox_id), pg_text(slice_of(key->key_id))};
	pg_pool_run(w->api->pool, &SQL_SOURCE_PAYLOAD, values, COUNT_OF(values), payload_came, w);
}

/* Again */

static void rerun(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	struct buf body;
	if (source_came(w, answer) == NULL)
		return;
	if (pg_rows(answer->result) == 0) {
		source_unknown(w);
		return;
	}
	hearing_wake(w->api->hearing);
	merging_wake(w->api->merging);
	int64_t payloads = pg_get_int8(answer->result, 0, 1);
	buf_init(&body, PAGE_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_int(&j, "payloads", payloads);
	json_pair_int(&j, "invitations", pg_get_int8(answer->result, 0, 2));
	json_pair_bool(&j, "more", payloads == RERUN_MOST);
	json_close_object(&j);
	answer_and_end(w, 200, &body);
}

static void begin_rerun(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	if (key == NULL)
		return;
	struct source_work *w = source_begin(x, key, code_of(x));
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(code_of(x)),
				    pg_text(slice_of(key->key_id)), pg_int4(RERUN_MOST)};
	pg_pool_run(w->api->pool, &SQL_SOURCE_RERUN, values, COUNT_OF(values), rerun, w);
}

const struct handler source_inbox_list = {.begin = begin_list, .gone = caller_gone};
const struct handler source_payload_get = {.begin = begin_payload, .gone = caller_gone};
const struct handler source_rerun_post = {.begin = begin_rerun, .gone = caller_gone};
