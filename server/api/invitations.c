#include "api/invitations.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/invitation_read.h"
#include "api/invitation_view.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "base/clock.h"
#include "http/problem.h"
#include "store/sql.h"

enum {
	PAGE_DEFAULT = 100,
	PAGE_MOST = 1000,
	ANSWER_BYTES = 64 * 1024 * 1024,
	ERRORS_BYTES = 16 * 1024 * 1024,
	WISHES_BYTES = 32 * 1024 * 1024,
	CONTACT_BYTES = 200,
	ATTEMPTS_MOST = 3
};

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

/** A request about invitations under way; the exchange's state once the database is asked. */
struct inviting {
	struct caller caller;
	struct api *api;
	int wave_id, organisation_id;
	char key_id[KEY_ID_CHARS + 1];
	int32_t limit;
	/* of one contact */
	char contact[CONTACT_BYTES];
	size_t contact_len;
	struct pg_result *rows;
	/* of those that are made */
	struct arena arena;
	struct invitation_wishes wishes;
	int attempts;
};

static struct inviting *begin_inviting(struct exchange *x, const struct known_key *key,
				       const struct known_wave *wave)
{
	struct inviting *i = memory_new(sizeof(*i));
	i->caller.x = x;
	i->api = api_of(x);
	i->wave_id = wave->wave_id;
	i->organisation_id = key->organisation_id;
	memcpy(i->key_id, key->key_id, sizeof(i->key_id));
	arena_init(&i->arena, WISHES_BYTES);
	return i;
}

static void end_inviting(struct inviting *i)
{
	arena_fini(&i->arena);
	pg_result_free(&i->rows);
	memory_free(i);
}

/** NULL where there is nobody to answer or the failure was answered; `i` has ended then. */
static struct exchange *came(struct inviting *i, const struct pg_answer *answer)
{
	struct exchange *x = i->caller.x;
	if (x != NULL && answer->status != OK)
		answer_trouble(x, &answer->why);
	if (x == NULL || answer->status != OK) {
		end_inviting(i);
		return NULL;
	}
	return x;
}

static void answer_and_end(struct inviting *i, int status, struct buf *body)
{
	struct exchange *x = i->caller.x;
	struct trouble why;
	end_inviting(i);
	if (buf_over(body)) {
		(void)trouble(&why, E_LIMIT, "the answer is larger than one may be");
		answer_trouble(x, &why);
	} else {
		exchange_answer(x, status, "application/json", buf_slice(body));
	}
	buf_fini(body);
}

/* Making */

static void ask_again(struct inviting *i);

static void print_made(struct json_out *j, const struct inviting *i, const struct pg_result *rows,
		       int row)
{
	int64_t at = pg_get_int8(rows, row, 0) - 1;
	struct slice token = pg_get_bytes(rows, row, 3);
	struct buf end;
	json_open_object(j);
	json_pair_text(j, "contact_id", i->wishes.at[at].contact);
	json_pair_text(j, "token", token);
	json_pair_bool(j, "made", pg_get_bool(rows, row, 2));
	buf_init(&end, 64);
	if (pg_is_null(rows, row, 4)) {
		json_pair_null(j, "expires_at");
	} else {
		clock_print(&end, pg_get_timestamptz(rows, row, 4));
		json_pair_text(j, "expires_at", buf_slice(&end));
	}
	buf_fini(&end);
	invitation_links_print(j, i->api, token);
	json_close_object(j);
}

/** The contacts that are invited already, otherwise. True: answered. */
static bool answered_clashes(struct inviting *i, const struct pg_result *rows)
{
	struct buf errors;
	size_t clashes = 0;
	buf_init(&errors, ERRORS_BYTES);
	struct json_out j = json_out_on(&errors);
	json_open_array(&j);
	for (int row = 0; row < pg_rows(rows); row++) {
		int64_t at = pg_get_int8(rows, row, 0) - 1;
		if (!pg_get_bool(rows, row, 1))
			continue;
		clashes++;
		json_open_object(&j);
		json_pair_int(&j, "index", at);
		json_pair_text(&j, "column", SLICE("contact_id"));
		json_pair_text(&j, "code", SLICE("contact_id_conflict"));
		json_pair_text(&j, "value", slice_cut(i->wishes.at[at].contact, 100));
		json_close_object(&j);
	}
	json_close_array(&j);
	if (clashes > 0)
		exchange_problem_errors(i->caller.x, 409, "contact_id_conflict",
					"The contact is invited already, with other columns",
					SLICE("none of the request was made"), buf_slice(&errors));
	buf_fini(&errors);
	return clashes > 0;
}

static void made(void *arg, const struct pg_answer *answer)
{
	struct inviting *i = arg;
	struct buf body;
	bool any = false;
	if (answer->status == E_CONFLICT && ++i->attempts < ATTEMPTS_MOST) {
		ask_again(i);
		return;
	}
	if (came(i, answer) == NULL)
		return;
	if (answered_clashes(i, answer->result)) {
		end_inviting(i);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	if (!i->wishes.one) {
		json_open_object(&j);
		json_key(&j, "data");
		json_open_array(&j);
	}
	for (int row = 0; row < pg_rows(answer->result); row++) {
		print_made(&j, i, answer->result, row);
		any = any || pg_get_bool(answer->result, row, 2);
	}
	if (!i->wishes.one) {
		json_close_array(&j);
		json_close_object(&j);
	}
	answer_and_end(i, any ? 201 : 200, &body);
}

static void ask_again(struct inviting *i)
{
	struct arena arena;
	size_t len = i->wishes.len;
	arena_init(&arena, WISHES_BYTES);
	struct slice *texts = arena_take_array(&arena, 3 * len, sizeof(*texts));
	int64_t *expires = arena_take_array(&arena, len, sizeof(*expires));
	must(len == 0 || (texts != NULL && expires != NULL));
	for (size_t w = 0; w < len; w++) {
		const struct invitation_wish *wish = &i->wishes.at[w];
		texts[w] = wish->contact;
		texts[len + w] = (struct slice){wish->token, sizeof(wish->token)};
		texts[2 * len + w] = wish->record;
		expires[w] = wish->expires_at;
	}
	struct pg_value values[] = {pg_int4(i->wave_id),
				    pg_int4(i->organisation_id),
				    pg_text_array(&arena, texts, len),
				    pg_text_array(&arena, texts + len, len),
				    pg_text_array(&arena, texts + 2 * len, len),
				    pg_timestamptz_array(&arena, expires, len),
				    pg_text(slice_of(i->key_id))};
	pg_pool_run(i->api->pool, &SQL_INVITATION_ADD, values, COUNT_OF(values), made, i);
	arena_fini(&arena);
}

static void answer_unread(struct exchange *x, const struct trouble *why, struct slice errors)
{
	if (why->status == E_INPUT)
		exchange_problem_errors(x, 422, "invitation_faults", "What was sent has faults",
					SLICE("none of the request was made"), errors);
	else
		answer_trouble(x, why);
}

static void post(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct trouble why;
	struct buf errors;
	if (wave == NULL)
		return;
	if (wave->state > WAVE_FIELDING) {
		exchange_problem(x, 409, "wave_not_fielding", "The wave takes no results any more",
				 SLICE_NONE);
		return;
	}
	struct inviting *i = begin_inviting(x, key, wave);
	buf_init(&errors, ERRORS_BYTES);
	if (invitations_read(body, wave, &i->arena, &i->wishes, &errors, &why) < 0) {
		answer_unread(x, &why, buf_slice(&errors));
		end_inviting(i);
	} else {
		x->state = i;
		ask_again(i);
	}
	buf_fini(&errors);
}

/* Listing */

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct inviting *i = arg;
	struct buf body;
	if (came(i, answer) == NULL)
		return;
	int len = pg_rows(answer->result);
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < len; row++) {
		invitation_view_print(&j, i->api, answer->result, row);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_key(&j, "next_cursor");
	if (len == i->limit)
		buf_print(&body, "\"%lld\"",
			  (long long)invitation_view_id(answer->result, len - 1));
	else
		json_null(&j);
	json_close_object(&j);
	answer_and_end(i, 200, &body);
}

static bool read_page(struct exchange *x, int64_t *limit, int64_t *after)
{
	struct slice text;
	bool fine = true;
	*limit = PAGE_DEFAULT;
	*after = 0;
	if (exchange_query(x, "limit", &text))
		fine = slice_to_int64(text, limit) && *limit >= 1 && *limit <= PAGE_MOST;
	if (exchange_query(x, "cursor", &text))
		fine = fine && slice_to_int64(text, after) && *after >= 0;
	if (!fine)
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
	return fine;
}

static bool read_state(struct exchange *x, struct slice *state)
{
	static const char *const states[] = {"open", "answered", "expired", "failed"};
	*state = SLICE_NONE;
	if (!exchange_query(x, "state", state))
		return true;
	for (size_t s = 0; s < COUNT_OF(states); s++)
		if (slice_is(*state, states[s]))
			return true;
	exchange_problem(x, 400, "bad_state", "state is open, answered, expired or failed",
			 SLICE_NONE);
	return false;
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice state;
	int64_t limit, after;
	if (wave == NULL || !read_page(x, &limit, &after) || !read_state(x, &state))
		return;
	struct inviting *i = begin_inviting(x, key, wave);
	i->limit = (int32_t)limit;
	x->state = i;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(after), pg_int4(i->limit),
				    pg_text(state), pg_null()};
	pg_pool_run(i->api->pool, &SQL_INVITATION_LIST, values, COUNT_OF(values), page_came, i);
}

/* One of them */

static void answers_came(void *arg, const struct pg_answer *answer)
{
	struct inviting *i = arg;
	struct buf body;
	if (came(i, answer) == NULL)
		return;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	invitation_view_print(&j, i->api, i->rows, 0);
	invitation_answers_print(&j, answer->result);
	json_close_object(&j);
	answer_and_end(i, 200, &body);
}

static void answer_unknown(struct inviting *i)
{
	exchange_problem(i->caller.x, 404, "unknown_contact", "Nobody is invited by this id",
			 SLICE_NONE);
	end_inviting(i);
}

static void one_came(void *arg, const struct pg_answer *answer)
{
	struct inviting *i = arg;
	if (came(i, answer) == NULL)
		return;
	if (pg_rows(answer->result) == 0) {
		answer_unknown(i);
		return;
	}
	i->rows = pg_answer_keep(answer);
	struct pg_value values[] = {pg_int8(invitation_view_id(i->rows, 0))};
	pg_pool_run(i->api->pool, &SQL_INVITATION_ANSWERS, values, COUNT_OF(values), answers_came,
		    i);
}

static void show(struct inviting *i)
{
	struct pg_value values[] = {pg_int4(i->wave_id), pg_int8(0), pg_int4(1), pg_null(),
				    pg_text((struct slice){i->contact, i->contact_len})};
	pg_pool_run(i->api->pool, &SQL_INVITATION_LIST, values, COUNT_OF(values), one_came, i);
}

/** NULL: answered. */
static struct inviting *begin_one(struct exchange *x, const struct known_key *key)
{
	const struct known_wave *wave = access_wave(x, key);
	struct slice contact = SLICE_NONE;
	if (wave == NULL)
		return NULL;
	must(exchange_parameter(x, "contact", &contact));
	struct inviting *i = begin_inviting(x, key, wave);
	if (contact.len > CONTACT_BYTES || !slice_is_text(contact)) {
		answer_unknown(i);
		return NULL;
	}
	memcpy(i->contact, contact.at, contact.len);
	i->contact_len = contact.len;
	x->state = i;
	return i;
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct inviting *i = key != NULL ? begin_one(x, key) : NULL;
	if (i != NULL)
		show(i);
}

static void expired(void *arg, const struct pg_answer *answer)
{
	struct inviting *i = arg;
	if (came(i, answer) == NULL)
		return;
	if (pg_rows(answer->result) == 0)
		answer_unknown(i);
	else
		show(i);
}

/** {"expires_at": an instant or null}. False: answered. */
static bool read_expiry(struct exchange *x, struct slice body, int64_t *expires_at)
{
	static const char *const names[] = {"expires_at", NULL};
	struct record record;
	*expires_at = CLOCK_NO_INSTANT;
	if (!json_body_read(x, body, &record) || !json_body_has_only(x, &record, names))
		return false;
	const struct field *field = json_body_find(&record, "expires_at");
	if (record.fields_len == 1 && (field == NULL || clock_parse(field->value, expires_at)))
		return true;
	json_body_refuse(x, "expires_at is an instant, or null");
	return false;
}

static void patch(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	int64_t expires_at;
	if (key == NULL || !read_expiry(x, body, &expires_at))
		return;
	struct inviting *i = begin_one(x, key);
	if (i == NULL)
		return;
	struct pg_value values[] = {pg_int4(i->wave_id),
				    pg_text((struct slice){i->contact, i->contact_len}),
				    pg_timestamptz(expires_at), pg_int4(i->organisation_id),
				    pg_text(slice_of(i->key_id))};
	pg_pool_run(i->api->pool, &SQL_INVITATION_EXPIRE, values, COUNT_OF(values), expired, i);
}

const struct handler invitations_list = {.begin = begin_list, .gone = caller_gone};
const struct handler invitations_post = {.begin = begin, .whole = post, .gone = caller_gone};
const struct handler invitation_get = {.begin = begin_get, .gone = caller_gone};
const struct handler invitation_patch = {.begin = begin, .whole = patch, .gone = caller_gone};
